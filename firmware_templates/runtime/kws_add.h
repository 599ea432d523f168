/* Sum of two tensors of one shape, int8. Equals TensorFlow Lite Micro's ADD. */
#ifndef KWS_ADD_H
#define KWS_ADD_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Factors as in kws_requantize.h; every shift is 0 or less. */
typedef struct {
    int32_t size;         /* values */
    int32_t zero_point_a; /* -128..127 */
    int32_t multiplier_a; /* scale of a over twice the coarser scale */
    int32_t shift_a;
    int32_t zero_point_b;
    int32_t multiplier_b;
    int32_t shift_b;
    int32_t output_multiplier; /* twice the coarser scale over the output's, over 2^20 */
    int32_t output_shift;
    int32_t output_zero_point;
    int32_t activation_min; /* -128..127 */
    int32_t activation_max; /* activation_min..127 */
} kws_add_params;

/*
 * output[i] = a[i] + b[i] on the output's scale
 *
 * a, b    in   int8 [size]
 * output  out  int8 [size]; may be a or b itself
 */
kws_status kws_add_run(const kws_add_params *params, const int8_t *a, const int8_t *b,
                       int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_ADD_H */
