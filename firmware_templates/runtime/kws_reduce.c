#include "kws_reduce.h"

#include <stddef.h>

#include "kws_requantize.h"

/* The sum of all values that go into one; input is the first of them. */
static int32_t sum(const kws_reduce_params *p, const int8_t *input)
{
    int32_t total = 0;

    for (int32_t a = 0; a < p->first; a++) {
        for (int32_t b = 0; b < p->second; b++) {
            total += input[(a * p->middle * p->second + b) * p->inner];
        }
    }
    return total;
}

kws_status kws_reduce_run(const kws_reduce_params *params, const int8_t *input, int8_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_reduce_params *p = params;
    const int32_t zero = p->input_zero_point * p->first * p->second;

    for (int32_t o = 0; o < p->outer; o++) {
        for (int32_t m = 0; m < p->middle; m++) {
            for (int32_t i = 0; i < p->inner; i++) {
                const int32_t total = sum(p, input + m * p->second * p->inner + i) - zero;
                const int32_t value = kws_requantize(total, p->multiplier, p->shift);

                *output++ = (int8_t)kws_clamp(value + p->output_zero_point, INT8_MIN, INT8_MAX);
            }
        }
        input += p->first * p->middle * p->second * p->inner;
    }
    return KWS_OK;
}
