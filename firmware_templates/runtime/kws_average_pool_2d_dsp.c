#include "kws_average_pool_2d_dsp.h"

#include <stddef.h>

#include "kws_dsp.h"
#include "kws_span.h"

enum { BLOCK = 4 }; /* channels whose sums are made together */

/* total / count, halves away from zero; C's division cuts towards zero */
static int8_t mean(const kws_average_pool_2d_params *p, int32_t total, int32_t count)
{
    const int32_t half = count / 2;
    const int32_t value = (total > 0 ? total + half : total - half) / count;

    return (int8_t)kws_clamp(value, p->activation_min, p->activation_max);
}

/* Four channels of one place: rows and columns are the part inside the input. */
static void run_block(const kws_average_pool_2d_params *p, const int8_t *input, kws_span rows,
                      kws_span columns, int8_t *output)
{
    const int32_t count = (rows.end - rows.begin) * (columns.end - columns.begin);
    const int32_t gap = (p->in_width - (columns.end - columns.begin)) * p->channels;
    uint32_t even = 0;
    uint32_t odd = 0;

    input += (rows.begin * p->in_width + columns.begin) * p->channels;
    for (int32_t i = rows.begin; i < rows.end; i++) {
        for (int32_t j = columns.begin; j < columns.end; j++) {
            const uint32_t bytes = kws_dsp_load(input);

            even = kws_dsp_add_even(even, bytes);
            odd = kws_dsp_add_odd(odd, bytes);
            input += p->channels;
        }
        input += gap;
    }
    output[0] = mean(p, kws_dsp_low(even), count);
    output[1] = mean(p, kws_dsp_low(odd), count);
    output[2] = mean(p, kws_dsp_high(even), count);
    output[3] = mean(p, kws_dsp_high(odd), count);
}

kws_status kws_average_pool_2d_dsp_run(const kws_average_pool_2d_params *params,
                                       const int8_t *input, int8_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_average_pool_2d_params *p = params;

    for (int32_t y = 0; y < p->out_height; y++) {
        const kws_span rows =
            kws_span_inside(y * p->stride_height - p->pad_top, p->kernel_height, p->in_height);

        for (int32_t x = 0; x < p->out_width; x++) {
            const kws_span columns =
                kws_span_inside(x * p->stride_width - p->pad_left, p->kernel_width, p->in_width);

            for (int32_t c = 0; c < p->channels; c += BLOCK) {
                run_block(p, input + c, rows, columns, output);
                output += BLOCK;
            }
        }
    }
    return KWS_OK;
}
