/* The multiplications of the frontends, each of them one instruction on cores with the DSP
 * extension. Hand-written; never generated. All give the same bits on every machine.
 *
 * edgekws/features/fft.py (mul_high) gives the same bits.
 */
#ifndef KWS_MUL_HIGH_H
#define KWS_MUL_HIGH_H

#include <stdint.h>

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* C99 leaves >> of a negative to the compiler; refuse one that does not keep the sign. */
typedef char kws_mul_high_needs_arithmetic_shift[((-1 >> 1) == -1) ? 1 : -1];

#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)

static inline int32_t kws_mul_high(int32_t a, int32_t b)
{
    int32_t result;
    __asm__("smmulr %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
    return result;
}

static inline int32_t kws_mul_high_add(int32_t sum, int32_t a, int32_t b)
{
    int32_t result;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}

static inline int32_t kws_mul_high_sub(int32_t sum, int32_t a, int32_t b)
{
    int32_t result;
    __asm__("smmlsr %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}

static inline int32_t kws_mul_16(int32_t a, int16_t b)
{
    int32_t result;
    __asm__("smulwb %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
    return result;
}

/* The same with the low and the high half of a word. */
static inline int32_t kws_mul_16_low(int32_t a, uint32_t pair)
{
    int32_t result;
    __asm__("smulwb %0, %1, %2" : "=r"(result) : "r"(a), "r"(pair));
    return result;
}

static inline int32_t kws_mul_16_high(int32_t a, uint32_t pair)
{
    int32_t result;
    __asm__("smulwt %0, %1, %2" : "=r"(result) : "r"(a), "r"(pair));
    return result;
}

#define KWS_MUL_16_PAIRS 1

#else

/* a * b / 2^32, rounded, halves towards plus infinity. */
static inline int32_t kws_mul_high(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b + INT64_C(0x80000000)) >> 32);
}

/* sum + a * b / 2^32, rounded, halves towards plus infinity. */
static inline int32_t kws_mul_high_add(int32_t sum, int32_t a, int32_t b)
{
    return sum + (int32_t)(((int64_t)a * b + INT64_C(0x80000000)) >> 32);
}

/* sum - a * b / 2^32, rounded, halves towards plus infinity. */
static inline int32_t kws_mul_high_sub(int32_t sum, int32_t a, int32_t b)
{
    return sum + (int32_t)((INT64_C(0x80000000) - (int64_t)a * b) >> 32);
}

/* a * b / 2^16, rounded towards minus infinity. */
static inline int32_t kws_mul_16(int32_t a, int16_t b)
{
    return (int32_t)(((int64_t)a * b) >> 16);
}

#endif

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_MUL_HIGH_H */
