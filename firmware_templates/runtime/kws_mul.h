/* Product of two tensors, int8. Equals TensorFlow Lite Micro's MUL, with and without broadcasting.
 */
#ifndef KWS_MUL_H
#define KWS_MUL_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int32_t *sizes;     /* [4]: four loops, the outermost first */
    const int32_t *strides_a; /* [4]: values that each loop moves by; 0 where a is broadcast */
    const int32_t *strides_b; /* [4] */
    int32_t zero_point_a;     /* -128..127 */
    int32_t zero_point_b;
    int32_t multiplier; /* both scales over the output's, as in kws_requantize.h */
    int32_t shift;      /* 15 or less */
    int32_t output_zero_point;
    int32_t activation_min; /* -128..127 */
    int32_t activation_max; /* activation_min..127 */
    const int8_t *constant; /* b, for kws_mul_constant_run */
} kws_mul_params;

/*
 * output[i] = a[i] * b[i] on the output's scale
 *
 * a, b    in   int8, as many as the strides reach
 * output  out  int8 [sizes[0]][sizes[1]][sizes[2]][sizes[3]]; may be a or b itself where that one
 *              is not broadcast
 */
kws_status kws_mul_run(const kws_mul_params *params, const int8_t *a, const int8_t *b,
                       int8_t *output);

/* The same with the b of the parameters. */
kws_status kws_mul_constant_run(const kws_mul_params *params, const int8_t *a, int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_MUL_H */
