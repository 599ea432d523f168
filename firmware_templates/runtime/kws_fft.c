#include "kws_fft.h"

/* C99 leaves >> of a negative to the compiler; refuse one that does not keep the sign. */
typedef char kws_fft_needs_arithmetic_shift[((-1 >> 1) == -1) ? 1 : -1];

typedef struct {
    int32_t re;
    int32_t im;
} complex32;

static inline int32_t kws_mul_high(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b + INT64_C(0x80000000)) >> 32);
}

static inline complex32 load(const int32_t *work, int32_t place)
{
    const complex32 value = {work[2 * place], work[2 * place + 1]};
    return value;
}

static inline void store(int32_t *work, int32_t place, int32_t re, int32_t im)
{
    work[2 * place] = re;
    work[2 * place + 1] = im;
}

static inline complex32 halved(complex32 z)
{
    const complex32 half = {z.re >> 1, z.im >> 1};
    return half;
}

/* Half of z * (cosine - i sine). */
static inline complex32 turned(complex32 z, int32_t cosine, int32_t sine)
{
    const complex32 half = {kws_mul_high(z.re, cosine) + kws_mul_high(z.im, sine),
                            kws_mul_high(z.im, cosine) - kws_mul_high(z.re, sine)};
    return half;
}

/* Four legs, already turned and halved, into the four outputs `quarter` places apart. */
static inline void butterfly(int32_t *work, int32_t place, int32_t quarter, complex32 a,
                             complex32 b, complex32 c, complex32 d)
{
    const complex32 even = {a.re + c.re, a.im + c.im};
    const complex32 odd = {a.re - c.re, a.im - c.im};
    const complex32 sum = {b.re + d.re, b.im + d.im};
    const complex32 difference = {b.re - d.re, b.im - d.im};

    store(work, place, even.re + sum.re, even.im + sum.im);
    store(work, place + quarter, odd.re + difference.im, odd.im - difference.re);
    store(work, place + 2 * quarter, even.re - sum.re, even.im - sum.im);
    store(work, place + 3 * quarter, odd.re - difference.im, odd.im + difference.re);
}

static void radix_2_stage(int32_t *work, int32_t points)
{
    for (int32_t place = 0; place < points; place += 2) {
        const complex32 a = halved(load(work, place));
        const complex32 b = halved(load(work, place + 1));
        store(work, place, a.re + b.re, a.im + b.im);
        store(work, place + 1, a.re - b.re, a.im - b.im);
    }
}

/* Groups of 4 * quarter points; the first leg of each needs no turn. */
static void radix_4_stage(const kws_fft_params *params, int32_t *work, int32_t quarter)
{
    const int32_t points = params->points / 2;
    const int32_t group = 4 * quarter;
    const int32_t step = params->points / group;
    const int32_t *sine = params->cosine;
    const int32_t *cosine = params->cosine + params->points / 4;

    for (int32_t place = 0; place < points; place += group) {
        butterfly(work, place, quarter, halved(load(work, place)),
                  halved(load(work, place + quarter)), halved(load(work, place + 2 * quarter)),
                  halved(load(work, place + 3 * quarter)));
    }
    for (int32_t j = 1; j < quarter; j++) {
        const int32_t at = j * step;
        const int32_t cos_1 = cosine[at], sin_1 = sine[at];
        const int32_t cos_2 = cosine[2 * at], sin_2 = sine[2 * at];
        const int32_t cos_3 = cosine[3 * at], sin_3 = sine[3 * at];
        for (int32_t place = j; place < points; place += group) {
            butterfly(work, place, quarter, halved(load(work, place)),
                      turned(load(work, place + quarter), cos_1, sin_1),
                      turned(load(work, place + 2 * quarter), cos_2, sin_2),
                      turned(load(work, place + 3 * quarter), cos_3, sin_3));
        }
    }
}

static inline void store_power(int32_t *work, int32_t place, int32_t re, int32_t im, int32_t shift)
{
    const uint64_t power = ((uint64_t)((int64_t)re * re) + (uint64_t)((int64_t)im * im)) >> shift;

    store(work, place, (int32_t)(uint32_t)power, (int32_t)(uint32_t)(power >> 32));
}

/* Even points give E, odd ones O: X[k] = E + W^k O, X[M-k] = conj(E - W^k O). */
static void split(const kws_fft_params *params, int32_t *work)
{
    const int32_t points = params->points / 2;
    const int32_t shift = params->power_shift;
    const int32_t *sine = params->cosine;
    const int32_t *cosine = params->cosine + params->points / 4;

    for (int32_t k = 1; k < points / 2; k++) {
        const complex32 low = load(work, k);
        const complex32 high = load(work, points - k);
        const complex32 even = {(low.re + high.re) >> 1, (low.im - high.im) >> 1};
        const complex32 twice_odd = {low.im + high.im, high.re - low.re};
        const complex32 odd = turned(twice_odd, cosine[k], sine[k]);
        store_power(work, k, even.re + odd.re, even.im + odd.im, shift);
        store_power(work, points - k, even.re - odd.re, even.im - odd.im, shift);
    }
    const complex32 middle = load(work, points / 2);
    store_power(work, points / 2, middle.re, middle.im, shift);
}

void kws_fft_power(const kws_fft_params *params, int32_t *work)
{
    const int32_t points = params->points / 2;
    int32_t quarter = 1;
    int32_t rest = points;

    while (rest > 3) {
        rest /= 4;
    }
    if (rest == 2) { /* log2(points) is odd */
        radix_2_stage(work, points);
        quarter = 2;
    }
    for (; quarter < points; quarter *= 4) {
        radix_4_stage(params, work, quarter);
    }
    split(params, work);
}
