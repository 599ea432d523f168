/* Depthwise convolution, int8 in and out. Equals TensorFlow Lite Micro's DEPTHWISE_CONV_2D. */
#ifndef KWS_DEPTHWISE_CONV_2D_H
#define KWS_DEPTHWISE_CONV_2D_H

#include "kws_rescale.h"
#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* channels = in_channels * depth_multiplier; taps = kernel_height * kernel_width */
typedef struct {
    const int8_t *weights;    /* [channels / 4, rounded up][taps][4] */
    const int32_t *records;   /* [channels rounded up to 4][3], see kws_rescale.h */
    int32_t zero_point;       /* of the output; these four are its kws_output_range */
    int32_t lowest;           /* -128..127 */
    int32_t highest;          /* lowest..127 */
    int32_t plain;            /* 1: every shift is to the right */
    int32_t input_zero_point; /* -128..127: what padding reads as */
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
    int32_t late_rows;        /* rows of output that wait in scratch when it is written in place */
} kws_depthwise_conv_2d_params;

/*
 * output[y][x][c] = clamp(zero point + requantize(bias[c] + sum of weights[i][j][c] *
 *     input[y * stride - pad + i * dilation][x ...][c / depth_multiplier]))
 *
 * input    in   int8 [in_height][in_width][in_channels]
 * output   out  int8 [out_height][out_width][channels]; may be the input itself where late_rows
 *               is above 0, and must not overlap it otherwise
 * scratch       taps pointers, then int8 [in_channels], then int8 [late_rows][out_width][channels];
 *               aligned for pointers
 */
kws_status kws_depthwise_conv_2d_run(const kws_depthwise_conv_2d_params *params,
                                     const int8_t *input, int8_t *output, void *scratch);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_DEPTHWISE_CONV_2D_H */
