/* Depthwise convolution, int8 in and out. Equals TensorFlow Lite Micro's DEPTHWISE_CONV_2D. */
#ifndef KWS_DEPTHWISE_CONV_2D_H
#define KWS_DEPTHWISE_CONV_2D_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* channels = in_channels * depth_multiplier */
typedef struct {
    const int8_t *weights;     /* [kernel_height][kernel_width][channels] */
    const int32_t *bias;       /* [channels], less input zero point * sum of the weights */
    const int32_t *multiplier; /* [channels], see kws_requantize.h */
    const int8_t *shift;       /* [channels] */
    int32_t output_zero_point; /* -128..127 */
    int32_t activation_min;    /* -128..127 */
    int32_t activation_max;    /* activation_min..127 */
    int32_t input_zero_point;  /* -128..127: what padding reads as */
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
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t in_channels;
    int32_t depth_multiplier; /* output channels that read the same input channel */
} kws_depthwise_conv_2d_params;

/*
 * output[y][x][c] = clamp(zero point + requantize(bias[c] + sum of weights[i][j][c] *
 *     input[y * stride - pad + i * dilation][x ...][c / depth_multiplier]))
 *
 * input   in   int8 [in_height][in_width][in_channels]
 * output  out  int8 [out_height][out_width][channels], must not overlap input
 */
kws_status kws_depthwise_conv_2d_run(const kws_depthwise_conv_2d_params *params,
                                     const int8_t *input, int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_DEPTHWISE_CONV_2D_H */
