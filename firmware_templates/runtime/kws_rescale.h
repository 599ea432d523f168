/* From the sums of a layer that multiplies to its int8 output: one record of constants a channel.
 */
#ifndef KWS_RESCALE_H
#define KWS_RESCALE_H

#include <stdint.h>

#include "kws_requantize.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Words of a record: bias (less input zero point * weights), multiplier, shift to the right - 1. */
enum { KWS_RECORD_WORDS = 3 };

typedef struct {
    int32_t zero_point; /* -128..127 */
    int32_t lowest;     /* -128..127 */
    int32_t highest;    /* lowest..127 */
    int32_t plain;      /* 1: every shift is 0..30, and twice a sum fits in 32 bits */
} kws_output_range;

/*
 * round(a * b / 2^32), halves towards plus infinity
 *
 * b  0 or more
 */
static inline int32_t kws_high_product(int32_t a, int32_t b)
{
#if defined(__ARM_ARCH_6M__) || defined(KWS_NO_LONG_MULTIPLY)
    /* The library's 64-bit product takes two to three times as many instructions. */
    const uint32_t a_low = (uint32_t)a & 0xffffu;
    const uint32_t b_low = (uint32_t)b & 0xffffu;
    const int32_t a_high = a >> 16;
    const int32_t b_high = b >> 16;
    const int32_t left = a_high * (int32_t)b_low;
    const uint32_t right = a_low * (uint32_t)b_high;
    const uint32_t middle =
        (a_low * b_low >> 16) + ((uint32_t)left & 0xffffu) + (right & 0xffffu) + 0x8000u;

    return a_high * b_high + (left >> 16) + (int32_t)(right >> 16) + (int32_t)(middle >> 16);
#else
    const int64_t product = (int64_t)a * b;

    return (int32_t)(product >> 32) + (int32_t)((uint32_t)product >> 31);
#endif
}

/*
 * clamp(zero point + requantize(sum)); see kws_requantize.h
 *
 * sum  with the record's bias
 */
static inline int8_t kws_rescale(int32_t sum, const int32_t *record, const kws_output_range *range)
{
    int32_t value;

    if (range->plain) {
        /* Both roundings without a branch: halves away from zero, and the zero point on the way. */
        value = kws_high_product(2 * sum, record[1]);
        value += value >> 31;
        value = ((value >> record[2]) + 2 * range->zero_point + 1) >> 1;
    } else {
        value = kws_requantize(sum, record[1], -record[2] - 1) + range->zero_point;
    }
    return (int8_t)kws_clamp(value, range->lowest, range->highest);
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_RESCALE_H */
