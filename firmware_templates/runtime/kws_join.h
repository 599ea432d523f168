/* Tensors side by side, int8. Equals TensorFlow Lite Micro's CONCATENATION and PACK. */
#ifndef KWS_JOIN_H
#define KWS_JOIN_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const int32_t *sizes; /* of each input: values in one row */
    int32_t outer;        /* rows */
} kws_join_params;

/*
 * Each row of output is a row of a, then one of b, and so on.
 *
 * a..h    in   int8 [outer][sizes[0]], [outer][sizes[1]], ...
 * output  out  int8 [outer][sum of sizes], must not overlap an input
 */
kws_status kws_join_2_run(const kws_join_params *params, const int8_t *a, const int8_t *b,
                          int8_t *output);
kws_status kws_join_3_run(const kws_join_params *params, const int8_t *a, const int8_t *b,
                          const int8_t *c, int8_t *output);
kws_status kws_join_4_run(const kws_join_params *params, const int8_t *a, const int8_t *b,
                          const int8_t *c, const int8_t *d, int8_t *output);
kws_status kws_join_5_run(const kws_join_params *params, const int8_t *a, const int8_t *b,
                          const int8_t *c, const int8_t *d, const int8_t *e, int8_t *output);
kws_status kws_join_6_run(const kws_join_params *params, const int8_t *a, const int8_t *b,
                          const int8_t *c, const int8_t *d, const int8_t *e, const int8_t *f,
                          int8_t *output);
kws_status kws_join_7_run(const kws_join_params *params, const int8_t *a, const int8_t *b,
                          const int8_t *c, const int8_t *d, const int8_t *e, const int8_t *f,
                          const int8_t *g, int8_t *output);
kws_status kws_join_8_run(const kws_join_params *params, const int8_t *a, const int8_t *b,
                          const int8_t *c, const int8_t *d, const int8_t *e, const int8_t *f,
                          const int8_t *g, const int8_t *h, int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_JOIN_H */
