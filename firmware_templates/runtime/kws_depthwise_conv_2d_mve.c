#include "kws_depthwise_conv_2d_mve.h"

#include <stddef.h>

#include "kws_requantize.h"

enum { BLOCK = KWS_DEPTHWISE_CHANNELS, HALF = BLOCK / 2 };

/* A block of channels at one place. */
typedef struct {
    const int8_t *x; /* at the first of the block's channels */
    const int32_t *offsets;
    const int8_t *w;
    int32_t first; /* channel */
} block;

#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)

#include "kws_requantize_mve.h"

/* Even and odd ones of eight channels. */
typedef struct {
    int32x4_t even;
    int32x4_t odd;
} sums;

static inline void add(sums *s, int16x8_t products)
{
    s->even = vaddq_s32(s->even, vmovlbq_s16(products));
    s->odd = vaddq_s32(s->odd, vmovltq_s16(products));
}

/* Eight channels of two taps. Two products fit in 16 bits, as no weight is -128. */
#define ADD_TWO(even, odd, w0, w1)                                                                 \
    "vldrb.s16 q0, [%[x0]], #8\n"                                                                  \
    "vldrb.s16 q1, [%[w], #" w1 "]\n"                                                              \
    "vldrb.s16 q2, [%[x1]], #8\n"                                                                  \
    "vmul.i16 q2, q2, q1\n"                                                                        \
    "vldrb.s16 q1, " w0 "\n"                                                                       \
    "vmul.i16 q0, q0, q1\n"                                                                        \
    "vadd.i16 q0, q0, q2\n"                                                                        \
    "vmovlb.s16 q1, q0\n"                                                                          \
    "vmovlt.s16 q0, q0\n"                                                                          \
    "vadd.i32 %q[" even "], %q[" even "], q1\n"                                                    \
    "vadd.i32 %q[" odd "], %q[" odd "], q0\n"

/* 16 channels; returns the weights behind. In assembly, as gcc 12 runs out of registers here. */
static inline const int8_t *add_pairs(sums *low, sums *high, const int8_t *x, const int32_t *offset,
                                      const int8_t *w, int32_t pairs)
{
    for (; pairs > 0; pairs--) {
        const int8_t *x0 = x + offset[0];
        const int8_t *x1 = x + offset[1];

        __asm__(ADD_TWO("e0", "o0", "[%[w]]", "16") ADD_TWO("e1", "o1", "[%[w], #8]", "24")
                : [x0] "+l"(x0), [x1] "+l"(x1), [e0] "+w"(low->even), [o0] "+w"(low->odd),
                  [e1] "+w"(high->even), [o1] "+w"(high->odd)
                : [w] "l"(w)
                : "q0", "q1", "q2", "memory");
        offset += 2;
        w += 2 * BLOCK;
    }
    return w;
}

static inline void add_one(sums *s, const int8_t *x, const int8_t *w)
{
    add(s, vmulq_s16(vldrbq_s16(x), vldrbq_s16(w)));
}

static inline int32x4_t scale(const kws_depthwise_packed_params *p, int32x4_t sum, int32_t at,
                              const int32_t plain)
{
    const int32x4_t multiplier = vldrwq_s32(p->multiplier + at);
    const int32x4_t shift = vldrbq_s32(p->shift + at);

    return plain ? kws_requantize_plain_mve(sum, multiplier, shift)
                 : kws_requantize_mve(sum, multiplier, shift);
}

/* Results of eight channels, whose tables begin at at. Saturation to 16 bits changes nothing. */
static inline int16x8_t finish(const kws_depthwise_packed_params *p, const sums *s, int32_t at,
                               const int32_t plain)
{
    int16x8_t value = vdupq_n_s16(0);

    value = vqmovnbq_s32(value, scale(p, s->even, at, plain));
    value = vqmovntq_s32(value, scale(p, s->odd, at + 4, plain));
    value = vqaddq_n_s16(value, (int16_t)p->output_zero_point);
    value = vmaxq_s16(value, vdupq_n_s16((int16_t)p->activation_min));
    return vminq_s16(value, vdupq_n_s16((int16_t)p->activation_max));
}

static inline sums begin(const kws_depthwise_packed_params *p, int32_t at)
{
    sums s;

    s.even = vldrwq_s32(p->bias + at);
    s.odd = vldrwq_s32(p->bias + at + 4);
    return s;
}

/* 16 channels. */
static inline void run_block(const kws_depthwise_packed_params *p, const block *b, int8_t *output,
                             const int32_t plain)
{
    sums low = begin(p, b->first);
    sums high = begin(p, b->first + HALF);
    const int32_t pairs = p->taps / 2;
    const int8_t *w = add_pairs(&low, &high, b->x, b->offsets, b->w, pairs);

    if (p->taps % 2 != 0) {
        const int8_t *x = b->x + b->offsets[2 * pairs];

        add_one(&low, x, w);
        add_one(&high, x + HALF, w + HALF);
    }
    vstrbq_s16(output, finish(p, &low, b->first, plain));
    vstrbq_s16(output + HALF, finish(p, &high, b->first + HALF, plain));
}

/* Eight channels, or the rest of them, without a look beyond. */
static void run_rest(const kws_depthwise_packed_params *p, const block *b, int8_t *output)
{
    const mve_pred16_t inside = vctp16q((uint32_t)(p->channels - b->first));
    sums s = begin(p, b->first);

    for (int32_t t = 0; t < p->taps; t++) {
        const int16x8_t x = vldrbq_z_s16(b->x + b->offsets[t], inside);

        add(&s, vmulq_s16(x, vldrbq_s16(b->w + t * BLOCK)));
    }
    vstrbq_p_s16(output, finish(p, &s, b->first, 0), inside);
}

static inline void run_channels(const kws_depthwise_packed_params *p, block b, int8_t *output,
                                const int32_t plain)
{
    const int8_t *x = b.x;
    const int8_t *w = b.w;

    for (; b.first + BLOCK <= p->channels; b.first += BLOCK) {
        b.x = x + b.first;
        b.w = w + b.first * p->taps;
        run_block(p, &b, output + b.first, plain);
    }
    for (; b.first < p->channels; b.first += HALF) {
        const int32_t half = b.first % BLOCK;

        b.x = x + b.first;
        b.w = w + (b.first - half) * p->taps + half;
        run_rest(p, &b, output + b.first);
    }
}

#else

/* Where the tables have a channel: see the header. */
static int32_t place_of(int32_t channel)
{
    const int32_t lane = channel % HALF;

    return channel - lane + lane / 2 + lane % 2 * 4;
}

static inline void run_channels(const kws_depthwise_packed_params *p, block b, int8_t *output,
                                const int32_t plain)
{
    (void)plain;
    for (int32_t c = 0; c < p->channels; c++) {
        const int32_t at = place_of(c);
        const int8_t *w = b.w + (c - c % BLOCK) * p->taps + c % BLOCK;
        int32_t value = p->bias[at];

        for (int32_t t = 0; t < p->taps; t++) {
            value += (int32_t)b.x[b.offsets[t] + c] * w[t * BLOCK];
        }
        value = kws_requantize(value, p->multiplier[at], p->shift[at]) + p->output_zero_point;
        output[c] = (int8_t)kws_clamp(value, p->activation_min, p->activation_max);
    }
}

#endif

/* One row of the output. Inlined twice, so that the question of plain is not asked inside. */
static inline void run_row(const kws_depthwise_packed_params *params,
                           const kws_depthwise_view *view, int8_t *output, const int32_t plain)
{
    const kws_depthwise_packed_params p = *params; /* not read again behind each byte written */
    block b;

    b.x = view->rows;
    b.offsets = view->offsets;
    b.w = p.weights;
    b.first = 0;
    for (int32_t x = 0; x < p.out_width; x++) {
        run_channels(&p, b, output, plain);
        b.x += p.stride_width * p.channels;
        output += p.channels;
    }
}

kws_status kws_depthwise_conv_2d_mve_run(const kws_depthwise_packed_params *params,
                                         const int8_t *input, int8_t *output, void *scratch)
{
    if (params == NULL || input == NULL || output == NULL || scratch == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    kws_depthwise_view view = kws_depthwise_begin(params, input, scratch);

    for (int32_t y = 0; y < params->out_height; y++) {
        kws_depthwise_row(params, input, y, &view);
        if (params->plain) {
            run_row(params, &view, output, 1);
        } else {
            run_row(params, &view, output, 0);
        }
        output += params->out_width * params->channels;
    }
    return KWS_OK;
}
