/* The inner loops of the layers that multiply whole vectors, for four output channels at once. */
#ifndef KWS_DOT_H
#define KWS_DOT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { KWS_DOT_CHANNELS = 4 };

/* One step of kws_dot_pair. */
#define KWS_DOT_PAIR(i)                                                                            \
    do {                                                                                           \
        const int32_t a = x[2 * (i)];                                                              \
        const int32_t b = x[2 * (i) + 1];                                                          \
        int32_t v = weights[4 * (i)];                                                              \
        a0 += a * v;                                                                               \
        b0 += b * v;                                                                               \
        v = weights[4 * (i) + 1];                                                                  \
        a1 += a * v;                                                                               \
        b1 += b * v;                                                                               \
        v = weights[4 * (i) + 2];                                                                  \
        a2 += a * v;                                                                               \
        b2 += b * v;                                                                               \
        v = weights[4 * (i) + 3];                                                                  \
        a3 += a * v;                                                                               \
        b3 += b * v;                                                                               \
    } while (0)

/*
 * Four channels at two places: each weight is loaded once for both.
 *
 * sums[c] += the sum of x[2 * i] * weights[4 * i + c], sums[4 + c] with x[2 * i + 1]
 *
 * x        int8 [depth][2]
 * weights  int8 [depth][4]
 */
static inline void kws_dot_pair(int32_t *sums, const int8_t *x, const int8_t *weights,
                                int32_t depth)
{
    const int8_t *const end = x + 2 * depth;
    const int8_t *const fours_end = x + 2 * (depth & ~3);
    int32_t a0 = sums[0];
    int32_t a1 = sums[1];
    int32_t a2 = sums[2];
    int32_t a3 = sums[3];
    int32_t b0 = sums[4];
    int32_t b1 = sums[5];
    int32_t b2 = sums[6];
    int32_t b3 = sums[7];

    for (; x != fours_end; x += 8) {
        KWS_DOT_PAIR(0);
        KWS_DOT_PAIR(1);
        KWS_DOT_PAIR(2);
        KWS_DOT_PAIR(3);
        weights += 16;
    }
    for (; x != end; x += 2) {
        KWS_DOT_PAIR(0);
        weights += 4;
    }
    sums[0] = a0;
    sums[1] = a1;
    sums[2] = a2;
    sums[3] = a3;
    sums[4] = b0;
    sums[5] = b1;
    sums[6] = b2;
    sums[7] = b3;
}

#undef KWS_DOT_PAIR

/*
 * The same at one place: sums[c] += the sum of x[i] * weights[4 * i + c]
 *
 * x  int8 [depth]
 */
static inline void kws_dot_one(int32_t *sums, const int8_t *x, const int8_t *weights, int32_t depth)
{
    const int8_t *const end = x + depth;
    int32_t a0 = sums[0];
    int32_t a1 = sums[1];
    int32_t a2 = sums[2];
    int32_t a3 = sums[3];

    for (; x != end; x++) {
        const int32_t a = x[0];

        a0 += a * weights[0];
        a1 += a * weights[1];
        a2 += a * weights[2];
        a3 += a * weights[3];
        weights += 4;
    }
    sums[0] = a0;
    sums[1] = a1;
    sums[2] = a2;
    sums[3] = a3;
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_DOT_H */
