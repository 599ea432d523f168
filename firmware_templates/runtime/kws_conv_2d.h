/*
 * Convolution, int8 in and out. Equals TensorFlow Lite Micro's CONV_2D, and its FULLY_CONNECTED: a
 * vector is then a place, and the filter is 1x1.
 */
#ifndef KWS_CONV_2D_H
#define KWS_CONV_2D_H

#include "kws_rescale.h"
#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *weights;    /* [out_channels / 4, rounded up][depth][4] */
    const int32_t *records;   /* [out_channels rounded up to 4][3], see kws_rescale.h */
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
    int32_t out_channels;
    int32_t depth; /* kernel_height * kernel_width * in_channels */
} kws_conv_2d_params;

/*
 * output[y][x][o] = clamp(zero point + requantize(bias[o] +
 *     sum of weights[o][i][j][c] * input[y * stride - pad + i * dilation][x ...][c]))
 *
 * input    in   int8 [in_height][in_width][in_channels]
 * output   out  int8 [out_height][out_width][out_channels]; may be the input itself where the
 *               filter is 1x1 and out_channels <= in_channels, and must not overlap it otherwise
 * scratch       2 * depth bytes: what two places read
 */
kws_status kws_conv_2d_run(const kws_conv_2d_params *params, const int8_t *input, int8_t *output,
                           void *scratch);

/* The same for one place that reads the whole input, in its order. */
kws_status kws_conv_2d_once_run(const kws_conv_2d_params *params, const int8_t *input,
                                int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_CONV_2D_H */
