/*
 * Sum or difference of two tensors, int8. Equals TensorFlow Lite Micro's ADD and SUB, with and
 * without broadcasting.
 */
#ifndef KWS_ADD_H
#define KWS_ADD_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Factors as in kws_requantize.h; every shift is 0 or less. */
typedef struct {
    const int32_t *sizes;     /* [4]: four loops, the outermost first */
    const int32_t *strides_a; /* [4]: values that each loop moves by; 0 where a is broadcast */
    const int32_t *strides_b; /* [4] */
    int32_t zero_point_a;     /* -128..127 */
    int32_t multiplier_a;     /* scale of a over twice the coarser scale */
    int32_t shift_a;
    int32_t sign_a; /* 1, or -1 where a is subtracted */
    int32_t zero_point_b;
    int32_t multiplier_b;
    int32_t shift_b;
    int32_t sign_b;
    int32_t output_multiplier; /* twice the coarser scale over the output's, over 2^20 */
    int32_t output_shift;
    int32_t output_zero_point;
    int32_t activation_min; /* -128..127 */
    int32_t activation_max; /* activation_min..127 */
    const int8_t *constant; /* b, for kws_add_constant_run */
} kws_add_params;

/*
 * output[i] = sign_a * a[i] + sign_b * b[i] on the output's scale
 *
 * a, b    in   int8, as many as the strides reach
 * output  out  int8 [sizes[0]][sizes[1]][sizes[2]][sizes[3]]; may be a or b itself where that one
 *              is not broadcast
 */
kws_status kws_add_run(const kws_add_params *params, const int8_t *a, const int8_t *b,
                       int8_t *output);

/* The same with the b of the parameters. */
kws_status kws_add_constant_run(const kws_add_params *params, const int8_t *a, int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_ADD_H */
