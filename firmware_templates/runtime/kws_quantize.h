/* Another type for the same values, or another scale of int16. Equals TensorFlow Lite Micro's
 * QUANTIZE. */
#ifndef KWS_QUANTIZE_H
#define KWS_QUANTIZE_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Factor as in kws_requantize.h; what it makes of any input fits in int32 with the zero point. */
typedef struct {
    int32_t size; /* values */
    int32_t input_zero_point;
    int32_t multiplier;
    int32_t shift;
    int32_t output_zero_point;
} kws_quantize_params;

/*
 * output[i] = (input[i] - input_zero_point) * factor + output_zero_point, clamped to its type
 *
 * input   in   [size]
 * output  out  [size], must not overlap input
 */
kws_status kws_quantize_int8_int16_run(const kws_quantize_params *params, const int8_t *input,
                                       int16_t *output);
kws_status kws_quantize_int8_int32_run(const kws_quantize_params *params, const int8_t *input,
                                       int32_t *output);
kws_status kws_quantize_int16_int8_run(const kws_quantize_params *params, const int16_t *input,
                                       int8_t *output);
kws_status kws_quantize_int16_int16_run(const kws_quantize_params *params, const int16_t *input,
                                        int16_t *output);
kws_status kws_quantize_int16_int32_run(const kws_quantize_params *params, const int16_t *input,
                                        int32_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_QUANTIZE_H */
