/* Power spectrum of real samples in exact integer arithmetic. Hand-written; never generated.
 *
 * N real points are one complex transform of M = N / 2 points, in place, decimation in time: one
 * radix-2 stage when log2(M) is odd, then radix-4 stages, then the split that separates even and
 * odd points. Every stage halves its inputs, so no sum can overflow: with complex inputs below
 * 2^15.5 * 2^f the output stays below 2^(15.5 + f) * M / 2^stages, and kws_fft_params is made
 * with f such that this is below 2^31.
 *
 * The one multiplication is kws_mul_high, (a * b + 2^31) >> 32: what SMMULR does on Arm. A factor
 * in Q31 thus multiplies and halves at once.
 *
 * edgekws/features/fft.py gives the same bits.
 */
#ifndef KWS_FFT_H
#define KWS_FFT_H

#include <stdint.h>

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Constant, in flash. */
typedef struct {
    const int32_t *cosine; /* Q31 [N]: cos(2 pi (k - N/4) / N), so that [k] is also the sine of k */
    const uint16_t *order; /* [M] sample pair n goes to this place before the first stage */
    int32_t points;        /* N, a power of two, 64..4096 */
    int32_t power_shift;   /* fractional bits that are dropped from the power, 1..31 */
} kws_fft_params;

/*
 * Transform N points and leave their power spectrum in the same memory.
 *
 * params  in       the transform
 * work    in, out  int32 [N], aligned to 8 bytes. In: pair n of the windowed samples at
 *                  [2 * order[n]] and [2 * order[n] + 1]. Out: for bin k in 1..M-1 the low word
 *                  of its power at [2 * k], the high word at [2 * k + 1]
 */
void kws_fft_power(const kws_fft_params *params, int32_t *work);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_FFT_H */
