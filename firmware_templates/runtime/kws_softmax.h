/* int8 logits to scores. Equals TensorFlow Lite Micro's SOFTMAX. */
#ifndef KWS_SOFTMAX_H
#define KWS_SOFTMAX_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t rows;                /* vectors, one after the other */
    int32_t depth;               /* labels in each, 1..511 */
    int32_t multiplier;          /* logit steps to Q5.26, with left_shift */
    int32_t left_shift;          /* 0..31 */
    int32_t smallest_difference; /* -255..0: logits further below the largest count as nothing */
} kws_softmax_params;

/*
 * output[r][c] = 256 * exp(input[r][c]) / sum over c of exp(input[r][c]) - 128, at most 127
 *
 * input   in   int8 [rows][depth]
 * output  out  int8 [rows][depth]; may be the input itself
 */
kws_status kws_softmax_run(const kws_softmax_params *params, const int8_t *input, int8_t *output);

/* The same with 65536 and -32768 to int16 [rows][depth], which must not overlap the input. */
kws_status kws_softmax_int16_run(const kws_softmax_params *params, const int8_t *input,
                                 int16_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_SOFTMAX_H */
