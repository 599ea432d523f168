#include "kws_depthwise_conv_2d.h"

#include <stddef.h>

#include "kws_requantize.h"

enum { BLOCK = 8 }; /* output channels whose sums are kept at once */

/*
 * Neighbouring output channels at one place of the output. Their inputs are neighbours too when
 * each input channel has one filter (step 1), or one and the same value (step 0).
 */
typedef struct {
    const int8_t *input; /* [in_height][in_width][in_channels], at the block's first channel */
    int32_t step;
    int32_t first; /* output channel */
    int32_t count; /* 1..BLOCK */
} block;

static void add_tap(int32_t *sums, const int8_t *x, int32_t step, const int8_t *weights,
                    int32_t count)
{
    if (step == 0) {
        for (int32_t c = 0; c < count; c++) {
            sums[c] += (int32_t)x[0] * weights[c];
        }
    } else {
        for (int32_t c = 0; c < count; c++) {
            sums[c] += (int32_t)x[c] * weights[c];
        }
    }
}

static void add_padding(int32_t *sums, int32_t value, const int8_t *weights, int32_t count)
{
    for (int32_t c = 0; c < count; c++) {
        sums[c] += value * weights[c];
    }
}

/* The filters of one block with their upper left corner at (top, left) of the input. */
static void add_filter(const kws_depthwise_conv_2d_params *p, const block *b, int32_t top,
                       int32_t left, int32_t *sums)
{
    const int32_t channels = p->in_channels * p->depth_multiplier;
    const int8_t *weights = p->weights + b->first;

    for (int32_t i = 0; i < p->kernel_height; i++) {
        const int32_t row = top + i * p->dilation_height;

        for (int32_t j = 0; j < p->kernel_width; j++) {
            const int32_t column = left + j * p->dilation_width;

            if (row >= 0 && row < p->in_height && column >= 0 && column < p->in_width) {
                const int8_t *x = b->input + (row * p->in_width + column) * p->in_channels;
                add_tap(sums, x, b->step, weights, b->count);
            } else {
                add_padding(sums, p->input_zero_point, weights, b->count);
            }
            weights += channels;
        }
    }
}

static void run_block(const kws_depthwise_conv_2d_params *p, const block *b, int32_t top,
                      int32_t left, int8_t *output)
{
    int32_t sums[BLOCK];

    for (int32_t c = 0; c < b->count; c++) {
        sums[c] = p->bias[b->first + c];
    }
    add_filter(p, b, top, left, sums);
    for (int32_t c = 0; c < b->count; c++) {
        const int32_t channel = b->first + c;
        const int32_t value = kws_requantize(sums[c], p->multiplier[channel], p->shift[channel]);

        output[channel] =
            (int8_t)kws_clamp(value + p->output_zero_point, p->activation_min, p->activation_max);
    }
}

/* All channels of one place of the output. */
static void run_place(const kws_depthwise_conv_2d_params *p, const int8_t *input, int32_t top,
                      int32_t left, int8_t *output)
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
            run_block(p, &b, top, left, output);
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

    for (int32_t y = 0; y < p->out_height; y++) {
        for (int32_t x = 0; x < p->out_width; x++) {
            const int32_t top = y * p->stride_height - p->pad_top;
            const int32_t left = x * p->stride_width - p->pad_left;

            run_place(p, input, top, left, output);
            output += p->in_channels * p->depth_multiplier;
        }
    }
    return KWS_OK;
}
