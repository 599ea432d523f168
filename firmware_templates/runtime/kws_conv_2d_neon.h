/* Convolution, int8 in and out, for phones. Equals TensorFlow Lite Micro's CONV_2D,
 * FULLY_CONNECTED, and DEPTHWISE_CONV_2D of one input channel. */
#ifndef KWS_CONV_2D_NEON_H
#define KWS_CONV_2D_NEON_H

#include "kws_conv_2d_packed.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of kws_conv_2d_narrow_neon_run: bytes copied of a filter's row, and spare ones behind copies. */
enum { KWS_NARROW_BYTES = 16, KWS_NARROW_SPARE = 16 };

/*
 * output[y][x][o] as kws_conv_2d_run computes it. The same weights serve the dot product
 * instructions of newer arm64 cores, which are found out at run time, NEON, SSE2 and plain C.
 *
 * params   weights [channels / 4][blocks][4][16]: the 16 values of each of four channels, none
 *               -128
 * input    in   int8 [in_height][in_width][in_channels]
 * output   out  int8 [out_height][out_width][out_channels]; may be the input itself where a place
 *               of a layer that is not direct reads itself only and writes no more than it reads
 * scratch  int8 [2][blocks][16]; not used by layers that are direct
 */
kws_status kws_conv_2d_neon_run(const kws_conv_2d_packed_params *params, const int8_t *input,
                                int8_t *output, void *scratch);

/*
 * The same where a filter's row reads at most KWS_NARROW_BYTES bytes that lie together.
 *
 * scratch  int8 [2][blocks][16] and KWS_NARROW_SPARE bytes, behind them the input with its padding,
 *               int8 [rows][columns][in_channels], and KWS_NARROW_SPARE bytes
 */
kws_status kws_conv_2d_narrow_neon_run(const kws_conv_2d_packed_params *params, const int8_t *input,
                                       int8_t *output, void *scratch);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_CONV_2D_NEON_H */
