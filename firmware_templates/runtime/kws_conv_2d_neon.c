#include "kws_conv_2d_neon.h"

#include <stddef.h>

#include "kws_requantize.h"
#include "kws_requantize_neon.h"
#include "kws_sums_neon.h"

enum { FOUR = KWS_PACKED_CHANNELS };

#if defined(__ARM_NEON) && defined(__GNUC__)

/* Channels o..o + 3 at one place. */
static inline void scale(const kws_conv_2d_packed_params *p, const int32_t *sums, int32_t o,
                         int8_t *values)
{
    const int32x4_t sum = vaddq_s32(vld1q_s32(sums), vld1q_s32(p->bias + o));
    const int32x4_t shift = kws_load_four_neon(p->shift + o);
    int32x4_t value = kws_requantize_neon(sum, vld1q_s32(p->multiplier + o), shift);
    int16x8_t wide;

    value = vaddq_s32(value, vdupq_n_s32(p->output_zero_point));
    value = vmaxq_s32(value, vdupq_n_s32(p->activation_min));
    value = vminq_s32(value, vdupq_n_s32(p->activation_max));
    wide = vcombine_s16(vmovn_s32(value), vdup_n_s16(0));
    vst1_lane_s32((int32_t *)(void *)values, vreinterpret_s32_s8(vmovn_s16(wide)), 0);
}

#else

static inline void scale(const kws_conv_2d_packed_params *p, const int32_t *sums, int32_t o,
                         int8_t *values)
{
    for (int32_t c = 0; c < FOUR; c++) {
        const int32_t value =
            kws_requantize(sums[c] + p->bias[o + c], p->multiplier[o + c], p->shift[o + c]);

        values[c] =
            (int8_t)kws_clamp(value + p->output_zero_point, p->activation_min, p->activation_max);
    }
}

#endif

static inline void finish(const kws_conv_2d_packed_params *p, const int32_t *sums, int32_t o,
                          int8_t *output)
{
    const int32_t rest = p->out_channels - o;
    int32_t values[1]; /* four int8, aligned */

    scale(p, sums, o, (int8_t *)values);
    memcpy(output + o, values, rest < FOUR ? (size_t)rest : (size_t)FOUR);
}

/* Inlined for each way to sum. A place without a neighbour is its own. */
static inline void run_channels(const kws_conv_2d_packed_params *p, const int8_t *x,
                                const int8_t *y, int8_t *output, const kws_summing sum)
{
    const int32_t block_bytes = p->blocks * FOUR * KWS_PACKED_DEPTH;
    const int8_t *w = p->weights;
    kws_sums sums;

    for (int32_t o = 0; o < p->out_channels; o += FOUR) {
        sum(&sums, w, x, y == NULL ? x : y, p->blocks);
        finish(p, sums.first, o, output);
        if (y != NULL) {
            finish(p, sums.second, o, output + p->out_channels);
        }
        w += block_bytes;
    }
}

static void run_plain(const kws_conv_2d_packed_params *p, const int8_t *x, const int8_t *y,
                      int8_t *output, void *work)
{
    (void)work;
    run_channels(p, x, y, output, kws_sums_plain);
}

#if defined(__aarch64__) && defined(__ARM_NEON) && defined(__GNUC__)

KWS_DOT_TARGET static void run_dot(const kws_conv_2d_packed_params *p, const int8_t *x,
                                   const int8_t *y, int8_t *output, void *work)
{
    (void)work;
    run_channels(p, x, y, output, kws_sums_dot);
}

static kws_packed_places best(void)
{
    return kws_sums_has_dot() ? run_dot : run_plain;
}

#else

static kws_packed_places best(void)
{
    return run_plain;
}

#endif

kws_status kws_conv_2d_neon_run(const kws_conv_2d_packed_params *params, const int8_t *input,
                                int8_t *output, void *scratch)
{
    if (params == NULL || input == NULL || output == NULL || scratch == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    kws_packed_run(params, input, output, (int8_t *)scratch, best(), NULL);
    return KWS_OK;
}
