/* Average pooling, int8. Equals TensorFlow Lite Micro's AVERAGE_POOL_2D. */
#ifndef KWS_AVERAGE_POOL_2D_H
#define KWS_AVERAGE_POOL_2D_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t in_height;
    int32_t in_width;
    int32_t out_height;
    int32_t out_width;
    int32_t kernel_height;
    int32_t kernel_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t channels;
    int32_t activation_min; /* -128..127 */
    int32_t activation_max; /* activation_min..127 */
} kws_average_pool_2d_params;

/*
 * output[y][x][c] = the mean of the input values under the window, halves away from zero; padding
 * is not counted.
 *
 * input   in   int8 [in_height][in_width][channels]
 * output  out  int8 [out_height][out_width][channels], must not overlap input
 */
kws_status kws_average_pool_2d_run(const kws_average_pool_2d_params *params, const int8_t *input,
                                   int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_AVERAGE_POOL_2D_H */
