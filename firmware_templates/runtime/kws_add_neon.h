/* Sum or difference of two tensors, int8, for phones. */
#ifndef KWS_ADD_NEON_H
#define KWS_ADD_NEON_H

#include "kws_add.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What kws_add_run computes, eight values at a time; without NEON it is kws_add_run. */
kws_status kws_add_neon_run(const kws_add_params *params, const int8_t *a, const int8_t *b,
                            int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_ADD_NEON_H */
