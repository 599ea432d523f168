/* Base-2 logarithm of a 64-bit integer, by a table of 33 values and a straight line between them.
 * Hand-written; never generated. edgekws/features/log2.py gives the same bits. */
#ifndef KWS_LOG2_H
#define KWS_LOG2_H

#include <stdint.h>

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Leading zero bits of a value that is not 0. */
static inline int32_t kws_leading_zeros(uint64_t value)
{
#if defined(__GNUC__)
    return (int32_t)__builtin_clzll(value);
#else
    int32_t zeros = 0;
    while ((value & UINT64_C(0x8000000000000000)) == 0) {
        value <<= 1;
        zeros++;
    }
    return zeros;
#endif
}

/*
 * log2(value) in Q16, from 0.0002 below the true one to 0.00002 above.
 *
 * table  uint32 [33]: round(65536 * log2(1 + i / 32))
 * value  1 or more
 */
static inline int32_t kws_log2_q16(const uint32_t *table, uint64_t value)
{
    const int32_t zeros = kws_leading_zeros(value);
    const uint32_t mantissa = (uint32_t)((value << zeros) >> 32); /* top bit set */
    const uint32_t place = (mantissa >> 26) & 31;
    const uint32_t rest = (mantissa >> 10) & 0xFFFF; /* Q16 between two entries */
    const uint32_t rise = ((table[place + 1] - table[place]) * rest) >> 16;

    return ((63 - zeros) << 16) + (int32_t)(table[place] + rise);
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_LOG2_H */
