#include "kws_mean.h"

#include <stddef.h>

#include "kws_requantize.h"

kws_status kws_mean_run(const kws_mean_params *params, const int8_t *input, int8_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_mean_params *p = params;

    for (int32_t o = 0; o < p->outer; o++) {
        for (int32_t i = 0; i < p->inner; i++) {
            int32_t total = -p->input_zero_point * p->count;

            for (int32_t n = 0; n < p->count; n++) {
                total += input[n * p->inner + i];
            }
            const int32_t value = kws_requantize(total, p->multiplier, p->shift);

            *output++ = (int8_t)kws_clamp(value + p->output_zero_point, INT8_MIN, INT8_MAX);
        }
        input += p->count * p->inner;
    }
    return KWS_OK;
}
