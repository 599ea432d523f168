/* Convolution, int8 in and out, for cores with the DSP extension such as the Cortex-M4. Equals
 * TensorFlow Lite Micro's CONV_2D, and FULLY_CONNECTED on several vectors. */
#ifndef KWS_CONV_2D_DSP_H
#define KWS_CONV_2D_DSP_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Output channels are computed two by two, from what one place of the output reads: `words` times
 * two values, with zeros up to a multiple of 8 values.
 *
 * A word of weights has two int16, for values k and k + 2 (k = 0, 1, 4, 5, 8 ...). Each is 256 *
 * weight of the second channel + weight of the first. Products are summed twice: with the int16 as
 * it is, and with its low byte, which is the first channel. The difference is 256 times the second.
 */
typedef struct {
    const int32_t *weights;    /* [pairs of channels][words + 5], see kws_dsp_read_channel */
    int32_t words;             /* multiple of 4 */
    int32_t chunk_words;       /* of deep layers: multiple of 4 that divides words */
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
    int32_t out_channels;
    int32_t in_words; /* 1: a row of the filter reads a multiple of 4 values that lie together */
} kws_conv_2d_dsp_params;

/*
 * output[y][x][o] as kws_conv_2d_run computes it
 *
 * input    in   int8 [in_height][in_width][in_channels]
 * output   out  int8 [out_height][out_width][out_channels]; may be the input itself where a place
 *               reads one place only and writes no more than it reads
 * scratch  12 * words bytes at a multiple of 4, and 2 * words behind them where not every place is
 *          read as it lies, because of padding or without in_words
 */
kws_status kws_conv_2d_dsp_run(const kws_conv_2d_dsp_params *params, const int8_t *input,
                               int8_t *output, void *scratch);

/* The same for layers whose sums fit in 24 bits only over chunk_words. */
kws_status kws_conv_2d_dsp_deep_run(const kws_conv_2d_dsp_params *params, const int8_t *input,
                                    int8_t *output, void *scratch);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_CONV_2D_DSP_H */
