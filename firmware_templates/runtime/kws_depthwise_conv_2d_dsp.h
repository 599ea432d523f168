/* Depthwise convolution by 3x3, int8 in and out, for cores with the DSP extension such as the
 * Cortex-M4. Equals TensorFlow Lite Micro's DEPTHWISE_CONV_2D. */
#ifndef KWS_DEPTHWISE_CONV_2D_DSP_H
#define KWS_DEPTHWISE_CONV_2D_DSP_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Two neighbours along one axis are computed together, whichever axis that is, and so are two
 * neighbouring channels. Stride and dilation are 1, and each channel has one filter.
 *
 * A word of weights has the taps (0, 1, 1, 2) along, one a byte: its even bytes are the pair (0,
 * 1), its odd bytes the pair (1, 2).
 */
typedef struct {
    const int32_t *weights;    /* [channels / 2][6 + 5]: words of three taps across of the first
                                  channel, of the second one, see kws_dsp_read_channel */
    int32_t output_zero_point; /* -128..127 */
    int32_t activation_min;    /* -128..127 */
    int32_t activation_max;    /* activation_min..127 */
    int32_t input_zero_point;  /* -128..127: what padding reads as */
    int32_t channels;          /* even */
    int32_t in_along;
    int32_t out_along;
    int32_t pad_along;
    int32_t in_along_step; /* bytes from one place to the next */
    int32_t out_along_step;
    int32_t in_across;
    int32_t out_across;
    int32_t pad_across;
    int32_t in_across_step;
    int32_t out_across_step;
} kws_depthwise_conv_2d_dsp_params;

/*
 * output[y][x][c] as kws_depthwise_conv_2d_run computes it
 *
 * input    in   int8 [in_height][in_width][channels]
 * output   out  int8 [out_height][out_width][channels]; may be the input when it is as large
 * scratch  int16 [2][(out_along + 1) / 2 + 1][out_across + 2][2] at a multiple of 4
 */
kws_status kws_depthwise_conv_2d_dsp_run(const kws_depthwise_conv_2d_dsp_params *params,
                                         const int8_t *input, int8_t *output, void *scratch);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_DEPTHWISE_CONV_2D_DSP_H */
