#include "kws_conv_2d.h"

#include <stddef.h>

#include "kws_dot.h"
#include "kws_requantize.h"

/* Neighbouring output channels at one place of the output, whose sums are made together. */
typedef struct {
    int32_t sums[KWS_DOT_CHANNELS];
    int32_t first; /* output channel */
    int32_t count; /* 1..KWS_DOT_CHANNELS */
    int32_t top;   /* the filter's upper left corner, in the input */
    int32_t left;
} block;

/* Taps first..last - 1 of one filter row. row is NULL where it lies outside the input. */
static void add_taps(const kws_conv_2d_params *p, block *b, const int8_t *row, int32_t first,
                     int32_t last, const int8_t *weights)
{
    const int32_t channels = p->in_channels;
    const int32_t stride = p->kernel_height * p->kernel_width * channels;
    const int32_t count = (last - first) * channels;

    if (count <= 0) {
        return;
    }
    weights += first * channels;
    if (row == NULL) {
        kws_dot_constant(b->sums, b->count, p->input_zero_point, weights, stride, count);
    } else {
        const int32_t column = b->left + first * p->dilation_width;
        kws_dot(b->sums, b->count, row + column * channels, weights, stride, count);
    }
}

/* One row of the filter over one row of the input, part of which may lie outside. */
static void add_row(const kws_conv_2d_params *p, block *b, const int8_t *row, const int8_t *weights)
{
    const int32_t taps = p->kernel_width;

    if (p->dilation_width == 1) {
        const int32_t begin = kws_clamp(-b->left, 0, taps);
        const int32_t end = kws_clamp(p->in_width - b->left, begin, taps);

        if (begin > 0) {
            add_taps(p, b, NULL, 0, begin, weights);
        }
        add_taps(p, b, row, begin, end, weights);
        if (end < taps) {
            add_taps(p, b, NULL, end, taps, weights);
        }
        return;
    }
    for (int32_t j = 0; j < taps; j++) {
        const int32_t column = b->left + j * p->dilation_width;
        const int32_t inside = column >= 0 && column < p->in_width;

        add_taps(p, b, inside ? row : NULL, j, j + 1, weights);
    }
}

static void run_block(const kws_conv_2d_params *p, block *b, const int8_t *input, int8_t *output)
{
    const int32_t row_weights = p->kernel_width * p->in_channels;
    const int8_t *weights = p->weights + b->first * p->kernel_height * row_weights;

    for (int32_t c = 0; c < b->count; c++) {
        b->sums[c] = p->bias[b->first + c];
    }
    for (int32_t i = 0; i < p->kernel_height; i++) {
        const int32_t row = b->top + i * p->dilation_height;

        if (row >= 0 && row < p->in_height) {
            add_row(p, b, input + row * p->in_width * p->in_channels, weights);
        } else {
            add_taps(p, b, NULL, 0, p->kernel_width, weights);
        }
        weights += row_weights;
    }
    for (int32_t c = 0; c < b->count; c++) {
        const int32_t o = b->first + c;
        const int32_t value = kws_requantize(b->sums[c], p->multiplier[o], p->shift[o]);

        output[o] =
            (int8_t)kws_clamp(value + p->output_zero_point, p->activation_min, p->activation_max);
    }
}

/* All output channels of one place. */
static void run_place(const kws_conv_2d_params *p, const int8_t *input, int32_t y, int32_t x,
                      int8_t *output)
{
    block b;

    b.top = y * p->stride_height - p->pad_top;
    b.left = x * p->stride_width - p->pad_left;
    for (b.first = 0; b.first < p->out_channels; b.first += KWS_DOT_CHANNELS) {
        const int32_t rest = p->out_channels - b.first;

        b.count = rest < KWS_DOT_CHANNELS ? rest : KWS_DOT_CHANNELS;
        run_block(p, &b, input, output);
    }
}

kws_status kws_conv_2d_run(const kws_conv_2d_params *params, const int8_t *input, int8_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    for (int32_t y = 0; y < params->out_height; y++) {
        for (int32_t x = 0; x < params->out_width; x++) {
            run_place(params, input, y, x, output);
            output += params->out_channels;
        }
    }
    return KWS_OK;
}
