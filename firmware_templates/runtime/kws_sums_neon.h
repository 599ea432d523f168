/*
 * Sums of products of four channels at two places, by the best instructions there are. All give
 * the same bits. Hand-written.
 *
 * w       [blocks][4][4 channels][4]: int8, none -128, so that two products fit in 16 bits
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
typedef struct {
    int32_t first[4];
    int32_t second[4];
} kws_sums;

typedef void (*kws_summing)(kws_sums *sums, const int8_t *w, const int8_t *x, const int8_t *y,
                            int32_t blocks);

#if defined(__ARM_NEON) && defined(__GNUC__)

/* Channels 0 and 1 in one sum, two parts of each, 2 and 3 in the other. */
static inline int32x4_t kws_sums_join(int32x4_t low, int32x4_t high)
{
    return vcombine_s32(vpadd_s32(vget_low_s32(low), vget_high_s32(low)),
                        vpadd_s32(vget_low_s32(high), vget_high_s32(high)));
}

/* Eight of the values of one place; w has them of channels 0 and 1, or of 2 and 3. */
static inline int32x4_t kws_sums_eight(int32x4_t sum, int8x8_t w0, int8x8_t w1, int8x8_t x)
{
    const int32x2_t fours = vreinterpret_s32_s8(x);
    const int8x8_t x0 = vreinterpret_s8_s32(vdup_lane_s32(fours, 0));
    const int8x8_t x1 = vreinterpret_s8_s32(vdup_lane_s32(fours, 1));

    return vpadalq_s16(sum, vmlal_s8(vmull_s8(w0, x0), w1, x1));
}

static inline void kws_sums_plain(kws_sums *sums, const int8_t *w, const int8_t *x, const int8_t *y,
                                  int32_t blocks)
{
    int32x4_t x_low = vdupq_n_s32(0);
    int32x4_t x_high = x_low;
    int32x4_t y_low = x_low;
    int32x4_t y_high = x_low;

    for (int32_t i = 0; i < 2 * blocks; i++) {
        const int8x16_t w0 = vld1q_s8(w);
        const int8x16_t w1 = vld1q_s8(w + 16);
        const int8x8_t xs = vld1_s8(x);
        const int8x8_t ys = vld1_s8(y);

        x_low = kws_sums_eight(x_low, vget_low_s8(w0), vget_low_s8(w1), xs);
        y_low = kws_sums_eight(y_low, vget_low_s8(w0), vget_low_s8(w1), ys);
        x_high = kws_sums_eight(x_high, vget_high_s8(w0), vget_high_s8(w1), xs);
        y_high = kws_sums_eight(y_high, vget_high_s8(w0), vget_high_s8(w1), ys);
        w += 32;
        x += 8;
        y += 8;
    }
    vst1q_s32(sums->first, kws_sums_join(x_low, x_high));
    vst1q_s32(sums->second, kws_sums_join(y_low, y_high));
}

#ifdef __aarch64__

/* Functions with this may use the dot product instructions. */
#ifdef __clang__
#define KWS_DOT_TARGET __attribute__((target("dotprod")))
#else
#define KWS_DOT_TARGET __attribute__((target("arch=armv8.2-a+dotprod")))
#endif

/* sum[c] += the sum of w[c][k] * x[4 * lane + k]. In assembly, as arm_neon.h may lack it. */
#define KWS_SDOT(sum, w, x, lane)                                                                  \
    __asm__("sdot %0.4s, %1.16b, %2.4b[" #lane "]" : "+w"(sum) : "w"(w), "w"(x))
#define KWS_SDOT_TWO(lane)                                                                         \
    do {                                                                                           \
        const int8x16_t four = vld1q_s8(w + 16 * (lane));                                          \
        KWS_SDOT(first, four, xs, lane);                                                           \
        KWS_SDOT(second, four, ys, lane);                                                          \
    } while (0)

KWS_DOT_TARGET static inline void kws_sums_dot(kws_sums *sums, const int8_t *w, const int8_t *x,
                                               const int8_t *y, int32_t blocks)
{
    int32x4_t first = vdupq_n_s32(0);
    int32x4_t second = first;

    for (int32_t i = 0; i < blocks; i++) {
        const int8x16_t xs = vld1q_s8(x);
        const int8x16_t ys = vld1q_s8(y);

        KWS_SDOT_TWO(0);
        KWS_SDOT_TWO(1);
        KWS_SDOT_TWO(2);
        KWS_SDOT_TWO(3);
        w += 64;
        x += 16;
        y += 16;
    }
    vst1q_s32(sums->first, first);
    vst1q_s32(sums->second, second);
}

#endif

#elif defined(__SSE2__)

typedef struct {
    __m128i low; /* channels 0 and 1, two parts of each */
    __m128i high;
} kws_sums_parts;

/* Four values of one place, twice in x, times those of four channels. */
static inline void kws_sums_four(kws_sums_parts *sum, __m128i w_low, __m128i w_high, __m128i x)
{
    sum->low = _mm_add_epi32(sum->low, _mm_madd_epi16(w_low, x));
    sum->high = _mm_add_epi32(sum->high, _mm_madd_epi16(w_high, x));
}

static inline void kws_sums_store(int32_t *sums, const kws_sums_parts *parts)
{
    const __m128 low = _mm_castsi128_ps(parts->low);
    const __m128 high = _mm_castsi128_ps(parts->high);
    const __m128i even = _mm_castps_si128(_mm_shuffle_ps(low, high, _MM_SHUFFLE(2, 0, 2, 0)));
    const __m128i odd = _mm_castps_si128(_mm_shuffle_ps(low, high, _MM_SHUFFLE(3, 1, 3, 1)));

    _mm_storeu_si128((__m128i *)(void *)sums, _mm_add_epi32(even, odd));
}

/* Eight int8 as int16 */
static inline __m128i kws_sums_widen(const int8_t *values)
{
    const __m128i bytes = _mm_loadl_epi64((const __m128i *)(const void *)values);

    return _mm_srai_epi16(_mm_unpacklo_epi8(bytes, bytes), 8);
}

static inline void kws_sums_plain(kws_sums *sums, const int8_t *w, const int8_t *x, const int8_t *y,
                                  int32_t blocks)
{
    kws_sums_parts first = {_mm_setzero_si128(), _mm_setzero_si128()};
    kws_sums_parts second = first;

    for (int32_t i = 0; i < 2 * blocks; i++) {
        const __m128i xs = kws_sums_widen(x);
        const __m128i ys = kws_sums_widen(y);
        __m128i low = kws_sums_widen(w);
        __m128i high = kws_sums_widen(w + 8);

        kws_sums_four(&first, low, high, _mm_unpacklo_epi64(xs, xs));
        kws_sums_four(&second, low, high, _mm_unpacklo_epi64(ys, ys));
        low = kws_sums_widen(w + 16);
        high = kws_sums_widen(w + 24);
        kws_sums_four(&first, low, high, _mm_unpackhi_epi64(xs, xs));
        kws_sums_four(&second, low, high, _mm_unpackhi_epi64(ys, ys));
        w += 32;
        x += 8;
        y += 8;
    }
    kws_sums_store(sums->first, &first);
    kws_sums_store(sums->second, &second);
}

#else

static inline void kws_sums_plain(kws_sums *sums, const int8_t *w, const int8_t *x, const int8_t *y,
                                  int32_t blocks)
{
    for (int32_t c = 0; c < 4; c++) {
        sums->first[c] = 0;
        sums->second[c] = 0;
    }
    for (int32_t i = 0; i < 4 * blocks; i++) {
        for (int32_t c = 0; c < 4; c++) {
            for (int32_t k = 0; k < 4; k++) {
                sums->first[c] += (int32_t)w[4 * c + k] * x[k];
                sums->second[c] += (int32_t)w[4 * c + k] * y[k];
            }
        }
        w += 16;
        x += 4;
        y += 4;
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
