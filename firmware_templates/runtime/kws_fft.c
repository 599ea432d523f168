#include "kws_fft.h"

#include "kws_fft_dsp.h"
#include "kws_fft_parts.h"
#include "kws_mul_high.h"

#define LANES KWS_LANES

static inline kws_complex halved(kws_complex z)
{
    const kws_complex half = {z.re >> 1, z.im >> 1};
    return half;
}

/* Half of z * (cosine - i sine). */
static inline kws_complex turned(kws_complex z, const int32_t *turn)
{
    const int32_t cosine = turn[0];
    const int32_t sine = turn[1];
    const kws_complex half = {kws_mul_high_add(kws_mul_high(z.re, cosine), z.im, sine),
                              kws_mul_high_sub(kws_mul_high(z.im, cosine), z.re, sine)};
    return half;
}

/* Four legs into four outputs, `gap` words apart. */
static inline void butterfly(int32_t *at, int32_t gap, kws_complex a, kws_complex b, kws_complex c,
                             kws_complex d)
{
    const kws_complex even = {a.re + c.re, a.im + c.im};
    const kws_complex odd = {a.re - c.re, a.im - c.im};
    const kws_complex sum = {b.re + d.re, b.im + d.im};
    const kws_complex difference = {b.re - d.re, b.im - d.im};

    kws_store(at, even.re + sum.re, even.im + sum.im);
    kws_store(at + gap, odd.re + difference.im, odd.im - difference.re);
    kws_store(at + 2 * gap, even.re - sum.re, even.im - sum.im);
    kws_store(at + 3 * gap, odd.re - difference.im, odd.im + difference.re);
}

static void first_stage_of_2(const kws_fft_params *params, const int16_t *samples, int32_t *work)
{
    const int32_t gap = params->points / 2; /* samples from one leg to the next */
    const uint16_t *order = params->order;

    for (int32_t n = 0; n < gap; n += 2) {
        int32_t *at = work + 2 * *order++ * LANES;
        const kws_weighted_pair a = kws_pair_at(params, samples, n);
        const kws_weighted_pair b = kws_pair_if_any(params, samples, n + gap);
        KWS_FOR_LANES (lane) {
            const kws_complex x = kws_windowed(a, lane);
            const kws_complex y = kws_windowed(b, lane);
            kws_store(at + lane, x.re + y.re, x.im + y.im);
            kws_store(at + lane + 2 * LANES, x.re - y.re, x.im - y.im);
        }
    }
}

/* Two samples, n behind where both point, with their weights. */
static inline kws_complex under_window(const int32_t *window, const int16_t *samples, int32_t n,
                                       int32_t lane)
{
    const kws_weighted_pair pair = {window[n], window[n + 1], samples + n * LANES};

    return kws_windowed(pair, lane);
}

/* Butterflies of samples `from` to `to`, of which `legs` are under the window. */
KWS_FFT_INLINE void first_of_4(const kws_fft_params *params, const int16_t *samples, int32_t *work,
                               int32_t from, int32_t to, int legs)
{
    const int32_t gap = params->points / 4; /* samples from one leg to the next */
    const int32_t *window = params->window + from;
    const int32_t *const end = params->window + to;
    const uint16_t *order = params->order + from / 2;
    const kws_complex none = {0, 0};

    for (samples += from * LANES; window < end; window += 2, samples += 2 * LANES) {
        int32_t *const at = work + 2 * *order++ * LANES;
        KWS_FOR_LANES (lane) {
            const kws_complex a = under_window(window, samples, 0, lane);
            const kws_complex b = under_window(window, samples, gap, lane);
            const kws_complex c = legs > 2 ? under_window(window, samples, 2 * gap, lane) : none;
            const kws_complex d = legs > 3 ? under_window(window, samples, 3 * gap, lane) : none;

            butterfly(at + lane, 2 * LANES, a, b, c, d);
        }
    }
}

static void first_stage_of_4(const kws_fft_params *params, const int16_t *samples, int32_t *work)
{
    const int32_t gap = params->points / 4;
    const int32_t behind = params->window_samples - 2 * gap; /* samples of the third leg and on */
    const int32_t three = behind < gap ? behind : gap;
    const int32_t four = behind > gap ? behind - gap : 0;

#ifdef KWS_FFT_DSP
    kws_fft_first_dsp(params, samples, work, four);
#else
    first_of_4(params, samples, work, 0, four, 4);
#endif
    first_of_4(params, samples, work, four, three, 3);
    first_of_4(params, samples, work, three, gap, 2);
}

/* The first butterfly of every group of 4 * quarter points: nothing to turn. */
static void first_of_groups(int32_t *work, const int32_t *end, int32_t gap)
{
    for (; work < end; work += 4 * gap) {
        KWS_FOR_LANES (lane) {
            int32_t *at = work + lane;
            butterfly(at, gap, halved(kws_load(at)), halved(kws_load(at + gap)),
                      halved(kws_load(at + 2 * gap)), halved(kws_load(at + 3 * gap)));
        }
    }
}

/* The butterflies of a group that have something to turn, from leg a on. The order of the steps and
 * the four pointers keep what is live within the registers of a Cortex-M. */
static inline void turned_of_group(int32_t *at_a, const int32_t *end, int32_t gap,
                                   const int32_t *turns, int32_t step)
{
    int32_t *at_b = at_a + gap;
    int32_t *at_c = at_b + gap;
    int32_t *at_d = at_c + gap;

    while (at_a < end) {
        KWS_FOR_LANES (lane) {
            const kws_complex b = turned(kws_load(at_b + lane), turns);
            const kws_complex d = turned(kws_load(at_d + lane), turns + 4);
            const kws_complex sum = {b.re + d.re, b.im + d.im};
            const kws_complex difference = {b.re - d.re, b.im - d.im};
            const kws_complex c = turned(kws_load(at_c + lane), turns + 2);
            const kws_complex a = halved(kws_load(at_a + lane));
            const kws_complex even = {a.re + c.re, a.im + c.im};
            const kws_complex odd = {a.re - c.re, a.im - c.im};
            kws_store(at_a + lane, even.re + sum.re, even.im + sum.im);
            kws_store(at_c + lane, even.re - sum.re, even.im - sum.im);
            kws_store(at_b + lane, odd.re + difference.im, odd.im - difference.re);
            kws_store(at_d + lane, odd.re - difference.im, odd.im + difference.re);
        }
        at_a += 2 * LANES;
        at_b += 2 * LANES;
        at_c += 2 * LANES;
        at_d += 2 * LANES;
        turns += step;
    }
}

static void radix_4_stage(const kws_fft_params *params, int32_t *work, int32_t quarter)
{
    const int32_t gap = 2 * quarter * LANES;
    const int32_t step = 6 * (params->points / 8 / quarter);
    const int32_t *end = work + params->points * LANES;

    first_of_groups(work, end, gap);
    for (; work < end; work += 4 * gap) {
#ifdef KWS_FFT_DSP
        kws_fft_turned_dsp(work + 2, work + gap, gap, params->turns + step, step);
#else
        turned_of_group(work + 2 * LANES, work + gap, gap, params->turns + step, step);
#endif
    }
}

/* Even samples give E, odd ones O: X[k] = E + W^k O, X[M-k] = conj(E - W^k O). */
static void split(const kws_fft_params *params, int32_t *work)
{
    const int32_t shift = params->power_shift;
    const int32_t *turn = params->split + 2;
    int32_t *low = work + 2 * LANES;
    int32_t *high = work + (params->points - 2) * LANES;

#ifdef KWS_FFT_DSP
    low = kws_fft_split_dsp(low, high, turn, shift);
#else
    for (; low < high; low += 2 * LANES, high -= 2 * LANES, turn += 2) {
        KWS_FOR_LANES (lane) {
            const kws_complex a = kws_load(low + lane);
            const kws_complex b = kws_load(high + lane);
            const kws_complex even = {(a.re + b.re) >> 1, (a.im - b.im) >> 1};
            const kws_complex twice_odd = {a.im + b.im, b.re - a.re};
            const kws_complex odd = turned(twice_odd, turn);
            kws_store_power(low + lane, even.re + odd.re, even.im + odd.im, shift);
            kws_store_power(high + lane, even.re - odd.re, even.im - odd.im, shift);
        }
    }
#endif
    KWS_FOR_LANES (lane) {
        const kws_complex middle = kws_load(low + lane);
        kws_store_power(low + lane, middle.re, middle.im, shift);
    }
}

void kws_fft_finish(const kws_fft_params *params, int32_t *work, int32_t quarter)
{
    for (; quarter < params->points / 2; quarter *= 4) {
        radix_4_stage(params, work, quarter);
    }
    split(params, work);
}

void kws_fft_power(const kws_fft_params *params, const int16_t *samples, int32_t *work)
{
    const int32_t pairs = params->points / 2;
    int32_t quarter = 4;
    int32_t rest = pairs;

    while (rest > 3) {
        rest /= 4;
    }
    if (rest == 2) { /* log2(pairs) is odd */
        first_stage_of_2(params, samples, work);
        quarter = 2;
    } else {
        first_stage_of_4(params, samples, work);
    }
    kws_fft_finish(params, work, quarter);
}
