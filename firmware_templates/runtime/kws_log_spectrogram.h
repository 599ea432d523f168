/* log_spectrogram: the logarithm of the power of bins, int8. Hand-written; never generated.
 *
 *     int16 samples -> Hann window -> power spectrum -> log2 -> int8
 *
 *   power    kws_spectrum.h; unsigned, with some fractional bits of an int16 step squared
 *   log2     Q16, from 0.0002 below the true one to 0.00002 above (kws_log2.h), then Q12
 *   feature  (log2 + offset) * 10923 >> 23, which is a division by 768: a step is 3/16 of an octave
 *            of power, 0.564 dB. The offset holds the fractional bits, the zero point and a half.
 *            Clamped to -128..127; no power at all is -128.
 *
 * A feature q stands for log2 of the bin's power P, samples counted as -1..1:
 * log2(P) = scale * (q - zero_point), scale 3/16, zero point 52.
 *
 * edgekws/features/frontends/log_spectrogram.py gives the same bits.
 */
#ifndef KWS_LOG_SPECTROGRAM_H
#define KWS_LOG_SPECTROGRAM_H

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
    const uint32_t *log2;   /* [33], kws_log2.h */
    int32_t window_samples; /* even, points / 2 + 2 .. points; a last, odd one has no weight */
    int32_t points;         /* as in kws_spectrum.h */
    int32_t power_shift;    /* 1..31 */
    int32_t first;          /* bin of the first feature */
    int32_t bands;          /* 1 or more; first + bands is at most points / 2 + 1 */
    int32_t offset;         /* Q12 of log2 */
} kws_log_spectrogram_params;

/*
 * Compute one frame. (Or KWS_LANES frames side by side: kws_lanes.h.)
 *
 * params  in   the frontend
 * work    -    scratch, 4 * points + 8 bytes, aligned to 4 bytes
 * window  in   int16 [window_samples]
 * frame   out  int8 [bands]
 * returns KWS_BAD_ARGUMENT on a null pointer
 */
kws_status kws_log_spectrogram_run(const kws_log_spectrogram_params *params, void *work,
                                   const int16_t *window, int8_t *frame);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_LOG_SPECTROGRAM_H */
