/* Complex numbers of two int16 in one word, real part in bits 0..15: the arithmetic of kws_fft16.c.
 * One to three instructions each on cores with the DSP extension. Hand-written; never generated.
 * All give the same bits on every machine; sums and differences wrap modulo 2^16. */
#ifndef KWS_PAIR_H
#define KWS_PAIR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* C99 leaves these to the compiler; refuse one that does not keep the sign, or does not wrap. */
typedef char kws_pair_needs_arithmetic_shift[((-1 >> 1) == -1) ? 1 : -1];
typedef char kws_pair_needs_wrapping[((int16_t)0x12345 == 0x2345) ? 1 : -1];

#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)

typedef uint32_t kws_pair;

#define KWS_PAIR_OP(name, instruction)                                                             \
    static inline kws_pair name(kws_pair a, kws_pair b)                                            \
    {                                                                                              \
        kws_pair result;                                                                           \
        __asm__(instruction " %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));                        \
        return result;                                                                             \
    }

KWS_PAIR_OP(kws_pair_add, "sadd16")
KWS_PAIR_OP(kws_pair_sub, "ssub16")
KWS_PAIR_OP(kws_pair_add_i, "sasx")        /* a + i b */
KWS_PAIR_OP(kws_pair_sub_i, "ssax")        /* a - i b */
KWS_PAIR_OP(kws_pair_half_sum, "shadd16")  /* (a + b) / 2, not wrapped, rounded down */
KWS_PAIR_OP(kws_pair_half_diff, "shsub16") /* (a - b) / 2, not wrapped, rounded down */

#undef KWS_PAIR_OP

static inline kws_pair kws_pair_load(const uint32_t *from)
{
    return *from;
}

static inline void kws_pair_store(uint32_t *to, kws_pair a)
{
    *to = a;
}

static inline kws_pair kws_pair_make(int32_t re, int32_t im)
{
    kws_pair result;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(result) : "r"(re), "r"(im));
    return result;
}

/* The real part of a and the imaginary part of b. */
static inline kws_pair kws_pair_parts(kws_pair a, kws_pair b)
{
    kws_pair result;
    __asm__("pkhbt %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
    return result;
}

/* Both parts times factor / 2^16, rounded, halves up; factor is 0..32767. */
static inline kws_pair kws_pair_scaled(kws_pair a, int32_t factor)
{
    const int32_t half = 32768;
    int32_t re;
    int32_t im;
    kws_pair result;
    __asm__("smlabb %0, %1, %2, %3" : "=r"(re) : "r"(a), "r"(factor), "r"(half));
    __asm__("smlatb %0, %1, %2, %3" : "=r"(im) : "r"(a), "r"(factor), "r"(half));
    __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(result) : "r"(im), "r"(re));
    return result;
}

/* Both parts times factor, wrapped, then as kws_pair_scaled; factor is -32768..32767. */
static inline kws_pair kws_pair_raised(kws_pair a, int32_t factor, int32_t scale)
{
    const int32_t half = 32768;
    int32_t re;
    int32_t im;
    kws_pair result;
    __asm__("smulbb %0, %1, %2" : "=r"(re) : "r"(a), "r"(factor));
    __asm__("smultb %0, %1, %2" : "=r"(im) : "r"(a), "r"(factor));
    __asm__("smlabb %0, %1, %2, %3" : "=r"(re) : "r"(re), "r"(scale), "r"(half));
    __asm__("smlabb %0, %1, %2, %3" : "=r"(im) : "r"(im), "r"(scale), "r"(half));
    __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(result) : "r"(im), "r"(re));
    return result;
}

/* a * b / 2^15, rounded, halves up, wrapped. */
static inline kws_pair kws_pair_mul(kws_pair a, kws_pair b)
{
    const int32_t half = 16384;
    int32_t re;
    int32_t im;
    kws_pair result;
    __asm__("smlsd %0, %1, %2, %3" : "=r"(re) : "r"(a), "r"(b), "r"(half));
    __asm__("smladx %0, %1, %2, %3" : "=r"(im) : "r"(a), "r"(b), "r"(half));
    __asm__("pkhtb %0, %1, %2, asr #15" : "=r"(result) : "r"((uint32_t)im << 1), "r"(re));
    return result;
}

/* Two samples times two weights, / 2^12, rounded down. */
static inline kws_pair kws_pair_windowed(kws_pair samples, kws_pair weights)
{
    int32_t re;
    int32_t im;
    kws_pair result;
    __asm__("smulbb %0, %1, %2" : "=r"(re) : "r"(samples), "r"(weights));
    __asm__("smultt %0, %1, %2" : "=r"(im) : "r"(samples), "r"(weights));
    __asm__("pkhtb %0, %1, %2, asr #12" : "=r"(result) : "r"((uint32_t)im << 4), "r"(re));
    return result;
}

/* `bits` and the magnitudes of both parts, bit by bit; that of -32768 is bit 15. */
static inline uint32_t kws_pair_magnitudes(uint32_t bits, kws_pair a)
{
    const uint32_t zero = 0;
    uint32_t sizes;
    __asm__("ssub16 %0, %1, %2\n\tsel %0, %0, %2" : "=&r"(sizes) : "r"(zero), "r"(a) : "cc");
    return bits | sizes;
}

/* |a|^2, unless both parts are -32768. */
static inline uint32_t kws_pair_energy(kws_pair a)
{
    uint32_t result;
    __asm__("smuad %0, %1, %1" : "=r"(result) : "r"(a));
    return result;
}

#else

typedef struct {
    int16_t re;
    int16_t im;
} kws_pair;

static inline kws_pair kws_pair_make(int32_t re, int32_t im)
{
    const kws_pair result = {(int16_t)re, (int16_t)im};
    return result;
}

static inline kws_pair kws_pair_load(const uint32_t *from)
{
    return kws_pair_make((int16_t)(uint16_t)(*from & 0xFFFFu), (int16_t)(uint16_t)(*from >> 16));
}

static inline void kws_pair_store(uint32_t *to, kws_pair a)
{
    *to = (uint32_t)(uint16_t)a.re | (uint32_t)(uint16_t)a.im << 16;
}

static inline kws_pair kws_pair_add(kws_pair a, kws_pair b)
{
    return kws_pair_make(a.re + b.re, a.im + b.im);
}

static inline kws_pair kws_pair_sub(kws_pair a, kws_pair b)
{
    return kws_pair_make(a.re - b.re, a.im - b.im);
}

/* a + i b */
static inline kws_pair kws_pair_add_i(kws_pair a, kws_pair b)
{
    return kws_pair_make(a.re - b.im, a.im + b.re);
}

/* a - i b */
static inline kws_pair kws_pair_sub_i(kws_pair a, kws_pair b)
{
    return kws_pair_make(a.re + b.im, a.im - b.re);
}

/* (a + b) / 2, not wrapped, rounded down */
static inline kws_pair kws_pair_half_sum(kws_pair a, kws_pair b)
{
    return kws_pair_make((a.re + b.re) >> 1, (a.im + b.im) >> 1);
}

/* (a - b) / 2, not wrapped, rounded down */
static inline kws_pair kws_pair_half_diff(kws_pair a, kws_pair b)
{
    return kws_pair_make((a.re - b.re) >> 1, (a.im - b.im) >> 1);
}

/* The real part of a and the imaginary part of b. */
static inline kws_pair kws_pair_parts(kws_pair a, kws_pair b)
{
    return kws_pair_make(a.re, b.im);
}

/* Both parts times factor / 2^16, rounded, halves up; factor is 0..32767. */
static inline kws_pair kws_pair_scaled(kws_pair a, int32_t factor)
{
    return kws_pair_make((a.re * factor + 32768) >> 16, (a.im * factor + 32768) >> 16);
}

/* Both parts times factor, wrapped, then as kws_pair_scaled; factor is -32768..32767. */
static inline kws_pair kws_pair_raised(kws_pair a, int32_t factor, int32_t scale)
{
    return kws_pair_scaled(kws_pair_make(a.re * factor, a.im * factor), scale);
}

/* a * b / 2^15, rounded, halves up, wrapped. */
static inline kws_pair kws_pair_mul(kws_pair a, kws_pair b)
{
    return kws_pair_make((a.re * b.re - a.im * b.im + 16384) >> 15,
                         (a.re * b.im + a.im * b.re + 16384) >> 15);
}

/* Two samples times two weights, / 2^12, rounded down. */
static inline kws_pair kws_pair_windowed(kws_pair samples, kws_pair weights)
{
    return kws_pair_make((samples.re * weights.re) >> 12, (samples.im * weights.im) >> 12);
}

/* `bits` and the magnitudes of both parts, bit by bit; that of -32768 is bit 15. */
static inline uint32_t kws_pair_magnitudes(uint32_t bits, kws_pair a)
{
    const int32_t re = a.re < 0 ? -a.re : a.re;
    const int32_t im = a.im < 0 ? -a.im : a.im;

    return bits | (uint32_t)(re | im);
}

/* |a|^2, unless both parts are -32768. */
static inline uint32_t kws_pair_energy(kws_pair a)
{
    return (uint32_t)(a.re * a.re) + (uint32_t)(a.im * a.im);
}

#endif

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_PAIR_H */
