/* stft: the magnitude of bins, companded to int8 by its cube root. Hand-written; never generated.
 *
 *     int16 samples -> Hann window -> power spectrum -> (power)^(1/6) -> int8
 *
 *   power    kws_spectrum.h; unsigned, with some fractional bits of an int16 step squared
 *   feature  how many of 255 rising thresholds the power reaches, minus 128. Threshold k, from 0
 * on, is the least power whose sixth root is k + 1/2 steps or more: exact rounding, halves up
 *
 * A feature q stands for the cube root of the bin's magnitude M, samples counted as -1..1:
 * M^(1/3) = scale * (q - zero_point), scale 1/64, zero point -128.
 *
 * edgekws/features/frontends/stft.py gives the same bits.
 */
#ifndef KWS_STFT_H
#define KWS_STFT_H

#include <stdint.h>

#include "kws_fft.h"
#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Constant, in flash. */
typedef struct {
    const int32_t *window;     /* as in kws_fft_params */
    const uint16_t *order;     /* as in kws_fft_params */
    const int32_t *turns;      /* as in kws_fft_params */
    const int32_t *split;      /* as in kws_fft_params */
    const uint64_t *threshold; /* [255], rising */
    int32_t window_samples;    /* even, points / 2 + 2 .. points; a last, odd one has no weight */
    int32_t points;            /* as in kws_spectrum.h */
    int32_t power_shift;       /* 1..31 */
    int32_t first;             /* bin of the first feature */
    int32_t bands;             /* 1 or more; first + bands is at most points / 2 + 1 */
} kws_stft_params;

/*
 * Compute one frame. (Or KWS_LANES frames side by side: kws_lanes.h.)
 *
 * params  in   the frontend
 * work    -    scratch, 4 * points + 8 bytes, aligned to 4 bytes
 * window  in   int16 [window_samples]
 * frame   out  int8 [bands]
 * returns KWS_BAD_ARGUMENT on a null pointer
 */
kws_status kws_stft_run(const kws_stft_params *params, void *work, const int16_t *window,
                        int8_t *frame);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_STFT_H */
