#include "kws_resize_bilinear.h"

#include <stddef.h>

enum { UNIT = 1024 }; /* weights of two neighbours together */

/* One row of output between two rows of input; weight is that of the second. */
static void run_row(const kws_resize_bilinear_params *p, const int8_t *first, const int8_t *second,
                    int32_t weight, int8_t *output)
{
    for (int32_t x = 0; x < p->out_width; x++) {
        const int32_t left = p->columns_first[x] * p->channels;
        const int32_t right = p->columns_second[x] * p->channels;
        const int32_t share = p->columns_weight[x];

        for (int32_t c = 0; c < p->channels; c++) {
            const int32_t at_left = first[left + c] * (UNIT - weight) + second[left + c] * weight;
            const int32_t at_right =
                first[right + c] * (UNIT - weight) + second[right + c] * weight;
            const int32_t value = at_left * (UNIT - share) + at_right * share;
            const int32_t half = UNIT * UNIT / 2;

            *output++ = (int8_t)((value + (value > 0 ? half : -half)) / (UNIT * UNIT));
        }
    }
}

kws_status kws_resize_bilinear_run(const kws_resize_bilinear_params *params, const int8_t *input,
                                   int8_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const int32_t row_size = params->in_width * params->channels;

    for (int32_t y = 0; y < params->out_height; y++) {
        run_row(params, input + params->rows_first[y] * row_size,
                input + params->rows_second[y] * row_size, params->rows_weight[y], output);
        output += params->out_width * params->channels;
    }
    return KWS_OK;
}
