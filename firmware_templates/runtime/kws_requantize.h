/*
 * TensorFlow Lite Micro's integer rescaling: round(accumulator * real factor) without a float.
 *
 * It rounds twice, as TFLM's default build does (gemmlowp). The Python twin is
 * edgekws/fixedpoint.py; the two must give the same bits. Values stay in int32; where a wider one
 * is needed it is int64.
 */
#ifndef KWS_REQUANTIZE_H
#define KWS_REQUANTIZE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* C99 leaves >> of a negative to the compiler; refuse one that does not keep the sign. */
typedef char kws_needs_arithmetic_shift[((-1 >> 1) == -1) ? 1 : -1];

/* round(a * b / 2^31), halves towards plus infinity; INT32_MIN times itself saturates. */
static inline int32_t kws_doubling_high_mul(int32_t a, int32_t b)
{
    const int64_t product = (int64_t)a * b;

    if (a == INT32_MIN && b == INT32_MIN) {
        return INT32_MAX;
    }
    return (int32_t)((product + ((int64_t)1 << 30)) >> 31);
}

/* round(value / 2^exponent), halves away from zero. exponent: 0..31 */
static inline int32_t kws_divide_by_power(int32_t value, int32_t exponent)
{
    const int32_t mask = (int32_t)(((uint32_t)1 << exponent) - 1u);
    const int32_t threshold = (mask >> 1) + (value < 0 ? 1 : 0);

    return (value >> exponent) + ((value & mask) > threshold ? 1 : 0);
}

/*
 * accumulator * multiplier * 2^(shift - 31)
 *
 * multiplier  0..2^31 - 1
 * shift       -31..30; above 0 it is to the left, and accumulator * 2^shift must fit in int32,
 *             which the generator has checked for every possible input
 */
static inline int32_t kws_requantize(int32_t accumulator, int32_t multiplier, int32_t shift)
{
    if (shift > 0) {
        const int32_t scaled = accumulator * ((int32_t)1 << shift);
        return kws_doubling_high_mul(scaled, multiplier);
    }
    return kws_divide_by_power(kws_doubling_high_mul(accumulator, multiplier), -shift);
}

/*
 * The same but for results below 0, which may come out one larger, and never above 0. Serves
 * layers whose results are cut off below 0. shift: -31..0
 */
static inline int32_t kws_requantize_plain(int32_t accumulator, int32_t multiplier, int32_t shift)
{
    const int64_t high = ((int64_t)accumulator * multiplier + ((int64_t)1 << 30)) >> 31;

    return (int32_t)((high + (((int64_t)1 << -shift) >> 1)) >> -shift);
}

/* The same bits as a signed number. */
static inline int32_t kws_as_signed(uint32_t value)
{
    return value <= (uint32_t)INT32_MAX ? (int32_t)value : -(int32_t)(UINT32_MAX - value) - 1;
}

/* value, or the nearer of the two bounds */
static inline int32_t kws_clamp(int32_t value, int32_t lowest, int32_t highest)
{
    if (value < lowest) {
        return lowest;
    }
    return value > highest ? highest : value;
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_REQUANTIZE_H */
