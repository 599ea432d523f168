/* Average pooling, int8 in and out, for cores with MVE such as the Cortex-M55. Equals TensorFlow
 * Lite Micro's AVERAGE_POOL_2D. */
#ifndef KWS_AVERAGE_POOL_2D_MVE_H
#define KWS_AVERAGE_POOL_2D_MVE_H

#include "kws_average_pool_2d.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The same as kws_average_pool_2d_run, four channels at a time.
 *
 * input   in   int8 [in_height][in_width][channels]
 * output  out  int8 [out_height][out_width][channels], must not overlap input
 */
kws_status kws_average_pool_2d_mve_run(const kws_average_pool_2d_params *params,
                                       const int8_t *input, int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_AVERAGE_POOL_2D_MVE_H */
