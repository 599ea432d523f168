/* log_mel: one window of samples to one frame of int8 features. Hand-written; never generated.
 *
 *     int16 samples -> Hann window -> power spectrum -> triangular mel bands -> log2 -> int8
 *
 * Word lengths and rounding, for N points (N = 512 for 30 ms at 16 kHz):
 *   window   uint16 Q16, 1.0 as 65535; sample * window + half, >> window_shift, int32 with
 *            16 - window_shift fractional bits (11)
 *   FFT      int32, rounding high multiply by Q31, halved each stage (kws_fft.h)
 *   power    re^2 + im^2 in 64 bits, >> power_shift: units of one int16 step squared
 *   bands    bin k rises into one band by rising[k] in Q15 and falls out of the band before by
 *            32768 - rising[k]; uint64 sums, which Parseval's theorem keeps below 2^64
 *   log2     Q16, at most 0.0002 low (kws_log2.h)
 *   feature  (log2 + half, >> log2_shift) + offset, clamped to -128..127; a band without any
 *            power is -128
 *
 * A feature q stands for log2 of the band's power, samples counted as -1..1:
 * log2(E) = scale * (q - zero_point), scale 1/8, zero point 8.
 *
 * edgekws/features/frontends/log_mel.py gives the same bits.
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
    const uint16_t *window; /* Q16 [window_samples] */
    const int32_t *cosine;  /* as in kws_fft_params */
    const uint16_t *order;  /* as in kws_fft_params */
    const uint16_t *first;  /* [bands + 2]: bins first[s] .. first[s + 1] - 1 are segment s */
    const uint16_t *rising; /* Q15 [first[bands + 1] - first[0]], from bin first[0] on */
    const uint32_t *log2;   /* [33], kws_log2.h */
    int32_t window_samples; /* even, at most points */
    int32_t window_shift;   /* 1..16 */
    int32_t points;         /* N */
    int32_t power_shift;    /* 1..31 */
    int32_t bands;          /* 1 or more */
    int32_t log2_shift;     /* 13: eight steps an octave */
    int32_t offset;         /* of a feature, in its steps */
} kws_log_mel_params;

/*
 * Compute one frame.
 *
 * params  in   the frontend
 * work    -    scratch, 4 * points bytes, aligned to 8 bytes
 * window  in   int16 [window_samples]
 * frame   out  int8 [bands]
 * returns KWS_BAD_ARGUMENT on a null pointer
 */
kws_status kws_log_mel_run(const kws_log_mel_params *params, void *work, const int16_t *window,
                           int8_t *frame);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_LOG_MEL_H */
