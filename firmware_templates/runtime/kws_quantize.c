#include "kws_quantize.h"

#include <stddef.h>

#include "kws_requantize.h"

static int32_t rescale(const kws_quantize_params *p, int32_t value)
{
    return kws_requantize(value - p->input_zero_point, p->multiplier, p->shift) +
           p->output_zero_point;
}

kws_status kws_quantize_int8_int16_run(const kws_quantize_params *params, const int8_t *input,
                                       int16_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    for (int32_t i = 0; i < params->size; i++) {
        output[i] = (int16_t)kws_clamp(rescale(params, input[i]), INT16_MIN, INT16_MAX);
    }
    return KWS_OK;
}

kws_status kws_quantize_int8_int32_run(const kws_quantize_params *params, const int8_t *input,
                                       int32_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    for (int32_t i = 0; i < params->size; i++) {
        output[i] = rescale(params, input[i]);
    }
    return KWS_OK;
}

kws_status kws_quantize_int16_int8_run(const kws_quantize_params *params, const int16_t *input,
                                       int8_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    for (int32_t i = 0; i < params->size; i++) {
        output[i] = (int8_t)kws_clamp(rescale(params, input[i]), INT8_MIN, INT8_MAX);
    }
    return KWS_OK;
}

kws_status kws_quantize_int16_int16_run(const kws_quantize_params *params, const int16_t *input,
                                        int16_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    for (int32_t i = 0; i < params->size; i++) {
        output[i] = (int16_t)kws_clamp(rescale(params, input[i]), INT16_MIN, INT16_MAX);
    }
    return KWS_OK;
}

kws_status kws_quantize_int16_int32_run(const kws_quantize_params *params, const int16_t *input,
                                        int32_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    for (int32_t i = 0; i < params->size; i++) {
        output[i] = rescale(params, input[i]);
    }
    return KWS_OK;
}
