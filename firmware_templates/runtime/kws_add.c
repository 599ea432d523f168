#include "kws_add.h"

#include <stddef.h>

#include "kws_requantize.h"

enum { LEFT_SHIFT = 20 }; /* fraction bits while both inputs stand on one grid */

kws_status kws_add_run(const kws_add_params *params, const int8_t *a, const int8_t *b,
                       int8_t *output)
{
    if (params == NULL || a == NULL || b == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_add_params *p = params;

    for (int32_t i = 0; i < p->size; i++) {
        const int32_t wide_a = (a[i] - p->zero_point_a) * ((int32_t)1 << LEFT_SHIFT);
        const int32_t wide_b = (b[i] - p->zero_point_b) * ((int32_t)1 << LEFT_SHIFT);
        const int32_t sum = kws_requantize(wide_a, p->multiplier_a, p->shift_a) +
                            kws_requantize(wide_b, p->multiplier_b, p->shift_b);
        const int32_t value = kws_requantize(sum, p->output_multiplier, p->output_shift);

        output[i] =
            (int8_t)kws_clamp(value + p->output_zero_point, p->activation_min, p->activation_max);
    }
    return KWS_OK;
}
