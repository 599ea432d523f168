/* One vector times a matrix, for cores with the DSP extension such as the Cortex-M4. */
#ifndef KWS_VECTOR_DSP_H
#define KWS_VECTOR_DSP_H

#include <stdint.h>

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Four values become two words: (0, 2) and (1, 3), as the matrix is packed.
 *
 * from  in   int8 [count]
 * to    out  [2 * (count / 4, rounded up)]; what is missing of the last four reads as 0
 */
void kws_vector_dsp_expand(const int8_t *from, int32_t count, uint32_t *to);

/*
 * Two times the sums of pairs of features, in the way of kws_conv_2d_dsp.c. They must fit in 24
 * bits, which the generator has checked.
 *
 * x        in   [words], a multiple of 4
 * weights  in   [pairs of features][words] as kws_conv_2d_dsp.h tells, of the features from the
 *               first of the sums on
 * sums     out  [features up to the end]
 * returns the end of the weights that were used
 */
const int32_t *kws_vector_dsp_multiply(const uint32_t *x, int32_t words, const int32_t *weights,
                                       int32_t *sums, const int32_t *end);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_VECTOR_DSP_H */
