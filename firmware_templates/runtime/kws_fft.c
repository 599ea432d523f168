#include "kws_fft.h"

#include "kws_mul_high.h"

#define LANES KWS_LANES

typedef struct {
    int32_t re;
    int32_t im;
} complex32;

static inline complex32 load(const int32_t *at)
{
    const complex32 value = {at[0], at[LANES]};
    return value;
}

static inline void store(int32_t *at, int32_t re, int32_t im)
{
    at[0] = re;
    at[LANES] = im;
}

static inline complex32 halved(complex32 z)
{
    const complex32 half = {z.re >> 1, z.im >> 1};
    return half;
}

/* Half of z * (cosine - i sine). */
static inline complex32 turned(complex32 z, const int32_t *turn)
{
    const int32_t cosine = turn[0];
    const int32_t sine = turn[1];
    const complex32 half = {kws_mul_high_add(kws_mul_high(z.re, cosine), z.im, sine),
                            kws_mul_high_sub(kws_mul_high(z.im, cosine), z.re, sine)};
    return half;
}

/* Four legs into four outputs, `gap` words apart. */
static inline void butterfly(int32_t *at, int32_t gap, complex32 a, complex32 b, complex32 c,
                             complex32 d)
{
    const complex32 even = {a.re + c.re, a.im + c.im};
    const complex32 odd = {a.re - c.re, a.im - c.im};
    const complex32 sum = {b.re + d.re, b.im + d.im};
    const complex32 difference = {b.re - d.re, b.im - d.im};

    store(at, even.re + sum.re, even.im + sum.im);
    store(at + gap, odd.re + difference.im, odd.im - difference.re);
    store(at + 2 * gap, even.re - sum.re, even.im - sum.im);
    store(at + 3 * gap, odd.re - difference.im, odd.im + difference.re);
}

/* Two samples, for every lane, and their weights. */
typedef struct {
    int32_t first;
    int32_t second;
    const int16_t *samples;
} weighted_pair;

/* Samples n and n + 1 under the window. */
static inline weighted_pair pair_at(const kws_fft_params *params, const int16_t *samples, int32_t n)
{
    const weighted_pair pair = {params->window[n], params->window[n + 1], samples + n * LANES};
    return pair;
}

/* The same, or any samples with no weight past the window's end, which is in the second half. */
static inline weighted_pair pair_if_any(const kws_fft_params *params, const int16_t *samples,
                                        int32_t n)
{
    const weighted_pair none = {0, 0, samples};
    return n < params->window_samples ? pair_at(params, samples, n) : none;
}

static inline complex32 windowed(weighted_pair pair, int32_t lane)
{
    const complex32 value = {kws_mul_16(pair.first, pair.samples[lane]),
                             kws_mul_16(pair.second, pair.samples[LANES + lane])};
    return value;
}

static void first_stage_of_2(const kws_fft_params *params, const int16_t *samples, int32_t *work)
{
    const int32_t gap = params->points / 2; /* samples from one leg to the next */
    const uint16_t *order = params->order;

    for (int32_t n = 0; n < gap; n += 2) {
        int32_t *at = work + 2 * *order++ * LANES;
        const weighted_pair a = pair_at(params, samples, n);
        const weighted_pair b = pair_if_any(params, samples, n + gap);
        KWS_FOR_LANES (lane) {
            const complex32 x = windowed(a, lane);
            const complex32 y = windowed(b, lane);
            store(at + lane, x.re + y.re, x.im + y.im);
            store(at + lane + 2 * LANES, x.re - y.re, x.im - y.im);
        }
    }
}

static void first_stage_of_4(const kws_fft_params *params, const int16_t *samples, int32_t *work)
{
    const int32_t gap = params->points / 4; /* samples from one leg to the next */
    const uint16_t *order = params->order;

    for (int32_t n = 0; n < gap; n += 2) {
        int32_t *at = work + 2 * *order++ * LANES;
        const weighted_pair a = pair_at(params, samples, n);
        const weighted_pair b = pair_at(params, samples, n + gap);
        const weighted_pair c = pair_if_any(params, samples, n + 2 * gap);
        const weighted_pair d = pair_if_any(params, samples, n + 3 * gap);
        KWS_FOR_LANES (lane) {
            butterfly(at + lane, 2 * LANES, windowed(a, lane), windowed(b, lane), windowed(c, lane),
                      windowed(d, lane));
        }
    }
}

/* The first butterfly of every group of 4 * quarter points: nothing to turn. */
static void first_of_groups(int32_t *work, const int32_t *end, int32_t gap)
{
    for (; work < end; work += 4 * gap) {
        KWS_FOR_LANES (lane) {
            int32_t *at = work + lane;
            butterfly(at, gap, halved(load(at)), halved(load(at + gap)), halved(load(at + 2 * gap)),
                      halved(load(at + 3 * gap)));
        }
    }
}

/* One butterfly in every group, all with the same turns. The order of the steps and the four
 * pointers keep what is live within the registers of a Cortex-M. */
static inline void turned_of_groups(int32_t *work, const int32_t *end, int32_t gap,
                                    const int32_t *turns)
{
    int32_t *at_a = work;
    int32_t *at_b = at_a + gap;
    int32_t *at_c = at_b + gap;
    int32_t *at_d = at_c + gap;

    while (at_a < end) {
        KWS_FOR_LANES (lane) {
            const complex32 b = turned(load(at_b + lane), turns);
            const complex32 d = turned(load(at_d + lane), turns + 4);
            const complex32 sum = {b.re + d.re, b.im + d.im};
            const complex32 difference = {b.re - d.re, b.im - d.im};
            const complex32 c = turned(load(at_c + lane), turns + 2);
            const complex32 a = halved(load(at_a + lane));
            const complex32 even = {a.re + c.re, a.im + c.im};
            const complex32 odd = {a.re - c.re, a.im - c.im};
            store(at_a + lane, even.re + sum.re, even.im + sum.im);
            store(at_c + lane, even.re - sum.re, even.im - sum.im);
            store(at_b + lane, odd.re + difference.im, odd.im - difference.re);
            store(at_d + lane, odd.re - difference.im, odd.im + difference.re);
        }
        at_a += 4 * gap;
        at_b += 4 * gap;
        at_c += 4 * gap;
        at_d += 4 * gap;
    }
}

static void radix_4_stage(const kws_fft_params *params, int32_t *work, int32_t quarter)
{
    const int32_t gap = 2 * quarter * LANES;
    const int32_t step = 6 * (params->points / 8 / quarter);
    const int32_t *end = work + params->points * LANES;
    const int32_t *turns = params->turns;

    first_of_groups(work, end, gap);
    for (int32_t j = 1; j < quarter; j++) {
        turns += step;
        turned_of_groups(work + 2 * j * LANES, end, gap, turns);
    }
}

/* shift is 1..31 */
static inline void store_power(int32_t *at, int32_t re, int32_t im, int32_t shift)
{
    const uint64_t power = (uint64_t)((int64_t)re * re + (int64_t)im * im);
    const uint32_t high = (uint32_t)(power >> 32);
    const uint32_t low = (uint32_t)power >> shift | high << (32 - shift);

    store(at, (int32_t)low, (int32_t)(high >> shift));
}

/* Even samples give E, odd ones O: X[k] = E + W^k O, X[M-k] = conj(E - W^k O). */
static void split(const kws_fft_params *params, int32_t *work)
{
    const int32_t shift = params->power_shift;
    const int32_t *turn = params->split + 2;
    int32_t *low = work + 2 * LANES;
    int32_t *high = work + (params->points - 2) * LANES;

    for (; low < high; low += 2 * LANES, high -= 2 * LANES, turn += 2) {
        KWS_FOR_LANES (lane) {
            const complex32 a = load(low + lane);
            const complex32 b = load(high + lane);
            const complex32 even = {(a.re + b.re) >> 1, (a.im - b.im) >> 1};
            const complex32 twice_odd = {a.im + b.im, b.re - a.re};
            const complex32 odd = turned(twice_odd, turn);
            store_power(low + lane, even.re + odd.re, even.im + odd.im, shift);
            store_power(high + lane, even.re - odd.re, even.im - odd.im, shift);
        }
    }
    KWS_FOR_LANES (lane) {
        const complex32 middle = load(low + lane);
        store_power(low + lane, middle.re, middle.im, shift);
    }
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
    for (; quarter < pairs; quarter *= 4) {
        radix_4_stage(params, work, quarter);
    }
    split(params, work);
}
