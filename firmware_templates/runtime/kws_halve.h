/* Half the sample rate, for one window. Hand-written; never generated.
 *
 * A half-band filter of 47 taps in Q15: flat within 0.1 dB up to 0.216 of the rate that comes in,
 * 59 dB down from 0.29 of it on (3.46 and 4.63 kHz at 16 kHz), a half at a quarter of it. Every
 * second output of it is computed, rounded, halves up, and clamped. Before and after the window
 * there is nothing: its ends weigh next to nothing in the frontend's Hann window, and a window
 * needs no memory of those before.
 *
 * edgekws/features/halve.py gives the same bits.
 */
#ifndef KWS_HALVE_H
#define KWS_HALVE_H

#include <stdint.h>

#include "kws_lanes.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * samples  in   int16 [count][KWS_LANES]
 * count    in   even
 * halved   out  int16 [count / 2][KWS_LANES]; not where samples lie
 */
void kws_halve(const int16_t *samples, int32_t count, int16_t *halved);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_HALVE_H */
