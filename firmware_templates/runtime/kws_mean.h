/* Mean over neighbouring axes, int8. Equals TensorFlow Lite Micro's MEAN. */
#ifndef KWS_MEAN_H
#define KWS_MEAN_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t outer;
    int32_t count; /* values in each mean */
    int32_t inner;
    int32_t input_zero_point; /* -128..127 */
    int32_t multiplier;       /* input scale over output scale, over count: kws_requantize.h */
    int32_t shift;
    int32_t output_zero_point; /* -128..127 */
} kws_mean_params;

/*
 * output[o][i] = mean of input[o][..][i] on the output's scale
 *
 * input   in   int8 [outer][count][inner]
 * output  out  int8 [outer][inner], must not overlap input
 */
kws_status kws_mean_run(const kws_mean_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_MEAN_H */
