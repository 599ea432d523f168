/* Convolution, int8 in and out, for cores with MVE such as the Cortex-M55. Equals TensorFlow Lite
 * Micro's CONV_2D, FULLY_CONNECTED, and DEPTHWISE_CONV_2D of one input channel. */
#ifndef KWS_CONV_2D_MVE_H
#define KWS_CONV_2D_MVE_H

#include "kws_conv_2d_packed.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { KWS_MVE_CHANNELS = 64 }; /* whose sums are kept until they are scaled, a multiple of 4 */

/*
 * output[y][x][o] as kws_conv_2d_run computes it
 *
 * params   weights [channels / 4][blocks][4][16]: the 16 values of each of four channels
 * input    in   int8 [in_height][in_width][in_channels]
 * output   out  int8 [out_height][out_width][out_channels]; may be the input itself where a place
 *               of a layer that is not direct reads itself only and writes no more than it reads
 * scratch  int32 [2][KWS_MVE_CHANNELS]; behind it, for layers that are not direct,
 *               int8 [2][blocks][16]
 */
kws_status kws_conv_2d_mve_run(const kws_conv_2d_packed_params *params, const int8_t *input,
                               int8_t *output, void *scratch);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_CONV_2D_MVE_H */
