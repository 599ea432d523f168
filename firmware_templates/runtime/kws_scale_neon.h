/* From sums to results where there are no vector instructions for it. Hand-written. */
#ifndef KWS_SCALE_NEON_H
#define KWS_SCALE_NEON_H

#include "kws_requantize.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Tables of neighbouring channels, and what all channels share. */
typedef struct {
    const int32_t *bias;
    const int32_t *multiplier;
    const int8_t *shift;
    int32_t zero_point;
    int32_t lowest;
    int32_t highest;
} kws_scaling;

/*
 * output[c] = clamp(zero point + requantize(sums[c] + bias[c])), for count channels
 *
 * plain  1: no shift is above 0, and lowest is at least the zero point
 */
static inline void kws_scale_all(const kws_scaling *scaling, const int32_t *sums, int32_t count,
                                 int32_t plain, int8_t *output)
{
    const kws_scaling s = *scaling; /* not read again behind each byte that is written */

    if (plain) {
        for (int32_t c = 0; c < count; c++) {
            const int32_t value =
                kws_requantize_plain(sums[c] + s.bias[c], s.multiplier[c], s.shift[c]);

            output[c] = (int8_t)kws_clamp(value + s.zero_point, s.lowest, s.highest);
        }
    } else {
        for (int32_t c = 0; c < count; c++) {
            const int32_t value = kws_requantize(sums[c] + s.bias[c], s.multiplier[c], s.shift[c]);

            output[c] = (int8_t)kws_clamp(value + s.zero_point, s.lowest, s.highest);
        }
    }
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_SCALE_NEON_H */
