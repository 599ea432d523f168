/*
 * Sums of products of four channels at two places, by the best instructions there are. All give
 * the same bits. Hand-written.
 *
 * w       [blocks][4 channels][16]: int8, none -128, so that two products fit in 16 bits
 * x, y    what the two places read: int8 [blocks][16]
 */
#ifndef KWS_SUMS_NEON_H
#define KWS_SUMS_NEON_H

#include <stdint.h>

#if defined(__ARM_NEON) && defined(__GNUC__)
#include <arm_neon.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

#if defined(__aarch64__) && defined(__linux__) && defined(__has_include)
#if __has_include(<sys/auxv.h>)
#include <sys/auxv.h>
#define KWS_ASKS_FOR_DOT 1
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* A sum of each of four channels, at two places. */
#if defined(__ARM_NEON) && defined(__GNUC__)
typedef struct {
    int32x4_t first;
    int32x4_t second;
} kws_sums;
#else
typedef struct {
    int32_t first[4];
    int32_t second[4];
} kws_sums;
#endif

typedef void (*kws_summing)(kws_sums *sums, const int8_t *w, const int8_t *x, const int8_t *y,
                            int32_t blocks);

#if defined(__ARM_NEON) && defined(__GNUC__)

/* The sum of the four lanes of each. */
static inline int32x4_t kws_sums_join(int32x4_t a, int32x4_t b, int32x4_t c, int32x4_t d)
{
#ifdef __aarch64__
    return vpaddq_s32(vpaddq_s32(a, b), vpaddq_s32(c, d));
#else
    const int32x2_t low = vpadd_s32(vadd_s32(vget_low_s32(a), vget_high_s32(a)),
                                    vadd_s32(vget_low_s32(b), vget_high_s32(b)));
    const int32x2_t high = vpadd_s32(vadd_s32(vget_low_s32(c), vget_high_s32(c)),
                                     vadd_s32(vget_low_s32(d), vget_high_s32(d)));

    return vcombine_s32(low, high);
#endif
}

/* 16 values of one place times those of one channel. */
static inline int32x4_t kws_sums_add(int32x4_t sum, int8x16_t w, int8x16_t x)
{
    const int16x8_t low = vmull_s8(vget_low_s8(w), vget_low_s8(x));

#ifdef __aarch64__
    return vpadalq_s16(sum, vmlal_high_s8(low, w, x));
#else
    return vpadalq_s16(sum, vmlal_s8(low, vget_high_s8(w), vget_high_s8(x)));
#endif
}

/* Written out, as compilers keep an array of sums in memory. */
#define KWS_SUMS_CHANNEL(add, a, b, c)                                                             \
    do {                                                                                           \
        const int8x16_t ws = vld1q_s8(w + 16 * (c));                                               \
        a = add(a, ws, xs);                                                                        \
        b = add(b, ws, ys);                                                                        \
    } while (0)
#define KWS_SUMS_LOOP(add)                                                                         \
    const int8_t *const end = x + 16 * blocks;                                                     \
    int32x4_t a0 = vdupq_n_s32(0);                                                                 \
    int32x4_t a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;                       \
                                                                                                   \
    while (x < end) {                                                                              \
        const int8x16_t xs = vld1q_s8(x);                                                          \
        const int8x16_t ys = vld1q_s8(y);                                                          \
                                                                                                   \
        KWS_SUMS_CHANNEL(add, a0, b0, 0);                                                          \
        KWS_SUMS_CHANNEL(add, a1, b1, 1);                                                          \
        KWS_SUMS_CHANNEL(add, a2, b2, 2);                                                          \
        KWS_SUMS_CHANNEL(add, a3, b3, 3);                                                          \
        w += 64;                                                                                   \
        x += 16;                                                                                   \
        y += 16;                                                                                   \
    }                                                                                              \
    sums->first = kws_sums_join(a0, a1, a2, a3);                                                   \
    sums->second = kws_sums_join(b0, b1, b2, b3)

static inline void kws_sums_plain(kws_sums *sums, const int8_t *w, const int8_t *x, const int8_t *y,
                                  int32_t blocks)
{
    KWS_SUMS_LOOP(kws_sums_add);
}

#ifdef __aarch64__

/* Functions with this may use the dot product instructions. */
#ifdef __clang__
#define KWS_DOT_TARGET __attribute__((target("dotprod")))
#else
#define KWS_DOT_TARGET __attribute__((target("arch=armv8.2-a+dotprod")))
#endif

/* Lane i of the sum grows by the sum of w[4 * i + k] * x[4 * i + k], k = 0..3. */
KWS_DOT_TARGET static inline int32x4_t kws_sums_add_dot(int32x4_t sum, int8x16_t w, int8x16_t x)
{
    /* In assembly, as arm_neon.h may lack it. */
    __asm__("sdot %0.4s, %1.16b, %2.16b" : "+w"(sum) : "w"(w), "w"(x));
    return sum;
}

KWS_DOT_TARGET static inline void kws_sums_dot(kws_sums *sums, const int8_t *w, const int8_t *x,
                                               const int8_t *y, int32_t blocks)
{
    KWS_SUMS_LOOP(kws_sums_add_dot);
}

#endif

#elif defined(__SSE2__)

/* Eight int8 as int16 */
static inline __m128i kws_sums_widen(const int8_t *values)
{
    const __m128i bytes = _mm_loadl_epi64((const __m128i *)(const void *)values);

    return _mm_srai_epi16(_mm_unpacklo_epi8(bytes, bytes), 8);
}

/* The four lanes of each sum, added up. */
static inline void kws_sums_join(int32_t *sums, const __m128i *sum)
{
    const __m128i a =
        _mm_add_epi32(_mm_unpacklo_epi32(sum[0], sum[1]), _mm_unpackhi_epi32(sum[0], sum[1]));
    const __m128i b =
        _mm_add_epi32(_mm_unpacklo_epi32(sum[2], sum[3]), _mm_unpackhi_epi32(sum[2], sum[3]));

    _mm_storeu_si128((__m128i *)(void *)sums,
                     _mm_add_epi32(_mm_unpacklo_epi64(a, b), _mm_unpackhi_epi64(a, b)));
}

static inline void kws_sums_plain(kws_sums *sums, const int8_t *w, const int8_t *x, const int8_t *y,
                                  int32_t blocks)
{
    const __m128i zero = _mm_setzero_si128();
    __m128i first[4] = {zero, zero, zero, zero};
    __m128i second[4] = {zero, zero, zero, zero};

    for (int32_t i = 0; i < 2 * blocks; i++) {
        const __m128i xs = kws_sums_widen(x);
        const __m128i ys = kws_sums_widen(y);

        for (int32_t c = 0; c < 4; c++) {
            const __m128i ws = kws_sums_widen(w + 16 * c);

            first[c] = _mm_add_epi32(first[c], _mm_madd_epi16(ws, xs));
            second[c] = _mm_add_epi32(second[c], _mm_madd_epi16(ws, ys));
        }
        w += i % 2 == 0 ? 8 : 56;
        x += 8;
        y += 8;
    }
    kws_sums_join(sums->first, first);
    kws_sums_join(sums->second, second);
}

#else

static inline void kws_sums_plain(kws_sums *sums, const int8_t *w, const int8_t *x, const int8_t *y,
                                  int32_t blocks)
{
    for (int32_t c = 0; c < 4; c++) {
        sums->first[c] = 0;
        sums->second[c] = 0;
    }
    for (int32_t i = 0; i < blocks; i++) {
        for (int32_t c = 0; c < 4; c++) {
            for (int32_t k = 0; k < 16; k++) {
                sums->first[c] += (int32_t)w[16 * c + k] * x[k];
                sums->second[c] += (int32_t)w[16 * c + k] * y[k];
            }
        }
        w += 64;
        x += 16;
        y += 16;
    }
}

#endif

/* Whether this core has the dot product instructions. */
static inline int32_t kws_sums_has_dot(void)
{
#ifdef __ARM_FEATURE_DOTPROD
    return 1;
#elif defined(KWS_ASKS_FOR_DOT)
    return (getauxval(AT_HWCAP) & (1ul << 20)) != 0; /* HWCAP_ASIMDDP */
#else
    return 0;
#endif
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_SUMS_NEON_H */
