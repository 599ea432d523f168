/* Depthwise convolution, int8 in and out, for phones. Equals TensorFlow Lite Micro's
 * DEPTHWISE_CONV_2D with one filter for each channel. */
#ifndef KWS_DEPTHWISE_CONV_2D_NEON_H
#define KWS_DEPTHWISE_CONV_2D_NEON_H

#include "kws_depthwise_packed.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * output[y][x][c] as kws_depthwise_conv_2d_run computes it
 *
 * params   bias, multiplier and shift: in the order of the channels
 * input    in   int8 [in_height][in_width][channels]
 * output   out  int8 [out_height][out_width][channels]; may be the input itself where there is a
 *               ring: each row of the output lies on rows that were copied before
 * scratch  int32 [taps]; behind it int8 [ring_rows][row_width][channels]
 */
kws_status kws_depthwise_conv_2d_neon_run(const kws_depthwise_packed_params *params,
                                          const int8_t *input, int8_t *output, void *scratch);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_DEPTHWISE_CONV_2D_NEON_H */
