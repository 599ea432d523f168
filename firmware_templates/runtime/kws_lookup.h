/*
 * Each value by itself, int8. Serves TensorFlow Lite Micro's RELU, RELU6, LEAKY_RELU, HARD_SWISH,
 * LOGISTIC, TANH and QUANTIZE, whose arithmetic the generator has put into the table.
 */
#ifndef KWS_LOOKUP_H
#define KWS_LOOKUP_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int8_t *table; /* [256]: the results for -128..127 */
    int32_t size;        /* values */
} kws_lookup_params;

/*
 * output[i] = table[input[i] + 128]
 *
 * input   in   int8 [size]
 * output  out  int8 [size]; may be the input itself
 */
kws_status kws_lookup_run(const kws_lookup_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_LOOKUP_H */
