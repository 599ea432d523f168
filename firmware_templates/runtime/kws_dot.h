/* The inner loops of the layers that multiply whole vectors, for several output channels at once.
 */
#ifndef KWS_DOT_H
#define KWS_DOT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { KWS_DOT_CHANNELS = 4 }; /* what one pass over the input computes at most */

/* sum + the sum of a[i] * b[i] over count values */
static inline int32_t kws_dot_one(int32_t sum, const int8_t *a, const int8_t *b, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        sum += (int32_t)a[i] * b[i];
    }
    return sum;
}

static inline void kws_dot_four(int32_t *sums, const int8_t *a, const int8_t *b, int32_t stride,
                                int32_t count)
{
    const int8_t *b1 = b + stride;
    const int8_t *b2 = b1 + stride;
    const int8_t *b3 = b2 + stride;
    int32_t s0 = sums[0];
    int32_t s1 = sums[1];
    int32_t s2 = sums[2];
    int32_t s3 = sums[3];

    for (int32_t i = 0; i < count; i++) {
        const int32_t value = a[i];
        s0 += value * b[i];
        s1 += value * b1[i];
        s2 += value * b2[i];
        s3 += value * b3[i];
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

/*
 * sums[c] += the sum of a[i] * b[c * stride + i] over count values
 *
 * channels  1..KWS_DOT_CHANNELS
 */
static inline void kws_dot(int32_t *sums, int32_t channels, const int8_t *a, const int8_t *b,
                           int32_t stride, int32_t count)
{
    if (channels == KWS_DOT_CHANNELS) {
        kws_dot_four(sums, a, b, stride, count);
    } else {
        for (int32_t c = 0; c < channels; c++) {
            sums[c] = kws_dot_one(sums[c], a, b + c * stride, count);
        }
    }
}

/* kws_dot with every a[i] = value */
static inline void kws_dot_constant(int32_t *sums, int32_t channels, int32_t value, const int8_t *b,
                                    int32_t stride, int32_t count)
{
    for (int32_t c = 0; c < channels; c++) {
        int32_t total = 0;

        for (int32_t i = 0; i < count; i++) {
            total += b[c * stride + i];
        }
        sums[c] += value * total;
    }
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_DOT_H */
