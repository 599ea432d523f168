/* Energies of the bins of a windowed sound in int16 arithmetic, as TFLM's microfrontend computes
 * them. Hand-written; never generated.
 *
 * A sample is weighted (Q12) and rounded down. All are shifted left until the largest magnitude has
 * its top bit in bit 14. N real points are one complex transform of M = N / 2 points, decimation in
 * time: a first stage (radix 2 when log2(M) is odd, else 4), radix-4 stages, then the split that
 * takes even and odd samples apart. Before a stage of radix r every part is multiplied by
 * floor(32767 / r) / 2^15 and rounded; products with a Q15 factor are rounded; sums wrap.
 *
 * edgekws/features/fft16.py gives the same bits.
 */
#ifndef KWS_FFT16_H
#define KWS_FFT16_H

#include <stdint.h>

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Constant, in flash. Words hold two int16, the first in bits 0..15. */
typedef struct {
    const uint32_t *window; /* [window_samples / 2] words: weights of two samples, Q12 */
    const uint16_t *order;  /* [M / first radix] pair where the first leg of a butterfly is */
    const uint32_t *turns;  /* [3 M / 4] words: cosine and sine of -2 pi i / M */
    const uint32_t *split;  /* [M / 2] words: cosine and sine of -pi ((i + 1) / M + 1 / 2) */
    int32_t window_samples; /* even, at most N */
    int32_t points;         /* N, a power of two, 64..4096 */
} kws_fft16_params;

/*
 * params   in   the transform
 * samples  in   int16 [window_samples]
 * work     out  uint32 [N]: first the energies of bins 0..M-1; 0 for bin 0
 * returns the number of bits that the samples were shifted left by, 0..15
 */
int32_t kws_fft16_energies(const kws_fft16_params *params, const int16_t *samples, uint32_t *work);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_FFT16_H */
