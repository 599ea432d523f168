/* Power of every bin of a window, from 0 Hz to half the sample rate. Hand-written; never generated.
 *
 * kws_fft.h with two additions:
 *   bins     0 and N / 2, which no mel band uses
 *   lengths  N = 160, 640 or 2560 points too: a first stage of 5 legs, then radix 4. It is computed
 *            with Q30 factors and rounded (kws_mul_high.h). Its sums are partial sums of the
 *            magnitudes that bound those of kws_fft.h, so they cannot overflow either.
 *
 * edgekws/features/spectrum.py gives the same bits.
 */
#ifndef KWS_SPECTRUM_H
#define KWS_SPECTRUM_H

#include <stdint.h>

#include "kws_fft.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Apply the window, transform, and leave the power spectrum in `work`.
 *
 * params   in   the transform; points may also be 160, 640 or 2560
 * samples  in   int16 [window_samples][KWS_LANES]
 * work     out  int32 [N + 2][KWS_LANES]: for bin k in 0..N/2 the low word of its power at [2 * k],
 *               the high word at [2 * k + 1]
 */
void kws_spectrum_power(const kws_fft_params *params, const int16_t *samples, int32_t *work);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_SPECTRUM_H */
