#include "kws_depthwise_conv_2d.h"

#include <stddef.h>
#include <string.h>

enum { BLOCK = 4 }; /* output channels whose sums are made together */

/* Where each tap of the filter reads, at one place of the output: padding has a pixel of its own.
 */
typedef struct {
    const int8_t **first;
    const int8_t **end;
    int8_t *padding; /* int8 [in_channels], all zero point */
} taps;

/* Input channels of four output channels. */
typedef struct {
    int32_t c0;
    int32_t c1;
    int32_t c2;
    int32_t c3;
} four;

/* sums[c] += the sum over the taps; returns the weights of the next four channels. */
static inline const int8_t *add_taps(int32_t *sums, const taps *t, const int8_t *w, int32_t base,
                                     const four channel)
{
    const int8_t *const *const end = (const int8_t *const *)t->end;
    int32_t s0 = sums[0];
    int32_t s1 = sums[1];
    int32_t s2 = sums[2];
    int32_t s3 = sums[3];

    for (const int8_t *const *tap = (const int8_t *const *)t->first; tap != end; tap++) {
        const int8_t *const x = *tap + base;

        s0 += (int32_t)x[channel.c0] * w[0];
        s1 += (int32_t)x[channel.c1] * w[1];
        s2 += (int32_t)x[channel.c2] * w[2];
        s3 += (int32_t)x[channel.c3] * w[3];
        w += BLOCK;
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
    return w;
}

/* Input channels of output channels o..o + 3; those behind the last read the last one's. */
static four channels_of(const kws_depthwise_conv_2d_params *p, int32_t o)
{
    const int32_t last = p->in_channels * p->depth_multiplier - 1;
    four channel;

    channel.c0 = o / p->depth_multiplier;
    channel.c1 = (o + 1 < last ? o + 1 : last) / p->depth_multiplier;
    channel.c2 = (o + 2 < last ? o + 2 : last) / p->depth_multiplier;
    channel.c3 = (o + 3 < last ? o + 3 : last) / p->depth_multiplier;
    return channel;
}

/* All channels of one place of the output. */
static void run_place(const kws_depthwise_conv_2d_params *p, const taps *t, int8_t *output)
{
    static const four NEIGHBOURS = {0, 1, 2, 3};
    const kws_output_range range = {p->zero_point, p->lowest, p->highest, p->plain};
    const int32_t channels = p->in_channels * p->depth_multiplier;
    const int32_t *records = p->records;
    const int8_t *weights = p->weights;

    for (int32_t o = 0; o < channels; o += BLOCK) {
        const int32_t count = channels - o < BLOCK ? channels - o : BLOCK;
        int32_t sums[BLOCK];

        for (int32_t c = 0; c < BLOCK; c++) {
            sums[c] = records[c * KWS_RECORD_WORDS];
        }
        if (p->depth_multiplier == 1 && count == BLOCK) {
            weights = add_taps(sums, t, weights, o, NEIGHBOURS);
        } else {
            weights = add_taps(sums, t, weights, 0, channels_of(p, o));
        }
        for (int32_t c = 0; c < count; c++) {
            output[o + c] = kws_rescale(sums[c], records + c * KWS_RECORD_WORDS, &range);
        }
        records += BLOCK * KWS_RECORD_WORDS;
    }
}

/* Find what the taps read at the place (y, x) of the output. */
static void aim(const kws_depthwise_conv_2d_params *p, const taps *t, const int8_t *input,
                int32_t y, int32_t x)
{
    const int8_t **tap = t->first;
    int32_t row = y * p->stride_height - p->pad_top;

    for (int32_t i = 0; i < p->kernel_height; i++) {
        const int32_t row_inside = row >= 0 && row < p->in_height;
        int32_t column = x * p->stride_width - p->pad_left;

        for (int32_t j = 0; j < p->kernel_width; j++) {
            const int32_t inside = row_inside && column >= 0 && column < p->in_width;

            *tap++ = inside ? input + (row * p->in_width + column) * p->in_channels : t->padding;
            column += p->dilation_width;
        }
        row += p->dilation_height;
    }
}

static void run_row(const kws_depthwise_conv_2d_params *p, const taps *t, const int8_t *input,
                    int32_t y, int8_t *output)
{
    for (int32_t x = 0; x < p->out_width; x++) {
        aim(p, t, input, y, x);
        run_place(p, t, output);
        output += p->in_channels * p->depth_multiplier;
    }
}

/*
 * Over the input: a row is written when no row to come reads what lies there. Until then it waits,
 * each in one of the places of `late` by turns.
 */
static void run_in_place(const kws_depthwise_conv_2d_params *p, const taps *t, int8_t *memory,
                         int8_t *late)
{
    const size_t row_bytes = (size_t)(p->out_width * p->in_channels * p->depth_multiplier);
    int8_t *output = memory;
    int32_t turn = 0;

    for (int32_t y = 0; y < p->out_height + p->late_rows; y++) {
        int8_t *const waiting = late + (size_t)turn * row_bytes;

        if (y >= p->late_rows) {
            memcpy(output, waiting, row_bytes);
            output += row_bytes;
        }
        if (y < p->out_height) {
            run_row(p, t, memory, y, waiting);
        }
        turn = turn + 1 < p->late_rows ? turn + 1 : 0;
    }
}

kws_status kws_depthwise_conv_2d_run(const kws_depthwise_conv_2d_params *params,
                                     const int8_t *input, int8_t *output, void *scratch)
{
    if (params == NULL || input == NULL || output == NULL || scratch == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_depthwise_conv_2d_params *p = params;
    taps t;

    t.first = scratch;
    t.end = t.first + p->kernel_height * p->kernel_width;
    t.padding = (int8_t *)t.end;
    memset(t.padding, (int)p->input_zero_point, (size_t)p->in_channels);
    if (input == output) {
        run_in_place(p, &t, output, t.padding + p->in_channels);
        return KWS_OK;
    }
    for (int32_t y = 0; y < p->out_height; y++) {
        run_row(p, &t, input, y, output);
        output += p->out_width * p->in_channels * p->depth_multiplier;
    }
    return KWS_OK;
}
