#include "kws_conv_2d.h"

#include <stddef.h>

#include "kws_dot.h"
#include "kws_requantize.h"

/* One row of the filter over one row of the input. Values outside the input read as zero point. */
static int32_t dot_row(const kws_conv_2d_params *p, int32_t sum, const int8_t *row, int32_t x,
                       const int8_t *weights)
{
    const int32_t channels = p->in_channels;
    const int32_t last = x + (p->kernel_width - 1) * p->dilation_width;

    if (p->dilation_width == 1 && x >= 0 && last < p->in_width) {
        return kws_dot(sum, row + x * channels, weights, p->kernel_width * channels);
    }
    for (int32_t j = 0; j < p->kernel_width; j++) {
        const int32_t column = x + j * p->dilation_width;

        if (column >= 0 && column < p->in_width) {
            sum = kws_dot(sum, row + column * channels, weights, channels);
        } else {
            sum = kws_dot_constant(sum, p->input_zero_point, weights, channels);
        }
        weights += channels;
    }
    return sum;
}

/* The whole filter of one output channel with its upper left corner at (y, x) of the input. */
static int32_t dot_filter(const kws_conv_2d_params *p, int32_t sum, const int8_t *input, int32_t y,
                          int32_t x, const int8_t *weights)
{
    const int32_t row_weights = p->kernel_width * p->in_channels;

    for (int32_t i = 0; i < p->kernel_height; i++) {
        const int32_t row = y + i * p->dilation_height;

        if (row >= 0 && row < p->in_height) {
            sum = dot_row(p, sum, input + row * p->in_width * p->in_channels, x, weights);
        } else {
            sum = kws_dot_constant(sum, p->input_zero_point, weights, row_weights);
        }
        weights += row_weights;
    }
    return sum;
}

kws_status kws_conv_2d_run(const kws_conv_2d_params *params, const int8_t *input, int8_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_conv_2d_params *p = params;
    const int32_t filter_weights = p->kernel_height * p->kernel_width * p->in_channels;

    for (int32_t y = 0; y < p->out_height; y++) {
        for (int32_t x = 0; x < p->out_width; x++) {
            const int32_t top = y * p->stride_height - p->pad_top;
            const int32_t left = x * p->stride_width - p->pad_left;
            const int8_t *weights = p->weights;

            for (int32_t o = 0; o < p->out_channels; o++) {
                const int32_t sum = dot_filter(p, p->bias[o], input, top, left, weights);
                const int32_t value = kws_requantize(sum, p->multiplier[o], p->shift[o]);

                *output++ = (int8_t)kws_clamp(value + p->output_zero_point, p->activation_min,
                                              p->activation_max);
                weights += filter_weights;
            }
        }
    }
    return KWS_OK;
}
