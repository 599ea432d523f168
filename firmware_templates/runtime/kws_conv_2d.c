#include "kws_conv_2d.h"

#include <stddef.h>

#include "kws_dot.h"

enum { PAIR = 2 }; /* places whose sums are made together */

/* Where one of a pair's places is copied to: values of the two places take turns. */
typedef struct {
    int8_t *to;
    int32_t step;
} lane;

static void copy(lane *l, const int8_t *from, int32_t count)
{
    const int8_t *const end = from + count;
    const int32_t step = l->step;
    int8_t *to = l->to;

    while (from != end) {
        *to = *from++;
        to += step;
    }
    l->to = to;
}

static void fill(lane *l, int32_t value, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        *l->to = (int8_t)value;
        l->to += l->step;
    }
}

/* One row of the filter, whose first tap is at column `left` of an input row; NULL is outside. */
static void copy_row(const kws_conv_2d_params *p, lane *l, const int8_t *row, int32_t left)
{
    const int32_t channels = p->in_channels;

    if (row == NULL) {
        fill(l, p->input_zero_point, p->kernel_width * channels);
    } else if (p->dilation_width == 1) {
        const int32_t begin = kws_clamp(-left, 0, p->kernel_width);
        const int32_t end = kws_clamp(p->in_width - left, begin, p->kernel_width);

        fill(l, p->input_zero_point, begin * channels);
        copy(l, row + (left + begin) * channels, (end - begin) * channels);
        fill(l, p->input_zero_point, (p->kernel_width - end) * channels);
    } else {
        for (int32_t j = 0; j < p->kernel_width; j++) {
            const int32_t column = left + j * p->dilation_width;

            if (column >= 0 && column < p->in_width) {
                copy(l, row + column * channels, channels);
            } else {
                fill(l, p->input_zero_point, channels);
            }
        }
    }
}

/* All that the place (y, x) of the output reads. */
static void copy_place(const kws_conv_2d_params *p, lane l, const int8_t *input, int32_t y,
                       int32_t x)
{
    const int32_t left = x * p->stride_width - p->pad_left;
    const int32_t whole =
        left >= 0 && left + p->kernel_width <= p->in_width && p->dilation_width == 1;
    int32_t row = y * p->stride_height - p->pad_top;

    for (int32_t i = 0; i < p->kernel_height; i++) {
        const int32_t inside = row >= 0 && row < p->in_height;
        const int8_t *const from = inside ? input + row * p->in_width * p->in_channels : NULL;

        if (inside && whole) {
            copy(&l, from + left * p->in_channels, p->kernel_width * p->in_channels);
        } else {
            copy_row(p, &l, from, left);
        }
        row += p->dilation_height;
    }
}

/* Output channels first..first + count - 1 of one place. */
static void store(const kws_output_range *range, const int32_t *sums, const int32_t *records,
                  int32_t count, int8_t *output)
{
    for (int32_t c = 0; c < count; c++) {
        output[c] = kws_rescale(sums[c], records, range);
        records += KWS_RECORD_WORDS;
    }
}

/* All output channels of one place, or of a pair. */
static void run_places(const kws_conv_2d_params *p, const int8_t *x, int32_t places, int8_t *output)
{
    const kws_output_range range = {p->zero_point, p->lowest, p->highest, p->plain};
    const int8_t *weights = p->weights;
    const int32_t *records = p->records;

    for (int32_t o = 0; o < p->out_channels; o += KWS_DOT_CHANNELS) {
        const int32_t rest = p->out_channels - o;
        const int32_t count = rest < KWS_DOT_CHANNELS ? rest : KWS_DOT_CHANNELS;
        int32_t sums[PAIR * KWS_DOT_CHANNELS];

        for (int32_t c = 0; c < KWS_DOT_CHANNELS; c++) {
            sums[c] = records[c * KWS_RECORD_WORDS];
            sums[KWS_DOT_CHANNELS + c] = sums[c];
        }
        if (places == PAIR) {
            kws_dot_pair(sums, x, weights, p->depth);
            store(&range, sums + KWS_DOT_CHANNELS, records, count, output + p->out_channels + o);
        } else {
            kws_dot_one(sums, x, weights, p->depth);
        }
        store(&range, sums, records, count, output + o);
        weights += KWS_DOT_CHANNELS * p->depth;
        records += KWS_DOT_CHANNELS * KWS_RECORD_WORDS;
    }
}

kws_status kws_conv_2d_run(const kws_conv_2d_params *params, const int8_t *input, int8_t *output,
                           void *scratch)
{
    if (params == NULL || input == NULL || output == NULL || scratch == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_conv_2d_params *p = params;
    int32_t rest = p->out_height * p->out_width;
    int32_t y = 0;
    int32_t x = 0;

    while (rest > 0) {
        const int32_t places = rest < PAIR ? rest : PAIR;

        for (int32_t i = 0; i < places; i++) {
            const lane l = {(int8_t *)scratch + i, places};

            copy_place(p, l, input, y, x);
            x++;
            if (x == p->out_width) {
                x = 0;
                y++;
            }
        }
        run_places(p, scratch, places, output);
        output += places * p->out_channels;
        rest -= places;
    }
    return KWS_OK;
}

kws_status kws_conv_2d_once_run(const kws_conv_2d_params *params, const int8_t *input,
                                int8_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    run_places(params, input, 1, output);
    return KWS_OK;
}
