#include "kws_depthwise_conv_2d.h"

#include <stddef.h>

#include "kws_requantize.h"
#include "kws_span.h"

enum { BLOCK = 4 }; /* output channels whose sums are made together */

/* The filter at one place of the output: where it stands, and which taps lie inside the input. */
typedef struct {
    int32_t top; /* the filter's upper left corner, in the input */
    int32_t left;
    kws_span rows;    /* of taps inside */
    kws_span columns; /* of taps inside */
    int32_t partly_outside;
} place;

/*
 * Neighbouring output channels. Their inputs are neighbours too when each input channel has one
 * filter (step 1), or one and the same value (step 0).
 */
typedef struct {
    const int8_t *input; /* [in_height][in_width][in_channels], at the block's first channel */
    int32_t step;
    int32_t first; /* output channel */
    int32_t count; /* 1..BLOCK */
} block;

/* The taps inside the input, for one block of channels. Gaps go from a row's end to the next. */
typedef struct {
    const int8_t *x;
    const int8_t *w;
    int32_t rows;
    int32_t columns;
    int32_t x_stride;
    int32_t x_gap;
    int32_t w_stride;
    int32_t w_gap;
} taps;

/* Four channels. The compiler makes one loop for each constant step that this is called with. */
static inline void sum_four(int32_t *sums, const taps *t, const int32_t step)
{
    const int8_t *x = t->x;
    const int8_t *w = t->w;
    int32_t s0 = sums[0];
    int32_t s1 = sums[1];
    int32_t s2 = sums[2];
    int32_t s3 = sums[3];

    for (int32_t i = 0; i < t->rows; i++) {
        for (int32_t j = 0; j < t->columns; j++) {
            s0 += (int32_t)x[0] * w[0];
            s1 += (int32_t)x[step] * w[1];
            s2 += (int32_t)x[2 * step] * w[2];
            s3 += (int32_t)x[3 * step] * w[3];
            x += t->x_stride;
            w += t->w_stride;
        }
        x += t->x_gap;
        w += t->w_gap;
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

static int32_t sum_one(int32_t sum, const taps *t, int32_t x_offset, int32_t w_offset)
{
    const int8_t *x = t->x + x_offset;
    const int8_t *w = t->w + w_offset;

    for (int32_t i = 0; i < t->rows; i++) {
        for (int32_t j = 0; j < t->columns; j++) {
            sum += (int32_t)x[j * t->x_stride] * w[j * t->w_stride];
        }
        x += t->columns * t->x_stride + t->x_gap;
        w += t->columns * t->w_stride + t->w_gap;
    }
    return sum;
}

static void add_inside(const kws_depthwise_conv_2d_params *p, const block *b, const place *at,
                       int32_t *sums)
{
    const int32_t channels = p->in_channels * p->depth_multiplier;
    const int32_t row = at->top + at->rows.begin * p->dilation_height;
    const int32_t column = at->left + at->columns.begin * p->dilation_width;
    const int32_t first = at->rows.begin * p->kernel_width + at->columns.begin;
    taps t;

    t.rows = at->rows.end - at->rows.begin;
    t.columns = at->columns.end - at->columns.begin;
    if (t.rows == 0 || t.columns == 0) {
        return;
    }
    t.x = b->input + (row * p->in_width + column) * p->in_channels;
    t.w = p->weights + first * channels + b->first;
    t.x_stride = p->dilation_width * p->in_channels;
    t.x_gap = p->dilation_height * p->in_width * p->in_channels - t.columns * t.x_stride;
    t.w_stride = channels;
    t.w_gap = (p->kernel_width - t.columns) * channels;
    if (b->count == BLOCK && b->step == 1) {
        sum_four(sums, &t, 1);
    } else if (b->count == BLOCK) {
        sum_four(sums, &t, 0);
    } else {
        for (int32_t c = 0; c < b->count; c++) {
            sums[c] = sum_one(sums[c], &t, c * b->step, c);
        }
    }
}

/* The taps outside the input, which read as its zero point. */
static void add_outside(const kws_depthwise_conv_2d_params *p, const block *b, const place *at,
                        int32_t *sums)
{
    const int8_t *w = p->weights + b->first;

    for (int32_t i = 0; i < p->kernel_height; i++) {
        const int32_t row_inside = i >= at->rows.begin && i < at->rows.end;

        for (int32_t j = 0; j < p->kernel_width; j++) {
            if (!(row_inside && j >= at->columns.begin && j < at->columns.end)) {
                for (int32_t c = 0; c < b->count; c++) {
                    sums[c] += p->input_zero_point * w[c];
                }
            }
            w += p->in_channels * p->depth_multiplier;
        }
    }
}

static void run_block(const kws_depthwise_conv_2d_params *p, const block *b, const place *at,
                      int8_t *output)
{
    int32_t sums[BLOCK];

    for (int32_t c = 0; c < b->count; c++) {
        sums[c] = p->bias[b->first + c];
    }
    add_inside(p, b, at, sums);
    if (at->partly_outside) {
        add_outside(p, b, at, sums);
    }
    for (int32_t c = 0; c < b->count; c++) {
        const int32_t channel = b->first + c;
        const int32_t value = kws_requantize(sums[c], p->multiplier[channel], p->shift[channel]);

        output[channel] =
            (int8_t)kws_clamp(value + p->output_zero_point, p->activation_min, p->activation_max);
    }
}

/* All channels of one place of the output. */
static void run_place(const kws_depthwise_conv_2d_params *p, const int8_t *input, const place *at,
                      int8_t *output)
{
    const int32_t one_each = p->depth_multiplier == 1;
    const int32_t groups = one_each ? 1 : p->in_channels;
    const int32_t group_channels = one_each ? p->in_channels : p->depth_multiplier;

    for (int32_t g = 0; g < groups; g++) {
        for (int32_t done = 0; done < group_channels; done += BLOCK) {
            const int32_t rest = group_channels - done;
            block b;

            b.input = input + g + (one_each ? done : 0);
            b.step = one_each ? 1 : 0;
            b.first = g * group_channels + done;
            b.count = rest < BLOCK ? rest : BLOCK;
            run_block(p, &b, at, output);
        }
    }
}

kws_status kws_depthwise_conv_2d_run(const kws_depthwise_conv_2d_params *params,
                                     const int8_t *input, int8_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_depthwise_conv_2d_params *p = params;
    place at;

    for (int32_t y = 0; y < p->out_height; y++) {
        at.top = y * p->stride_height - p->pad_top;
        at.rows = kws_span_of_taps(at.top, p->kernel_height, p->dilation_height, p->in_height);
        for (int32_t x = 0; x < p->out_width; x++) {
            at.left = x * p->stride_width - p->pad_left;
            at.columns = kws_span_of_taps(at.left, p->kernel_width, p->dilation_width, p->in_width);
            at.partly_outside = at.rows.end - at.rows.begin < p->kernel_height ||
                                at.columns.end - at.columns.begin < p->kernel_width;
            run_place(p, input, &at, output);
            output += p->in_channels * p->depth_multiplier;
        }
    }
    return KWS_OK;
}
