/* mfcc: one window of samples to one frame of int8 cepstral coefficients. Hand-written; never
 * generated.
 *
 *     log_mel's bands as log2 (kws_log_mel.h) -> level -> discrete cosine transform -> int8
 *
 * Word lengths and rounding:
 *   level   log2 of the band's energy plus offset, rounded to Q10, halves up, clamped to
 *           -16384..16383: an int16
 *   DCT     of even order for k = 0, 2, ..., of odd order for k = 1, 3, ...: the sums or the
 *           differences of the levels at both ends, int16, times int16 coefficients in Q12 that
 *           hold the step of the feature too. No sum can overflow: by Cauchy and Schwarz it stays
 *           below 2^12 * 16 / 7 * sqrt(bands) * 2^14, which for 40 bands is 0.46 * 2^31
 *   feature sum from Q22 to steps, rounded, halves up, clamped to -128..127
 *
 * A feature q stands for scale * q, scale 7/16, zero point 0.
 *
 * edgekws/features/frontends/mfcc.py gives the same bits; docs/features.md has the definition and
 * the distance from it.
 */
#ifndef KWS_MFCC_H
#define KWS_MFCC_H

#include <stdint.h>

#include "kws_log_mel.h"
#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Constant, in flash. */
typedef struct {
    const int32_t *window;  /* these as in kws_log_mel_params */
    const uint16_t *order;  /* */
    const int32_t *turns;   /* */
    const int32_t *split;   /* */
    const uint16_t *first;  /* */
    const uint16_t *rising; /* */
    const uint32_t *log2;   /* */
    const int16_t *dct;     /* Q12 [coefficients][bands / 2] */
    int32_t window_samples; /* these as in kws_log_mel_params */
    int32_t points;         /* */
    int32_t power_shift;    /* */
    int32_t rising_bits;    /* */
    int32_t bands;          /* even, at most 40 */
    int32_t offset;         /* Q16, of a level */
    int32_t coefficients;   /* 1..bands */
} kws_mfcc_params;

/*
 * Compute one frame. (Or KWS_LANES frames side by side: kws_lanes.h.)
 *
 * params  in   the frontend
 * work    -    scratch, 4 * points bytes, aligned to 4 bytes
 * window  in   int16 [window_samples]
 * frame   out  int8 [coefficients]
 * returns KWS_BAD_ARGUMENT on a null pointer
 */
kws_status kws_mfcc_run(const kws_mfcc_params *params, void *work, const int16_t *window,
                        int8_t *frame);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_MFCC_H */
