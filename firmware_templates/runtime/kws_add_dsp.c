#include "kws_add_dsp.h"

#include <stddef.h>

#include "kws_dsp.h"

/* even: whether the scales are equal; cut: whether the results are to be clamped */
KWS_DSP_INLINE void add(const kws_add_dsp_params *p, const int8_t *coarse, const int8_t *fine,
                        int8_t *output, int even, int cut)
{
    const int8_t *const end = output + p->size;
    const int32_t offset = p->offset_coarse;
    const int32_t offset_fine = p->offset_fine;
    const int32_t multiplier_fine = p->multiplier_fine;
    const int32_t shift_fine = p->shift_fine;
    const int32_t half_fine = (int32_t)(((uint32_t)1 << shift_fine) >> 1);
    const int32_t multiplier = p->output_multiplier;
    const int32_t shift = p->output_shift;
    const int32_t rounding = kws_dsp_half(p->output_zero_point) * ((int32_t)1 << shift);
    const int32_t lowest = p->activation_min;
    const int32_t highest = p->activation_max;

    while (output != end) {
        int32_t sum;

        if (even) {
            sum = (*coarse++ + *fine++) * (1 << 19) + offset;
        } else {
            const int32_t wide = *fine++ * (1 << 21) + offset_fine;

            /* Halves go away from zero; see kws_dsp_requantize. */
            sum = *coarse++ * (1 << 19) + offset +
                  (kws_mul_high_add(half_fine + (wide >> 31), wide, multiplier_fine) >> shift_fine);
        }
        const int32_t value = kws_dsp_requantize(2 * sum, multiplier, rounding, shift);

        *output++ = (int8_t)(cut ? kws_clamp(value, lowest, highest) : value);
    }
}

/* Each row, and in it each repeat. */
KWS_DSP_INLINE void add_rows(const kws_add_dsp_params *p, const int8_t *coarse, const int8_t *fine,
                             int8_t *output, int even, int cut)
{
    for (int32_t row = 0; row < p->rows; row++) {
        for (int32_t repeat = 0; repeat < p->repeats; repeat++) {
            add(p, coarse, fine, output, even, cut);
            coarse += p->step_coarse;
            fine += p->step_fine;
            output += p->size;
        }
        coarse += p->size - p->step_coarse; /* what was repeated goes on */
        fine += p->size - p->step_fine;
    }
}

kws_status kws_add_dsp_run(const kws_add_dsp_params *params, const int8_t *a, const int8_t *b,
                           int8_t *output)
{
    if (params == NULL || a == NULL || b == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const int8_t *const coarse = params->swapped ? b : a;
    const int8_t *const fine = params->swapped ? a : b;
    const int cut = params->activation_min != INT8_MIN || params->activation_max != INT8_MAX;

    if (params->even) {
        add_rows(params, coarse, fine, output, 1, 1);
    } else if (cut) {
        add_rows(params, coarse, fine, output, 0, 1);
    } else {
        add_rows(params, coarse, fine, output, 0, 0);
    }
    return KWS_OK;
}
