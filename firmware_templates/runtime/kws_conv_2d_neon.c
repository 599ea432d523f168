#include "kws_conv_2d_neon.h"

#include <stddef.h>
#include <string.h>

#include "kws_requantize_neon.h"
#include "kws_scale_neon.h"
#include "kws_sums_neon.h"

enum { FOUR = KWS_PACKED_CHANNELS };

#if defined(__ARM_NEON) && defined(__GNUC__)

/* What becomes of the sums of four channels. */
typedef struct {
    int32x4_t bias;
    int32x4_t multiplier;
    int32x4_t shift;
} finish;

static inline finish finish_of(const kws_conv_2d_packed_params *p, int32_t o)
{
    finish f;

    f.bias = vld1q_s32(p->bias + o);
    f.multiplier = vld1q_s32(p->multiplier + o);
    f.shift = kws_load_four_neon(p->shift + o);
    return f;
}

/* Saturation to 16 bits changes nothing. */
static inline int16x4_t scale_four(const kws_conv_2d_packed_params *p, const finish *f,
                                   int32x4_t sum)
{
    const int32x4_t value = vaddq_s32(sum, f->bias);

    return vqmovn_s32(p->plain ? kws_requantize_plain_neon(value, f->multiplier, f->shift)
                               : kws_requantize_neon(value, f->multiplier, f->shift));
}

/* Four results of each place. */
static inline void scale(const kws_conv_2d_packed_params *p, const finish *f, const kws_sums *sums,
                         int8_t *first, int8_t *second)
{
    int16x8_t value = vcombine_s16(scale_four(p, f, sums->first), scale_four(p, f, sums->second));
    int32x2_t bytes;
    int32_t four;

    value = vqaddq_s16(value, vdupq_n_s16((int16_t)p->output_zero_point));
    value = vmaxq_s16(value, vdupq_n_s16((int16_t)p->activation_min));
    value = vminq_s16(value, vdupq_n_s16((int16_t)p->activation_max));
    bytes = vreinterpret_s32_s8(vmovn_s16(value));
    four = vget_lane_s32(bytes, 0);
    memcpy(first, &four, sizeof four);
    four = vget_lane_s32(bytes, 1);
    memcpy(second, &four, sizeof four);
}

#else

typedef kws_scaling finish;

static inline finish finish_of(const kws_conv_2d_packed_params *p, int32_t o)
{
    finish f;

    f.bias = p->bias + o;
    f.multiplier = p->multiplier + o;
    f.shift = p->shift + o;
    f.zero_point = p->output_zero_point;
    f.lowest = p->activation_min;
    f.highest = p->activation_max;
    return f;
}

static inline void scale(const kws_conv_2d_packed_params *p, const finish *f, const kws_sums *sums,
                         int8_t *first, int8_t *second)
{
    kws_scale_all(f, sums->first, FOUR, p->plain, first);
    kws_scale_all(f, sums->second, FOUR, p->plain, second);
}

#endif

/* Results of the last channels, fewer than four, which have no room for four. */
static void copy_rest(const int8_t *values, int32_t count, int8_t *output)
{
    for (int32_t c = 0; c < count; c++) {
        output[c] = values[c];
    }
}

/* Inlined for each way to sum. A place without a neighbour is its own. */
static inline void run_channels(const kws_conv_2d_packed_params *params, const int8_t *x,
                                const int8_t *y, int8_t *output, const kws_summing sum)
{
    const kws_conv_2d_packed_params p = *params; /* not read again behind each byte written */
    const int32_t block_bytes = p.blocks * FOUR * KWS_PACKED_DEPTH;
    const int8_t *const second = y == NULL ? x : y;
    const int8_t *w = p.weights;
    int8_t values[2 * FOUR];
    kws_sums sums;

    for (int32_t o = 0; o < p.out_channels; o += FOUR) {
        const int32_t rest = p.out_channels - o;
        const int32_t whole = rest >= FOUR;
        const finish f = finish_of(&p, o);
        int8_t *const to = output + o;

        sum(&sums, w, x, second, p.blocks);
        scale(&p, &f, &sums, whole ? to : values,
              whole && y != NULL ? to + p.out_channels : values + FOUR);
        if (!whole) {
            copy_rest(values, rest, to);
            copy_rest(values + FOUR, y == NULL ? 0 : rest, to + p.out_channels);
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

/* The input with its padding around it, so that rows of a filter are copied without asking. */
typedef struct {
    const int8_t *values;
    int32_t row_bytes;
} image;

static inline int32_t padded(int32_t pad, int32_t size, int32_t outputs, int32_t stride,
                             int32_t reach)
{
    const int32_t seen = (outputs - 1) * stride + reach;

    return pad + size > seen ? pad + size : seen;
}

/* values  out  int8 [padded rows][padded columns][in_channels], and KWS_NARROW_SPARE more */
static image pad_input(const kws_conv_2d_packed_params *p, const int8_t *input, int8_t *values)
{
    const int32_t reach = (p->kernel_height - 1) * p->dilation_height + 1;
    const int32_t rows = padded(p->pad_top, p->in_height, p->out_height, p->stride_height, reach);
    const int32_t columns =
        padded(p->pad_left, p->in_width, p->out_width, p->stride_width, p->kernel_width);
    const int32_t in_bytes = p->in_width * p->in_channels;
    image made;

    made.values = values;
    made.row_bytes = columns * p->in_channels;
    memset(values, (int)p->input_zero_point, (size_t)(rows * made.row_bytes + KWS_NARROW_SPARE));
    values += p->pad_top * made.row_bytes + p->pad_left * p->in_channels;
    for (int32_t y = 0; y < p->in_height; y++) {
        kws_packed_bytes(values, input, in_bytes);
        values += made.row_bytes;
        input += in_bytes;
    }
    return made;
}

/* Rows of the filter, one behind the other. What is too much of each, the next one overwrites. */
static inline void copy_rows(const int8_t *from, int32_t step, int32_t rows, int32_t bytes,
                             int8_t *patch)
{
    for (; rows > 0; rows--) {
        memcpy(patch, from, KWS_NARROW_BYTES);
        patch += bytes;
        from += step;
    }
}

kws_status kws_conv_2d_narrow_neon_run(const kws_conv_2d_packed_params *params, const int8_t *input,
                                       int8_t *output, void *scratch)
{
    if (params == NULL || input == NULL || output == NULL || scratch == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_conv_2d_packed_params *p = params;
    const kws_packed_places run = best();
    const int32_t patch_bytes = p->blocks * KWS_PACKED_DEPTH;
    int8_t *const first = (int8_t *)scratch;
    int8_t *const second = first + patch_bytes;
    const image in = pad_input(p, input, second + patch_bytes + KWS_NARROW_SPARE);
    const int32_t place_bytes = p->stride_width * p->in_channels;
    int32_t waiting = 0; /* 1: the first patch waits for its neighbour */

    for (int32_t y = 0; y < p->out_height; y++) {
        const int8_t *from = in.values + y * p->stride_height * in.row_bytes;

        for (int32_t x = 0; x < p->out_width; x++) {
            copy_rows(from, p->dilation_height * in.row_bytes, p->kernel_height,
                      p->kernel_width * p->in_channels, waiting ? second : first);
            from += place_bytes;
            if (waiting) {
                run(p, first, second, output, NULL);
                output += 2 * p->out_channels;
            }
            waiting = !waiting;
        }
    }
    if (waiting) {
        run(p, first, NULL, output, NULL);
    }
    return KWS_OK;
}
