/* Mean or sum over axes, int8. Equals TensorFlow Lite Micro's MEAN and SUM. */
#ifndef KWS_REDUCE_H
#define KWS_REDUCE_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t outer;
    int32_t first; /* with second: values in each sum */
    int32_t middle;
    int32_t second;
    int32_t inner;
    int32_t input_zero_point; /* -128..127 */
    int32_t multiplier; /* input scale over output scale, for a mean over count: kws_requantize.h */
    int32_t shift;
    int32_t output_zero_point; /* -128..127 */
} kws_reduce_params;

/*
 * output[o][m][i] = sum or mean of input[o][..][m][..][i] on the output's scale
 *
 * input   in   int8 [outer][first][middle][second][inner]
 * output  out  int8 [outer][middle][inner]; may begin where input begins
 */
kws_status kws_reduce_run(const kws_reduce_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_REDUCE_H */
