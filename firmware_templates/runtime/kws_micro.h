/* micro: one window of samples to one frame of int8 features, as TFLM's microfrontend computes them
 * and micro_speech rounds them. It keeps an estimate of the noise. Hand-written; never generated.
 *
 *     int16 samples -> Hann window -> energies of bins -> triangular mel bands -> square root
 *     -> noise is estimated and taken away -> gain against loudness (PCAN) -> logarithm -> int8
 *
 * Word lengths and rounding:
 *   energies  kws_fft16.h
 *   bands     bin k counts weights[k].low / 2^12 for one band and .high / 2^12 for the next; uint64
 *   root      rounded to the nearest, halves down, then shifted right by what the samples were
 *             shifted left; below 2^32 the root is at most 65535
 *   noise     estimate, Q10: old * (1 - s) + root * s, rounded down, s = 409 / 2^14 in bands 0, 2,
 *             ..., 983 / 2^14 in the others; root - noise, but not below root * 819 / 2^14
 *   gain      of the estimate, by a parabola for each power of two; with a soft knee after it
 *   log       natural, by a table of 128 segments, Q6
 *   feature   (log * 256 + 333) / 666 - 128, at most 127
 *
 * edgekws/features/frontends/micro.py gives the same bits; docs/features.md has the definition.
 */
#ifndef KWS_MICRO_H
#define KWS_MICRO_H

#include <stdint.h>

#include "kws_lanes.h"
#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

#if KWS_LANES != 1
#error "micro keeps state: it computes one frame at a time"
#endif

/* Constant, in flash. */
typedef struct {
    const uint32_t *window;  /* these as in kws_fft16_params */
    const uint16_t *order;   /* */
    const uint32_t *turns;   /* */
    const uint32_t *split;   /* */
    const uint16_t *first;   /* [bands + 2]: bins first[s] .. first[s + 1] - 1 are segment s */
    const uint32_t *weights; /* Q12 [first[bands + 1] - first[0]], from bin first[0] on: in bits
                                0..15 for band s - 1, in bits 16..31 for band s */
    const int16_t *gains;    /* [125]: for 0, 1, then value, slope and bend for every power of two,
                                in fours */
    const uint16_t *logs;    /* [129]: round(2^16 * (log2(1 + i / 128) - i / 128)) */
    int32_t window_samples;  /* even */
    int32_t points;          /* N, a power of two, 64..4096 */
    int32_t bands;           /* 1 or more */
    int32_t extra_bits;      /* log2(N) - 6, 0 or more: what a root has more than one of N = 64 */
} kws_micro_params;

/*
 * Compute the next frame.
 *
 * params  in     the frontend
 * work    -      scratch, 4 * points bytes, aligned to 4 bytes
 * window  in     int16 [window_samples]
 * frame   out    int8 [bands]
 * state   inout  uint32 [bands], the noise; all zero before the first frame
 * returns KWS_BAD_ARGUMENT on a null pointer
 */
kws_status kws_micro_run(const kws_micro_params *params, void *work, const int16_t *window,
                         int8_t *frame, void *state);

/* The same before it is rounded to int8: returns uint32 [bands] within `work`, what TFLM's
 * microfrontend gives. */
uint32_t *kws_micro_logs(const kws_micro_params *params, uint32_t *work, const int16_t *window,
                         uint32_t *noise);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_MICRO_H */
