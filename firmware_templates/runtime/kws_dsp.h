/* The packed instructions of the DSP extension (Cortex-M4, M7, M33), each of them one instruction
 * there and plain C elsewhere. Hand-written; never generated. All give the same bits everywhere.
 *
 * A pair is two int16 in one word, "low" in bits 0..15. Sums wrap modulo 2^32.
 */
#ifndef KWS_DSP_H
#define KWS_DSP_H

#include <stdint.h>
#include <string.h>

#include "kws_mul_high.h"
#include "kws_requantize.h"

#ifdef __cplusplus
extern "C" {
#endif

/* For functions with a constant argument, of which each value is a function of its own. */
#ifdef __GNUC__
#define KWS_DSP_INLINE static inline __attribute__((always_inline))
#else
#define KWS_DSP_INLINE static inline
#endif

/* Four int8 from any address; the first is in bits 0..7. */
static inline uint32_t kws_dsp_load(const int8_t *from)
{
    uint32_t word;

    memcpy(&word, from, sizeof word);
    return word;
}

/* The halves of a pair. */
static inline int32_t kws_dsp_low(uint32_t pair)
{
    return (int16_t)(uint16_t)(pair & 0xffffu);
}

static inline int32_t kws_dsp_high(uint32_t pair)
{
    return (int16_t)(uint16_t)(pair >> 16);
}

#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)

static inline uint32_t kws_dsp_even(uint32_t bytes)
{
    uint32_t result;
    __asm__("sxtb16 %0, %1" : "=r"(result) : "r"(bytes));
    return result;
}

static inline uint32_t kws_dsp_odd(uint32_t bytes)
{
    uint32_t result;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(result) : "r"(bytes));
    return result;
}

static inline uint32_t kws_dsp_add_even(uint32_t pair, uint32_t bytes)
{
    uint32_t result;
    __asm__("sxtab16 %0, %1, %2" : "=r"(result) : "r"(pair), "r"(bytes));
    return result;
}

static inline uint32_t kws_dsp_add_odd(uint32_t pair, uint32_t bytes)
{
    uint32_t result;
    __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(result) : "r"(pair), "r"(bytes));
    return result;
}

static inline uint32_t kws_dsp_lows(uint32_t a, uint32_t b)
{
    uint32_t result;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(result) : "r"(a), "r"(b));
    return result;
}

static inline uint32_t kws_dsp_highs(uint32_t a, uint32_t b)
{
    uint32_t result;
    __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(result) : "r"(b), "r"(a));
    return result;
}

static inline uint32_t kws_dsp_dot(uint32_t sum, uint32_t a, uint32_t b)
{
    uint32_t result;
    __asm__("smlad %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}

static inline uint32_t kws_dsp_twice(uint32_t pair)
{
    uint32_t result;
    __asm__("sadd16 %0, %1, %1" : "=r"(result) : "r"(pair));
    return result;
}

static inline uint32_t kws_dsp_low_high(uint32_t sum, uint32_t a, uint32_t b)
{
    uint32_t result;
    __asm__("smlabt %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}

static inline int32_t kws_dsp_half_to_int8(int32_t value)
{
    int32_t result;
    __asm__("ssat %0, #8, %1, asr #1" : "=r"(result) : "r"(value) : "cc");
    return result;
}

static inline int32_t kws_dsp_half_to_int16(int32_t value)
{
    int32_t result;
    __asm__("ssat %0, #16, %1, asr #1" : "=r"(result) : "r"(value) : "cc");
    return result;
}

#else

/* The pair (byte 0, byte 2), with their signs. */
static inline uint32_t kws_dsp_even(uint32_t bytes)
{
    const uint32_t low = (uint32_t)(int8_t)(uint8_t)(bytes & 0xffu);
    const uint32_t high = (uint32_t)(int8_t)(uint8_t)(bytes >> 16 & 0xffu);

    return (low & 0xffffu) | high << 16;
}

/* The pair (byte 1, byte 3), with their signs. */
static inline uint32_t kws_dsp_odd(uint32_t bytes)
{
    return kws_dsp_even(bytes >> 8);
}

/* The pair and (byte 0, byte 2), each sum by itself, modulo 2^16. */
static inline uint32_t kws_dsp_add_even(uint32_t pair, uint32_t bytes)
{
    const uint32_t more = kws_dsp_even(bytes);

    return ((pair + more) & 0xffffu) | ((pair & 0xffff0000u) + (more & 0xffff0000u));
}

/* The pair and (byte 1, byte 3). */
static inline uint32_t kws_dsp_add_odd(uint32_t pair, uint32_t bytes)
{
    return kws_dsp_add_even(pair, bytes >> 8);
}

/* The pair (low half of a, low half of b). */
static inline uint32_t kws_dsp_lows(uint32_t a, uint32_t b)
{
    return (a & 0xffffu) | b << 16;
}

/* The pair (high half of a, high half of b). */
static inline uint32_t kws_dsp_highs(uint32_t a, uint32_t b)
{
    return a >> 16 | (b & 0xffff0000u);
}

/* sum + low * low + high * high */
static inline uint32_t kws_dsp_dot(uint32_t sum, uint32_t a, uint32_t b)
{
    return sum + (uint32_t)(kws_dsp_low(a) * kws_dsp_low(b)) +
           (uint32_t)(kws_dsp_high(a) * kws_dsp_high(b));
}

/* The pair (2 * low, 2 * high); both must fit. */
static inline uint32_t kws_dsp_twice(uint32_t pair)
{
    return (pair << 1 & 0xfffeu) | (pair & 0xffff0000u) << 1;
}

/* sum + low half of a * high half of b */
static inline uint32_t kws_dsp_low_high(uint32_t sum, uint32_t a, uint32_t b)
{
    return sum + (uint32_t)(kws_dsp_low(a) * kws_dsp_high(b));
}

/* value / 2, rounded down, or the nearer of -128 and 127 */
static inline int32_t kws_dsp_half_to_int8(int32_t value)
{
    const int32_t half = value >> 1;

    if (half < -128) {
        return -128;
    }
    return half > 127 ? 127 : half;
}

/* value / 2, rounded down, or the nearer of -32768 and 32767 */
static inline int32_t kws_dsp_half_to_int16(int32_t value)
{
    const int32_t half = value >> 1;

    if (half < INT16_MIN) {
        return INT16_MIN;
    }
    return half > INT16_MAX ? INT16_MAX : half;
}

#endif

/*
 * From a sum to int8: kws_requantize and the zero point, cut to -128..127.
 *
 * twice       two times the sum; the generator has checked that it and what follows fit
 * multiplier  as kws_requantize has it
 * rounding    (2 * zero point + 1) * 2^shift: half a step and the zero point
 * shift       0..30: kws_requantize's to the right, less one, which the last step makes up for
 *
 * The second rounding takes halves away from zero, so one is subtracted from what is negative. The
 * sum's sign serves: a product that was rounded to 0 from below is 0 with and without.
 */
static inline int32_t kws_dsp_requantize(int32_t twice, int32_t multiplier, int32_t rounding,
                                         int32_t shift)
{
    return kws_dsp_half_to_int8(kws_mul_high_add(rounding + (twice >> 31), twice, multiplier) >>
                                shift);
}

/* What kws_dsp_requantize needs for one channel. */
typedef struct {
    int32_t bias; /* two times the bias */
    int32_t multiplier;
    int32_t rounding;
    int32_t shift;
} kws_dsp_channel;

enum { KWS_DSP_PAIR_WORDS = 5 };

/* What rounds the results of all channels, before their shift. zero_point: of the output */
static inline int32_t kws_dsp_half(int32_t zero_point)
{
    return 2 * zero_point + 1;
}

/*
 * Channel 0 or 1 of a pair.
 *
 * words  two times the bias of both; the multiplier of both; the shift of the first in bits 0..7
 *        and of the second in bits 8..15
 * half   kws_dsp_half
 */
static inline kws_dsp_channel kws_dsp_read_channel(const int32_t *words, int32_t number,
                                                   int32_t half)
{
    kws_dsp_channel c;

    c.bias = words[number];
    c.multiplier = words[2 + number];
    c.shift = (int32_t)((uint32_t)words[4] >> 8 * number & 0xffu);
    c.rounding = (int32_t)((uint32_t)half << c.shift);
    return c;
}

/* twice: two times the sum without the bias */
static inline int8_t kws_dsp_finish(const kws_dsp_channel *c, int32_t twice)
{
    return (int8_t)kws_dsp_requantize(twice + c->bias, c->multiplier, c->rounding, c->shift);
}

/*
 * A pair of channels, cut to lowest..highest. first, second: two times the sums without the bias
 */
static inline void kws_dsp_finish_pair(const int32_t *words, int32_t half, int32_t first,
                                       int32_t second, int32_t lowest, int32_t highest,
                                       int8_t *output)
{
    const kws_dsp_channel a = kws_dsp_read_channel(words, 0, half);
    const kws_dsp_channel b = kws_dsp_read_channel(words, 1, half);

    output[0] = (int8_t)kws_clamp(kws_dsp_finish(&a, first), lowest, highest);
    output[1] = (int8_t)kws_clamp(kws_dsp_finish(&b, second), lowest, highest);
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_DSP_H */
