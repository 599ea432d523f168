/* The inner loop of the layers that multiply whole vectors. */
#ifndef KWS_DOT_H
#define KWS_DOT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* accumulator + sum of a[i] * b[i] over count values */
static inline int32_t kws_dot(int32_t accumulator, const int8_t *a, const int8_t *b, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        accumulator += (int32_t)a[i] * b[i];
    }
    return accumulator;
}

/* accumulator + value * sum of b[i] over count values: kws_dot with every a[i] = value */
static inline int32_t kws_dot_constant(int32_t accumulator, int32_t value, const int8_t *b,
                                       int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        accumulator += value * b[i];
    }
    return accumulator;
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_DOT_H */
