/* Depthwise filter along time on rows, for cores with the DSP extension such as the Cortex-M4.
 * Equals TensorFlow Lite Micro's DEPTHWISE_CONV_2D at one place of the output. */
#ifndef KWS_DEPTHWISE_ROWS_DSP_H
#define KWS_DEPTHWISE_ROWS_DSP_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The values that a channel sees lie one behind the other, see kws_history_spread. Each word of
 * weights serves four of them, x0 to x3, whose weights are w0 to w3: it is the pair
 * (v0, v2) = (256 * w0 - w1, 256 * w2 - w3), with -w1 and -w3 in the low bytes.
 *
 * The word of values is read as the pairs (x0, x2) and, with its bits inverted where that makes the
 * low bytes unsigned, (y0, y2) = (-256 * x1 - x0 - 129, -256 * x3 - x2 - 129). Then
 *
 *     v0 * x0 + (-w1) * y0 = 256 * (w0 * x0 + w1 * x1) + 129 * w1
 *
 * so that values and weights are taken apart once, not twice. Sums wrap modulo 2^32; 256 times the
 * result fits, with its bias. Zeros follow the weight of the last tap.
 */
typedef struct {
    const int32_t *weights; /* [channels][1 + words]: what the sum begins with, 256 times the bias
                               less 129 times the weights of x1, x3, ...; then the words */
    const int32_t *rescale; /* [channels][2]: multiplier, and shift as kws_dsp_requantize has it */
    int32_t words;          /* taps / 4, rounded up to a multiple of 5 */
    int32_t taps;           /* bytes from row to row */
    int32_t channels;       /* rows */
    int32_t output_zero_point; /* -128..127 */
    int32_t activation_min;    /* -128..127 */
    int32_t activation_max;    /* activation_min..127 */
} kws_depthwise_rows_dsp_params;

/*
 * output[c] as kws_depthwise_conv_2d_run computes it
 *
 * input   in   int8 [channels][taps], and 19 bytes behind them that may be anything
 * output  out  int8 [channels], must not overlap input
 */
kws_status kws_depthwise_rows_dsp_run(const kws_depthwise_rows_dsp_params *params,
                                      const int8_t *input, int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_DEPTHWISE_ROWS_DSP_H */
