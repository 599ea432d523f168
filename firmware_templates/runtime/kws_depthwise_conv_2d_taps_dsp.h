/* Depthwise convolution by any filter, int8 in and out, for cores with the DSP extension such as
 * the Cortex-M4. Equals TensorFlow Lite Micro's DEPTHWISE_CONV_2D. */
#ifndef KWS_DEPTHWISE_CONV_2D_TAPS_DSP_H
#define KWS_DEPTHWISE_CONV_2D_TAPS_DSP_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Four neighbouring channels are computed together, each with one filter, two taps at a time. The
 * taps are in the order of the filter's rows; an odd number ends with a tap that weighs nothing.
 */
typedef struct {
    const int32_t *weights; /* [channels / 4][pairs][2]: the words (first tap of channels 0 and 1,
                               second tap of both) and the same of channels 2 and 3 */
    const int32_t *rescale; /* [channels / 2][5], see kws_dsp_read_channel */
    int32_t pairs;          /* of taps: kernel_height * kernel_width / 2, rounded up */
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
    int32_t channels; /* multiple of 4 */
} kws_depthwise_conv_2d_taps_dsp_params;

/*
 * output[y][x][c] as kws_depthwise_conv_2d_run computes it
 *
 * input    in   int8 [in_height][in_width][channels]
 * output   out  int8 [out_height][out_width][channels], must not overlap input
 * scratch  pointers [2 * pairs], aligned as such, and int8 [channels] behind them
 */
kws_status kws_depthwise_conv_2d_taps_dsp_run(const kws_depthwise_conv_2d_taps_dsp_params *params,
                                              const int8_t *input, int8_t *output, void *scratch);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_DEPTHWISE_CONV_2D_TAPS_DSP_H */
