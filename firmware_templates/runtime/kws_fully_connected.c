#include "kws_fully_connected.h"

#include <stddef.h>

#include "kws_dot.h"
#include "kws_requantize.h"

kws_status kws_fully_connected_run(const kws_fully_connected_params *params, const int8_t *input,
                                   int8_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const int32_t in_features = params->in_features;

    for (int32_t r = 0; r < params->rows; r++) {
        const int8_t *weights = params->weights;
        for (int32_t o = 0; o < params->out_features; o++) {
            const int32_t sum = kws_dot(params->bias[o], input, weights, in_features);
            const int32_t value = kws_requantize(sum, params->multiplier[o], params->shift[o]);

            *output++ = (int8_t)kws_clamp(value + params->output_zero_point, params->activation_min,
                                          params->activation_max);
            weights += in_features;
        }
        input += in_features;
    }
    return KWS_OK;
}
