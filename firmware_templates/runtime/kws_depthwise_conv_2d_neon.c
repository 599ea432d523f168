#include "kws_depthwise_conv_2d_neon.h"

#include <stddef.h>

#include "kws_requantize.h"
#include "kws_requantize_neon.h"
#include "kws_scale_neon.h"
#include "kws_sums_neon.h"

enum { BLOCK = KWS_DEPTHWISE_CHANNELS };

/* A block of channels at one place. */
typedef struct {
    const int8_t *x; /* at the first of the block's channels */
    const int32_t *offsets;
    const int8_t *w;
    int32_t first; /* channel */
    int32_t count; /* 1..BLOCK */
} block;

#if defined(__ARM_NEON) && defined(__GNUC__)

typedef struct {
    int32x4_t sum[4];
} sums;

/* Two products fit in 16 bits, as no weight is -128. */
static inline void add_two(sums *s, const int8_t *x0, const int8_t *x1, const int8_t *w)
{
    const int8x16_t a = vld1q_s8(x0);
    const int8x16_t b = vld1q_s8(x1);
    const int8x16_t v = vld1q_s8(w);
    const int8x16_t u = vld1q_s8(w + BLOCK);
    int16x8_t low = vmull_s8(vget_low_s8(a), vget_low_s8(v));
    int16x8_t high = vmull_s8(vget_high_s8(a), vget_high_s8(v));

    low = vmlal_s8(low, vget_low_s8(b), vget_low_s8(u));
    high = vmlal_s8(high, vget_high_s8(b), vget_high_s8(u));
    s->sum[0] = vaddw_s16(s->sum[0], vget_low_s16(low));
    s->sum[1] = vaddw_s16(s->sum[1], vget_high_s16(low));
    s->sum[2] = vaddw_s16(s->sum[2], vget_low_s16(high));
    s->sum[3] = vaddw_s16(s->sum[3], vget_high_s16(high));
}

/* The last of an odd number of taps. */
static inline void add_one(sums *s, const int8_t *x, const int8_t *w)
{
    const int8x16_t a = vld1q_s8(x);
    const int8x16_t v = vld1q_s8(w);
    const int16x8_t low = vmull_s8(vget_low_s8(a), vget_low_s8(v));
    const int16x8_t high = vmull_s8(vget_high_s8(a), vget_high_s8(v));

    s->sum[0] = vaddw_s16(s->sum[0], vget_low_s16(low));
    s->sum[1] = vaddw_s16(s->sum[1], vget_high_s16(low));
    s->sum[2] = vaddw_s16(s->sum[2], vget_low_s16(high));
    s->sum[3] = vaddw_s16(s->sum[3], vget_high_s16(high));
}

/* Saturation to 16 bits changes nothing. */
static inline int16x4_t scale(const kws_depthwise_packed_params *p, int32x4_t sum, int32_t at)
{
    const int32x4_t multiplier = vld1q_s32(p->multiplier + at);
    const int32x4_t shift = kws_load_four_neon(p->shift + at);

    return vqmovn_s32(p->plain ? kws_requantize_plain_neon(sum, multiplier, shift)
                               : kws_requantize_neon(sum, multiplier, shift));
}

static inline int8x8_t finish(const kws_depthwise_packed_params *p, const int32x4_t *sum,
                              int32_t at)
{
    int16x8_t value = vcombine_s16(scale(p, sum[0], at), scale(p, sum[1], at + 4));

    value = vqaddq_s16(value, vdupq_n_s16((int16_t)p->output_zero_point));
    value = vmaxq_s16(value, vdupq_n_s16((int16_t)p->activation_min));
    return vmovn_s16(vminq_s16(value, vdupq_n_s16((int16_t)p->activation_max)));
}

/* 16 channels */
static inline void run_vector(const kws_depthwise_packed_params *p, const block *b, int8_t *output)
{
    const int32_t taps = p->taps;
    const int8_t *w = b->w;
    sums s;

    for (int32_t i = 0; i < 4; i++) {
        s.sum[i] = vld1q_s32(p->bias + b->first + 4 * i);
    }
    for (int32_t t = 0; t + 1 < taps; t += 2) {
        add_two(&s, b->x + b->offsets[t], b->x + b->offsets[t + 1], w);
        w += 2 * BLOCK;
    }
    if (taps % 2 != 0) {
        add_one(&s, b->x + b->offsets[taps - 1], w);
    }
    vst1q_s8(output, vcombine_s8(finish(p, s.sum, b->first), finish(p, s.sum + 2, b->first + 8)));
}

#else

#ifdef __SSE2__

/* Two taps of eight channels: of each the sum of two products. */
static inline void add_eight(__m128i *sum, const int8_t *x0, const int8_t *x1, const int8_t *w0,
                             const int8_t *w1)
{
    const __m128i a = kws_sums_widen(x0);
    const __m128i b = kws_sums_widen(x1);
    const __m128i v = kws_sums_widen(w0);
    const __m128i u = kws_sums_widen(w1);
    const __m128i low = _mm_madd_epi16(_mm_unpacklo_epi16(a, b), _mm_unpacklo_epi16(v, u));
    const __m128i high = _mm_madd_epi16(_mm_unpackhi_epi16(a, b), _mm_unpackhi_epi16(v, u));

    sum[0] = _mm_add_epi32(sum[0], low);
    sum[1] = _mm_add_epi32(sum[1], high);
}

static inline void multiply(const block *b, int32_t taps, int32_t *sums)
{
    static const int8_t zeros[BLOCK] = {0};
    const int8_t *w = b->w;
    __m128i sum[4] = {_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128(),
                      _mm_setzero_si128()};

    for (int32_t t = 0; t < taps; t += 2) {
        const int32_t alone = t + 1 == taps;
        const int8_t *x0 = b->x + b->offsets[t];
        const int8_t *x1 = alone ? x0 : b->x + b->offsets[t + 1];
        const int8_t *w1 = alone ? zeros : w + BLOCK;

        add_eight(sum, x0, x1, w, w1);
        add_eight(sum + 2, x0 + 8, x1 + 8, w + 8, w1 + 8);
        w += 2 * BLOCK;
    }
    for (int32_t i = 0; i < 4; i++) {
        _mm_storeu_si128((__m128i *)(void *)(sums + 4 * i), sum[i]);
    }
}

#else

static inline void multiply(const block *b, int32_t taps, int32_t *sums)
{
    for (int32_t c = 0; c < BLOCK; c++) {
        sums[c] = 0;
        for (int32_t t = 0; t < taps; t++) {
            sums[c] += (int32_t)b->x[b->offsets[t] + c] * b->w[t * BLOCK + c];
        }
    }
}

#endif

/* 16 channels */
static inline void run_vector(const kws_depthwise_packed_params *p, const block *b, int8_t *output)
{
    int32_t sums[BLOCK];
    kws_scaling scaling;

    multiply(b, p->taps, sums);
    scaling.bias = p->bias + b->first;
    scaling.multiplier = p->multiplier + b->first;
    scaling.shift = p->shift + b->first;
    scaling.zero_point = p->output_zero_point;
    scaling.lowest = p->activation_min;
    scaling.highest = p->activation_max;
    kws_scale_all(&scaling, sums, BLOCK, p->plain, output);
}

#endif

/* Fewer than 16 channels. */
static void run_rest(const kws_depthwise_packed_params *p, const block *b, int8_t *output)
{
    for (int32_t c = 0; c < b->count; c++) {
        const int32_t at = b->first + c;
        int32_t value = p->bias[at];

        for (int32_t t = 0; t < p->taps; t++) {
            value += (int32_t)b->x[b->offsets[t] + c] * b->w[t * BLOCK + c];
        }
        value = kws_requantize(value, p->multiplier[at], p->shift[at]) + p->output_zero_point;
        output[c] = (int8_t)kws_clamp(value, p->activation_min, p->activation_max);
    }
}

static void run_place(const kws_depthwise_packed_params *p, const int8_t *x, const int32_t *offsets,
                      int8_t *output)
{
    block b;

    b.offsets = offsets;
    for (b.first = 0; b.first < p->channels; b.first += BLOCK) {
        b.x = x + b.first;
        b.w = p->weights + b.first * p->taps;
        b.count = p->channels - b.first;
        if (b.count >= BLOCK) {
            run_vector(p, &b, output + b.first);
        } else {
            run_rest(p, &b, output + b.first);
        }
    }
}

kws_status kws_depthwise_conv_2d_neon_run(const kws_depthwise_packed_params *params,
                                          const int8_t *input, int8_t *output, void *scratch)
{
    if (params == NULL || input == NULL || output == NULL || scratch == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_depthwise_packed_params *p = params;
    kws_depthwise_view view = kws_depthwise_begin(p, input, scratch);

    for (int32_t y = 0; y < p->out_height; y++) {
        kws_depthwise_row(p, input, y, &view);
        for (int32_t x = 0; x < p->out_width; x++) {
            run_place(p, view.rows + x * p->stride_width * p->channels, view.offsets, output);
            output += p->channels;
        }
    }
    return KWS_OK;
}
