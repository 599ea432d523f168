/* log_mel: one window of samples to one frame of int8 features. Hand-written; never generated.
 *
 *     int16 samples -> Hann window -> power spectrum -> triangular mel bands -> log2 -> int8
 *
 * Word lengths and rounding, with the figures for N = 512 points (30 ms at 16 kHz) in brackets:
 *   window   int32, 16 + f fractional bits [26]; sample * window >> 16: f fractional bits [10]
 *   FFT      int32, rounding high multiply by Q31, halved in each of the later stages [3]
 *   power    re^2 + im^2 in 64 bits, >> power_shift [14]: in int16 steps squared, rounded down
 *   bands    bin k rises into one band by rising[k], with r fractional bits [15], and falls out of
 *            the band before by 2^r - rising[k]; uint64 sums. By Parseval's theorem the power of
 *            all bins is below 2^30 * N^2 / 4; r = min(15, 36 - 2 log2(N)) keeps sums below 2^64
 *   log2     Q16, from 0.0002 below the true one to 0.00002 above (kws_log2.h)
 *   feature  log2 rounded to eighths, halves up, plus an offset, clamped to -128..127; a band
 *            without any power is -128
 *
 * A feature q stands for log2 of the band's energy E, samples counted as -1..1:
 * log2(E) = scale * (q - zero_point), scale 1/8, zero point 8.
 *
 * edgekws/features/frontends/log_mel.py gives the same bits; docs/features.md has the distance
 * from the exact definition.
 */
#ifndef KWS_LOG_MEL_H
#define KWS_LOG_MEL_H

#include <stdint.h>

#include "kws_fft.h"
#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Constant, in flash. */
typedef struct {
    const int32_t *window;  /* as in kws_fft_params */
    const uint16_t *order;  /* as in kws_fft_params */
    const int32_t *turns;   /* as in kws_fft_params */
    const int32_t *split;   /* as in kws_fft_params */
    const uint16_t *first;  /* [bands + 2]: bins first[s] .. first[s + 1] - 1 are segment s */
    const uint16_t *rising; /* [first[bands + 1] - first[0]], from bin first[0] on */
    const uint32_t *log2;   /* [33], kws_log2.h */
    int32_t window_samples; /* even, points / 2 + 2 .. points */
    int32_t points;         /* N, a power of two, 64..4096 */
    int32_t power_shift;    /* 1..31 */
    int32_t rising_bits;    /* fractional bits of rising, 12..15 */
    int32_t bands;          /* 1 or more */
    int32_t offset;         /* of a feature, in its steps */
} kws_log_mel_params;

/*
 * Compute one frame. (Or KWS_LANES frames side by side: kws_lanes.h.)
 *
 * params  in   the frontend
 * work    -    scratch, 4 * points bytes, aligned to 4 bytes
 * window  in   int16 [window_samples]
 * frame   out  int8 [bands]
 * returns KWS_BAD_ARGUMENT on a null pointer
 */
kws_status kws_log_mel_run(const kws_log_mel_params *params, void *work, const int16_t *window,
                           int8_t *frame);

/*
 * The same bands before they become steps of a feature, for frontends that go on from there.
 *
 * params  in   the frontend
 * work    out  4 * points bytes, aligned to 4 bytes: first int32 [bands][KWS_LANES], log2 in Q16 of
 *              the band's energy in 2^-rising_bits of an int16 step squared; 0 without any energy
 * window  in   int16 [window_samples][KWS_LANES]
 */
void kws_log_mel_log2(const kws_log_mel_params *params, int32_t *work, const int16_t *window);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_LOG_MEL_H */
