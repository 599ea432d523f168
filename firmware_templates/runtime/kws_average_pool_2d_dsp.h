/* Average pooling, int8, for cores with the DSP extension such as the Cortex-M4. Equals TensorFlow
 * Lite Micro's AVERAGE_POOL_2D. */
#ifndef KWS_AVERAGE_POOL_2D_DSP_H
#define KWS_AVERAGE_POOL_2D_DSP_H

#include "kws_average_pool_2d.h"

#ifdef __cplusplus
extern "C" {
#endif

/* As kws_average_pool_2d_run, for channels that are a multiple of 4 and windows of up to 256. */
kws_status kws_average_pool_2d_dsp_run(const kws_average_pool_2d_params *params,
                                       const int8_t *input, int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_AVERAGE_POOL_2D_DSP_H */
