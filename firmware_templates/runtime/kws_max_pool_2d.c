#include "kws_max_pool_2d.h"

#include <stddef.h>

#include "kws_requantize.h"
#include "kws_span.h"

/* All channels of one place of the output: rows and columns are the part inside the input. */
static void run_place(const kws_max_pool_2d_params *p, const int8_t *input, kws_span rows,
                      kws_span columns, int8_t *output)
{
    for (int32_t c = 0; c < p->channels; c++) {
        int32_t largest = INT8_MIN;

        for (int32_t i = rows.begin; i < rows.end; i++) {
            for (int32_t j = columns.begin; j < columns.end; j++) {
                const int32_t value = input[(i * p->in_width + j) * p->channels + c];
                largest = value > largest ? value : largest;
            }
        }
        output[c] = (int8_t)kws_clamp(largest, p->activation_min, p->activation_max);
    }
}

kws_status kws_max_pool_2d_run(const kws_max_pool_2d_params *params, const int8_t *input,
                               int8_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_max_pool_2d_params *p = params;

    for (int32_t y = 0; y < p->out_height; y++) {
        const kws_span rows =
            kws_span_inside(y * p->stride_height - p->pad_top, p->kernel_height, p->in_height);

        for (int32_t x = 0; x < p->out_width; x++) {
            const kws_span columns =
                kws_span_inside(x * p->stride_width - p->pad_left, p->kernel_width, p->in_width);

            run_place(p, input, rows, columns, output);
            output += p->channels;
        }
    }
    return KWS_OK;
}
