/* Fully connected layer, int8 in and out. Equals TensorFlow Lite Micro's FULLY_CONNECTED. */
#ifndef KWS_FULLY_CONNECTED_H
#define KWS_FULLY_CONNECTED_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *weights;     /* [out_features][in_features] */
    const int32_t *bias;       /* [out_features], less input zero point * sum of the weights */
    const int32_t *multiplier; /* [out_features], see kws_requantize.h */
    const int8_t *shift;       /* [out_features] */
    int32_t output_zero_point; /* -128..127 */
    int32_t activation_min;    /* -128..127 */
    int32_t activation_max;    /* activation_min..127 */
    int32_t rows;              /* vectors the layer is applied to, one after the other */
    int32_t in_features;
    int32_t out_features;
} kws_fully_connected_params;

/*
 * output[r][o] = clamp(zero point + requantize(bias[o] + sum_i weights[o][i] * input[r][i]))
 *
 * input   in   int8 [rows][in_features]
 * output  out  int8 [rows][out_features], must not overlap input
 */
kws_status kws_fully_connected_run(const kws_fully_connected_params *params, const int8_t *input,
                                   int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_FULLY_CONNECTED_H */
