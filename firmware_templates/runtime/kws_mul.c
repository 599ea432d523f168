#include "kws_mul.h"

#include <stddef.h>

#include "kws_requantize.h"

/* The innermost loop. */
static void run_row(const kws_mul_params *p, const int8_t *a, const int8_t *b, int8_t *output)
{
    for (int32_t i = 0; i < p->sizes[3]; i++) {
        const int32_t product = (*a - p->zero_point_a) * (*b - p->zero_point_b);
        const int32_t value = kws_requantize(product, p->multiplier, p->shift);

        output[i] =
            (int8_t)kws_clamp(value + p->output_zero_point, p->activation_min, p->activation_max);
        a += p->strides_a[3];
        b += p->strides_b[3];
    }
}

kws_status kws_mul_run(const kws_mul_params *params, const int8_t *a, const int8_t *b,
                       int8_t *output)
{
    if (params == NULL || a == NULL || b == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const int32_t *const n = params->sizes;
    const int32_t *const sa = params->strides_a;
    const int32_t *const sb = params->strides_b;

    for (int32_t i = 0; i < n[0]; i++) {
        for (int32_t j = 0; j < n[1]; j++) {
            for (int32_t k = 0; k < n[2]; k++) {
                run_row(params, a + i * sa[0] + j * sa[1] + k * sa[2],
                        b + i * sb[0] + j * sb[1] + k * sb[2], output);
                output += n[3];
            }
        }
    }
    return KWS_OK;
}

kws_status kws_mul_constant_run(const kws_mul_params *params, const int8_t *a, int8_t *output)
{
    return params == NULL ? KWS_BAD_ARGUMENT : kws_mul_run(params, a, params->constant, output);
}
