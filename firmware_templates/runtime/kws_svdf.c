#include "kws_svdf.h"

#include <stddef.h>

#include "kws_requantize.h"

/* What one filter makes of the frame. */
static int16_t see_frame(const kws_svdf_params *p, const int8_t *weights, const int8_t *input)
{
    int32_t total = 0;

    for (int32_t i = 0; i < p->bands; i++) {
        total += weights[i] * (input[i] - p->input_zero_point);
    }
    total = kws_requantize(total, p->state_multiplier, p->state_shift);
    total = kws_clamp(total, p->state_min, p->state_max);
    if (total > p->state_max - p->state_zero_point) {
        total -= p->state_max - p->state_min + 1;
    } else if (total < p->state_min - p->state_zero_point) {
        total += p->state_max - p->state_min + 1;
    }
    return (int16_t)total;
}

/* Products of count neighbours, wrapping; unsigned, for a signed sum may not. */
static uint32_t dot(const int16_t *a, const int16_t *b, int32_t count)
{
    uint32_t total = 0;

    for (int32_t i = 0; i < count; i++) {
        total += (uint32_t)((int32_t)a[i] * b[i]);
    }
    return total;
}

kws_status kws_svdf_run(const kws_svdf_params *params, const int8_t *input, int8_t *output,
                        void *state)
{
    if (params == NULL || input == NULL || output == NULL || state == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_svdf_params *p = params;
    int32_t *const place = state; /* where the newest frame goes: each memory is a ring */
    const int32_t newest = *place;
    const int32_t older = p->memory - 1 - newest; /* behind the newest are the oldest ones */
    int16_t *memory = (int16_t *)(place + 1);
    const int8_t *weights_feature = p->weights_feature;
    const int16_t *weights_time = p->weights_time;

    for (int32_t unit = 0; unit < p->units; unit++) {
        uint32_t total = (uint32_t)p->bias[unit];

        for (int32_t r = 0; r < p->rank; r++) {
            memory[newest] = see_frame(p, weights_feature, input);
            total += dot(memory + newest + 1, weights_time, older);
            total += dot(memory, weights_time + older, newest + 1);
            memory += p->memory;
            weights_time += p->memory;
            weights_feature += p->bands;
        }
        const int32_t value =
            kws_requantize(kws_as_signed(total), p->output_multiplier, p->output_shift);

        output[unit] = (int8_t)kws_clamp(value + p->output_zero_point, INT8_MIN, INT8_MAX);
    }
    *place = newest + 1 < p->memory ? newest + 1 : 0;
    return KWS_OK;
}
