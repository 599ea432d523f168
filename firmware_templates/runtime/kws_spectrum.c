#include "kws_spectrum.h"

#include "kws_fft_parts.h"
#include "kws_mul_high.h"

#define LANES KWS_LANES

/* Q30, of 72 and 144 degrees */
#define COS_1 331804471
#define COS_2 (-868675383)
#define SIN_1 1021189159
#define SIN_2 631129609

/* 4 * z, which with a Q30 factor and a high multiply is the product. */
static inline kws_complex times_4(int32_t re, int32_t im)
{
    const kws_complex value = {4 * re, 4 * im};
    return value;
}

/* The real (or imaginary) part of z + cosine_a * a + cosine_b * b. */
static inline int32_t with_cosines(int32_t z, int32_t a, int32_t cosine_a, int32_t b,
                                   int32_t cosine_b)
{
    return kws_mul_high_add(kws_mul_high_add(z, a, cosine_a), b, cosine_b);
}

/* Outputs `at` and `last` of a pair whose legs see opposite angles: mean -+ i turned. */
static inline void store_pair(int32_t *at, int32_t *last, kws_complex mean, kws_complex turned)
{
    kws_store(at, mean.re + turned.im, mean.im - turned.re);
    kws_store(last, mean.re - turned.im, mean.im + turned.re);
}

/* Five legs into five outputs, `gap` words apart. */
static inline void butterfly_of_5(int32_t *at, int32_t gap, const kws_complex z[5])
{
    const kws_complex sum_1 = {z[1].re + z[4].re, z[1].im + z[4].im};
    const kws_complex sum_2 = {z[2].re + z[3].re, z[2].im + z[3].im};
    const kws_complex p = times_4(sum_1.re, sum_1.im);
    const kws_complex q = times_4(sum_2.re, sum_2.im);
    const kws_complex r = times_4(z[1].re - z[4].re, z[1].im - z[4].im);
    const kws_complex s = times_4(z[2].re - z[3].re, z[2].im - z[3].im);
    const kws_complex mean_1 = {with_cosines(z[0].re, p.re, COS_1, q.re, COS_2),
                                with_cosines(z[0].im, p.im, COS_1, q.im, COS_2)};
    const kws_complex mean_2 = {with_cosines(z[0].re, p.re, COS_2, q.re, COS_1),
                                with_cosines(z[0].im, p.im, COS_2, q.im, COS_1)};
    const kws_complex turned_1 = {kws_mul_high_add(kws_mul_high(r.re, SIN_1), s.re, SIN_2),
                                  kws_mul_high_add(kws_mul_high(r.im, SIN_1), s.im, SIN_2)};
    const kws_complex turned_2 = {kws_mul_high_sub(kws_mul_high(r.re, SIN_2), s.re, SIN_1),
                                  kws_mul_high_sub(kws_mul_high(r.im, SIN_2), s.im, SIN_1)};

    kws_store(at, z[0].re + sum_1.re + sum_2.re, z[0].im + sum_1.im + sum_2.im);
    store_pair(at + gap, at + 4 * gap, mean_1, turned_1);
    store_pair(at + 2 * gap, at + 3 * gap, mean_2, turned_2);
}

static void first_stage_of_5(const kws_fft_params *params, const int16_t *samples, int32_t *work)
{
    const int32_t gap = params->points / 5; /* samples from one leg to the next */
    const uint16_t *order = params->order;

    for (int32_t n = 0; n < gap; n += 2) {
        int32_t *at = work + 2 * *order++ * LANES;
        const kws_weighted_pair a = kws_pair_at(params, samples, n);
        const kws_weighted_pair b = kws_pair_at(params, samples, n + gap);
        const kws_weighted_pair c = kws_pair_if_any(params, samples, n + 2 * gap);
        const kws_weighted_pair d = kws_pair_if_any(params, samples, n + 3 * gap);
        const kws_weighted_pair e = kws_pair_if_any(params, samples, n + 4 * gap);
        KWS_FOR_LANES (lane) {
            const kws_complex legs[5] = {kws_windowed(a, lane), kws_windowed(b, lane),
                                         kws_windowed(c, lane), kws_windowed(d, lane),
                                         kws_windowed(e, lane)};
            butterfly_of_5(at + lane, 2 * LANES, legs);
        }
    }
}

void kws_spectrum_power(const kws_fft_params *params, const int16_t *samples, int32_t *work)
{
    if (params->points % 5 == 0) {
        first_stage_of_5(params, samples, work);
        kws_fft_finish(params, work, 5);
    } else {
        kws_fft_power(params, samples, work);
    }
    KWS_FOR_LANES (lane) {
        const kws_complex ends = kws_load(work + lane);
        const int32_t shift = params->power_shift;
        kws_store_power(work + lane, ends.re + ends.im, 0, shift);
        kws_store_power(work + params->points * LANES + lane, ends.re - ends.im, 0, shift);
    }
}
