/*
 * Values to other places, int8. Serves TensorFlow Lite Micro's PAD, PADV2, SLICE, STRIDED_SLICE,
 * SPLIT, SPLIT_V, UNPACK and TRANSPOSE.
 */
#ifndef KWS_COPY_H
#define KWS_COPY_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int32_t *sizes;       /* [4]: four loops, the outermost first */
    const int32_t *in_strides;  /* [4]: values that each loop moves by; below 0 is backwards */
    const int32_t *out_strides; /* [4] */
    int32_t in_offset;          /* of the first value */
    int32_t out_offset;
    int32_t fill_size; /* values of output that are filled first; 0 where all are copied to */
    int32_t fill;      /* -128..127 */
} kws_copy_params;

/*
 * output[out_offset + i . out_strides] = input[in_offset + i . in_strides]; the rest is fill
 *
 * input   in   int8, as many as the strides reach
 * output  out  int8, as many as the strides reach, or fill_size; must not overlap input
 */
kws_status kws_copy_run(const kws_copy_params *params, const int8_t *input, int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_COPY_H */
