/* Power spectrum of windowed samples in exact integer arithmetic. Hand-written; never generated.
 *
 * N real points are one complex transform of M = N / 2 points in place, decimation in time: a first
 * stage that also applies the window (radix 2 when log2(M) is odd, else 4), radix-4 stages, then
 * the split that takes even and odd samples apart. A windowed sample has f fractional bits and
 * every stage after the first halves, so the spectrum has f - stages + 1. A product with a Q31
 * factor is rounded and halved at once (kws_mul_high.h); a leg that is not turned is shifted right.
 *
 * No sum can overflow. The weights of a Hann window of at most N samples add up to at most N / 4
 * over the even samples and over the odd ones, so a part of either spectrum stays below
 * 2^15 * 2^f * N / 4 / 2^(stages - 1); f is the largest for which this is 2^29. The split needs
 * twice that, which leaves one bit for rounding. docs/adr/0003-log-mel-arithmetic.md has the rest.
 *
 * edgekws/features/fft.py gives the same bits.
 */
#ifndef KWS_FFT_H
#define KWS_FFT_H

#include <stdint.h>

#include "kws_lanes.h"
#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Constant, in flash. */
typedef struct {
    const int32_t *window;  /* [window_samples], 16 + f fractional bits */
    const uint16_t *order;  /* [M / first radix] where the legs of the first stage go, side by side,
                               by the number of the first one's pair of samples */
    const int32_t *turns;   /* Q31 [M / 4][3][2]: cosine and sine of 2 pi leg j / M */
    const int32_t *split;   /* Q31 [M / 2][2]: cosine and sine of 2 pi k / N */
    int32_t window_samples; /* even, N / 2 + 2 .. N */
    int32_t points;         /* N, a power of two, 64..4096; or as in kws_spectrum.h */
    int32_t power_shift;    /* bits that are dropped from the power, 1..31 */
} kws_fft_params;

/*
 * Apply the window, transform, and leave the power spectrum in `work`.
 *
 * params   in   the transform
 * samples  in   int16 [window_samples][KWS_LANES]
 * work     out  int32 [N][KWS_LANES]: for bin k in 1..M-1 the low word of its power at [2 * k], the
 *               high word at [2 * k + 1]; at [0] and [1] bin 0 of the even and of the odd
 *               samples, before they become power
 */
void kws_fft_power(const kws_fft_params *params, const int16_t *samples, int32_t *work);

/*
 * The stages after the first, and the split; for a first stage that is elsewhere.
 *
 * params   in     the transform
 * work     inout  int32 [N][KWS_LANES]: groups of `quarter` points become what kws_fft_power leaves
 * quarter  in     points of a group; M / quarter is a power of 4
 */
void kws_fft_finish(const kws_fft_params *params, int32_t *work, int32_t quarter);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_FFT_H */
