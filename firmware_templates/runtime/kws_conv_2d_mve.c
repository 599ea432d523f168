#include "kws_conv_2d_mve.h"

#include <stddef.h>

#include "kws_requantize.h"

enum { BLOCK_BYTES = KWS_PACKED_CHANNELS * KWS_PACKED_DEPTH };

/* Neighbouring channels whose sums are made before any of them is scaled. */
typedef struct {
    int32_t first;
    int32_t count; /* 1..KWS_MVE_CHANNELS */
} span;

/* Without optimisation gcc keeps registers to itself that the assembly needs. */
#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__) && defined(__OPTIMIZE__)
#define USE_MVE 1
#else
#define USE_MVE 0
#endif

#if USE_MVE

#include "kws_requantize_mve.h"

/* 16 values of two places times those of four channels; the weights that are loaded serve both. */
#define STEP(multiply)                                                                             \
    "vldrb.8 q0, [%[x]], #16\n"                                                                    \
    "vldrb.8 q2, [%[w]], #16\n"                                                                    \
    "vldrb.8 q1, [%[y]], #16\n" multiply " r0, q0, q2\n"                                           \
    "vldrb.8 q3, [%[w]], #16\n" multiply " r2, q1, q2\n" multiply " r4, q0, q3\n"                  \
    "vldrb.8 q2, [%[w]], #16\n" multiply " r6, q1, q3\n" multiply " r8, q0, q2\n"                  \
    "vldrb.8 q3, [%[w]], #16\n" multiply " r10, q1, q2\n" multiply " r12, q0, q3\n" multiply       \
    " lr, q1, q3\n"

/*
 * Sums of four channels at two places; returns the weights behind those that were read.
 *
 * In assembly, because sums must lie in even registers, of which eight sums take all.
 */
static inline const int8_t *sum_two(const int8_t *x, const int8_t *y, const int8_t *w,
                                    int32_t blocks, int32_t *sums)
{
    const int8_t *end = x + blocks * KWS_PACKED_DEPTH;
    int32x4_t first, second;

    /* clang-format off */
    __asm__(STEP("vmladav.s8")
            "cmp %[x], %[end]\n"
            "beq 2f\n"
            "1:\n"
            STEP("vmladava.s8")
            "cmp %[x], %[end]\n"
            "bne 1b\n"
            "2:\n"
            "vmov %q[first][2], %q[first][0], r0, r8\n"
            "vmov %q[first][3], %q[first][1], r4, r12\n"
            "vmov %q[second][2], %q[second][0], r2, r10\n"
            "vmov %q[second][3], %q[second][1], r6, lr\n"
            : [x] "+r"(x), [y] "+r"(y), [w] "+r"(w), [first] "=w"(first), [second] "=w"(second)
            : [end] "r"(end)
            : "r0", "r2", "r4", "r6", "r8", "r10", "r12", "lr", "q0", "q1", "q2", "q3", "cc",
              "memory");
    /* clang-format on */
    vstrwq_s32(sums, first);
    vstrwq_s32(sums + KWS_MVE_CHANNELS, second);
    return w;
}

/* The same at one place. The hardware cuts off the loop: only depth values of x are read. */
static inline const int8_t *sum_one(const int8_t *x, const int8_t *w, int32_t depth, int32_t *sums)
{
    __asm__ volatile("movs r0, #0\n"
                     "movs r2, #0\n"
                     "movs r4, #0\n"
                     "movs r6, #0\n"
                     "dlstp.8 lr, %[depth]\n"
                     "1:\n"
                     "vldrb.8 q0, [%[x]], #16\n"
                     "vldrb.8 q1, [%[w]], #16\n"
                     "vldrb.8 q2, [%[w]], #16\n"
                     "vmladava.s8 r0, q0, q1\n"
                     "vldrb.8 q1, [%[w]], #16\n"
                     "vmladava.s8 r2, q0, q2\n"
                     "vldrb.8 q2, [%[w]], #16\n"
                     "vmladava.s8 r4, q0, q1\n"
                     "vmladava.s8 r6, q0, q2\n"
                     "letp lr, 1b\n"
                     "vmov q0[2], q0[0], r0, r4\n"
                     "vmov q0[3], q0[1], r2, r6\n"
                     "vstrw.32 q0, [%[sums]]\n"
                     : [x] "+r"(x), [w] "+r"(w)
                     : [depth] "r"(depth), [sums] "r"(sums)
                     : "r0", "r2", "r4", "r6", "lr", "q0", "q1", "q2", "cc", "memory");
    return w;
}

/* Channels at one place, or at two: the second's sums lie KWS_MVE_CHANNELS behind the first's. */
static void multiply(const kws_conv_2d_packed_params *p, const span *c, const int8_t *x,
                     const int8_t *y, int32_t *sums)
{
    const int32_t blocks = p->blocks;
    const int32_t depth = p->depth;
    const int8_t *w = p->weights + c->first * blocks * KWS_PACKED_DEPTH;
    int32_t *end = sums + c->count;

    if (y == NULL) {
        for (; sums < end; sums += KWS_PACKED_CHANNELS) {
            w = sum_one(x, w, depth, sums);
        }
    } else {
        for (; sums < end; sums += KWS_PACKED_CHANNELS) {
            w = sum_two(x, y, w, blocks, sums);
        }
    }
}

static inline int32x4_t requantize(int32x4_t sum, int32x4_t multiplier, int32x4_t shift,
                                   const int32_t plain)
{
    return plain ? kws_requantize_plain_mve(sum, multiplier, shift)
                 : kws_requantize_mve(sum, multiplier, shift);
}

/*
 * Whole vectors of channels at two places; second lies behind output, or is output.
 *
 * Inlined twice, so that the question of plain is not asked at each value.
 */
static inline void scale_fours(const kws_conv_2d_packed_params *p, const span *c,
                               const int32_t *sums, int8_t *output, int8_t *second,
                               const int32_t plain)
{
    const int32x4_t lowest = vdupq_n_s32(p->activation_min);
    const int32x4_t highest = vdupq_n_s32(p->activation_max);
    const int32_t zero_point = p->output_zero_point;
    const int32_t *bias = p->bias + c->first;
    const int32_t *multiplier = p->multiplier + c->first;
    const int8_t *shift = p->shift + c->first;

    for (int32_t i = c->count / 4; i > 0; i--) {
        const int32x4_t m = vldrwq_s32(multiplier);
        const int32x4_t s = vldrbq_s32(shift);
        const int32x4_t b = vldrwq_s32(bias);
        int32x4_t value =
            requantize(vaddq_s32(vldrwq_s32(sums + KWS_MVE_CHANNELS), b), m, s, plain);

        value = vminq_s32(vmaxq_s32(vaddq_n_s32(value, zero_point), lowest), highest);
        vstrbq_s32(second, value);
        value = requantize(vaddq_s32(vldrwq_s32(sums), b), m, s, plain);
        value = vminq_s32(vmaxq_s32(vaddq_n_s32(value, zero_point), lowest), highest);
        vstrbq_s32(output, value);
        sums += 4;
        bias += 4;
        multiplier += 4;
        shift += 4;
        output += 4;
        second += 4;
    }
}

/* Scales the sums of whole vectors of channels; returns how many channels these are. */
static int32_t scale_vectors(const kws_conv_2d_packed_params *p, const span *c, const int32_t *sums,
                             int8_t *output, int8_t *second)
{
    if (p->plain) {
        scale_fours(p, c, sums, output, second, 1);
    } else {
        scale_fours(p, c, sums, output, second, 0);
    }
    return c->count / 4 * 4;
}

#else

static void multiply_one(const kws_conv_2d_packed_params *p, const span *c, const int8_t *x,
                         int32_t *sums)
{
    for (int32_t o = 0; o < c->count; o++) {
        const int32_t block = c->first + o - o % KWS_PACKED_CHANNELS;
        const int8_t *w = p->weights + block * p->blocks * KWS_PACKED_DEPTH +
                          o % KWS_PACKED_CHANNELS * KWS_PACKED_DEPTH;

        sums[o] = 0;
        for (int32_t i = 0; i < p->depth; i++) {
            sums[o] += (int32_t)x[i] * w[i / KWS_PACKED_DEPTH * BLOCK_BYTES + i % KWS_PACKED_DEPTH];
        }
    }
}

static void multiply(const kws_conv_2d_packed_params *p, const span *c, const int8_t *x,
                     const int8_t *y, int32_t *sums)
{
    multiply_one(p, c, x, sums);
    if (y != NULL) {
        multiply_one(p, c, y, sums + KWS_MVE_CHANNELS);
    }
}

static int32_t scale_vectors(const kws_conv_2d_packed_params *p, const span *c, const int32_t *sums,
                             int8_t *output, int8_t *second)
{
    (void)p;
    (void)c;
    (void)sums;
    (void)output;
    (void)second;
    return 0;
}

#endif

/* The channels from done on, at one place. */
static void scale_rest(const kws_conv_2d_packed_params *p, const span *c, int32_t done,
                       const int32_t *sums, int8_t *output)
{
    for (int32_t i = done; i < c->count; i++) {
        const int32_t o = c->first + i;
        const int32_t value = kws_requantize(sums[i] + p->bias[o], p->multiplier[o], p->shift[o]);

        output[i] =
            (int8_t)kws_clamp(value + p->output_zero_point, p->activation_min, p->activation_max);
    }
}

/* One place, or two: the results of the second lie behind those of the first. */
static void scale(const kws_conv_2d_packed_params *p, const span *c, const int32_t *sums,
                  int8_t *output, int32_t two)
{
    int8_t *const second = two ? output + p->out_channels : output;
    const int32_t done = scale_vectors(p, c, sums, output, second);

    scale_rest(p, c, done, sums, output);
    if (two) {
        scale_rest(p, c, done, sums + KWS_MVE_CHANNELS, second);
    }
}

/* All channels at one place, or at two when y is not NULL. */
static void run_places(const kws_conv_2d_packed_params *p, const int8_t *x, const int8_t *y,
                       int8_t *output, void *work)
{
    int32_t *sums = (int32_t *)work;
    span c;

    for (c.first = 0; c.first < p->out_channels; c.first += KWS_MVE_CHANNELS) {
        const int32_t rest = p->out_channels - c.first;

        c.count = rest < KWS_MVE_CHANNELS ? rest : KWS_MVE_CHANNELS;
        multiply(p, &c, x, y, sums);
        scale(p, &c, sums, output + c.first, y != NULL);
    }
}

kws_status kws_conv_2d_mve_run(const kws_conv_2d_packed_params *params, const int8_t *input,
                               int8_t *output, void *scratch)
{
    if (params == NULL || input == NULL || output == NULL || scratch == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    int32_t *sums = (int32_t *)scratch;
    int8_t *patches = (int8_t *)(sums + 2 * KWS_MVE_CHANNELS);

    kws_packed_run(params, input, output, patches, run_places, sums);
    return KWS_OK;
}
