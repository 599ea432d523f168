#include "kws_fft16.h"

#include <string.h>

#include "kws_pair.h"

#define HALF 32766    /* floor(32767 / 2), twice */
#define QUARTER 16382 /* floor(32767 / 4), twice */

static inline kws_pair load_samples(const int16_t *samples)
{
    return kws_pair_make(samples[0], samples[1]);
}

/* Weighted samples and zeros behind them to `pairs`; returns the shift. A magnitude of 32768 does
 * not count, as it does not in TFLM, whose int16 cannot hold it. */
static int32_t apply_window(const kws_fft16_params *params, const int16_t *samples, uint32_t *pairs)
{
    const int32_t used = params->window_samples / 2;
    uint32_t bits = 0;
    int32_t shift = 15;

    for (int32_t n = 0; n < used; n++) {
        const kws_pair pair =
            kws_pair_windowed(load_samples(samples + 2 * n), kws_pair_load(params->window + n));
        bits = kws_pair_magnitudes(bits, pair);
        kws_pair_store(pairs + n, pair);
    }
    memset(pairs + used, 0, (size_t)(params->points / 2 - used) * sizeof pairs[0]);
    bits = (bits | bits >> 16) & 0x7FFFu;
    for (; bits != 0; bits >>= 1) {
        shift--;
    }
    return shift;
}

/* Four legs into four outputs, `gap` words apart. */
static inline void butterfly(uint32_t *at, int32_t gap, kws_pair a, kws_pair b, kws_pair c,
                             kws_pair d)
{
    const kws_pair even = kws_pair_add(a, c);
    const kws_pair odd = kws_pair_sub(a, c);
    const kws_pair sum = kws_pair_add(b, d);
    const kws_pair difference = kws_pair_sub(b, d);

    kws_pair_store(at, kws_pair_add(even, sum));
    kws_pair_store(at + gap, kws_pair_sub_i(odd, difference));
    kws_pair_store(at + 2 * gap, kws_pair_sub(even, sum));
    kws_pair_store(at + 3 * gap, kws_pair_add_i(odd, difference));
}

static void first_stage_of_2(const kws_fft16_params *params, const uint32_t *pairs, int32_t factor,
                             uint32_t *out)
{
    const int32_t gap = params->points / 4; /* pairs from one leg to the next */
    const uint16_t *order = params->order;

    for (int32_t n = 0; n < gap; n++, out += 2) {
        const uint32_t *from = pairs + *order++;
        const kws_pair a = kws_pair_raised(kws_pair_load(from), factor, HALF);
        const kws_pair b = kws_pair_raised(kws_pair_load(from + gap), factor, HALF);
        kws_pair_store(out, kws_pair_add(a, b));
        kws_pair_store(out + 1, kws_pair_sub(a, b));
    }
}

static void first_stage_of_4(const kws_fft16_params *params, const uint32_t *pairs, int32_t factor,
                             uint32_t *out)
{
    const int32_t gap = params->points / 8; /* pairs from one leg to the next */
    const uint16_t *order = params->order;

    for (int32_t n = 0; n < gap; n++, out += 4) {
        const uint32_t *from = pairs + *order++;
        butterfly(out, 1, kws_pair_raised(kws_pair_load(from), factor, QUARTER),
                  kws_pair_raised(kws_pair_load(from + gap), factor, QUARTER),
                  kws_pair_raised(kws_pair_load(from + 2 * gap), factor, QUARTER),
                  kws_pair_raised(kws_pair_load(from + 3 * gap), factor, QUARTER));
    }
}

static inline kws_pair quartered(const uint32_t *at)
{
    return kws_pair_scaled(kws_pair_load(at), QUARTER);
}

/* The first butterfly of every group of 4 * quarter pairs: nothing to turn, since a quarter times
 * 32767 / 32768, rounded, is itself. */
static void first_of_groups(uint32_t *at, const uint32_t *end, int32_t quarter)
{
    for (; at < end; at += 4 * quarter) {
        butterfly(at, quarter, quartered(at), quartered(at + quarter), quartered(at + 2 * quarter),
                  quartered(at + 3 * quarter));
    }
}

/* One butterfly in every group, all with the same turns. */
static inline void turned_of_groups(uint32_t *at, const uint32_t *end, int32_t quarter, kws_pair b,
                                    kws_pair c, kws_pair d)
{
    for (; at < end; at += 4 * quarter) {
        butterfly(at, quarter, quartered(at), kws_pair_mul(quartered(at + quarter), b),
                  kws_pair_mul(quartered(at + 2 * quarter), c),
                  kws_pair_mul(quartered(at + 3 * quarter), d));
    }
}

static void radix_4_stage(const kws_fft16_params *params, uint32_t *work, int32_t quarter)
{
    const uint32_t *end = work + params->points / 2;
    const int32_t step = params->points / 8 / quarter;

    first_of_groups(work, end, quarter);
    for (int32_t j = 1; j < quarter; j++) {
        const uint32_t *turns = params->turns;
        turned_of_groups(work + j, end, quarter, kws_pair_load(turns + j * step),
                         kws_pair_load(turns + 2 * j * step), kws_pair_load(turns + 3 * j * step));
    }
}

/* Even samples give E, odd ones O: X[k] = E + W^k O, X[M-k] = conj(E - W^k O), all halved. */
static void split(const kws_fft16_params *params, const uint32_t *pairs, uint32_t *energies)
{
    const int32_t middle = params->points / 4;
    const int32_t count = params->points / 2;
    const kws_pair zero = kws_pair_make(0, 0);

    for (int32_t k = 1; k <= middle; k++) {
        const kws_pair high = kws_pair_load(pairs + count - k);
        const kws_pair conjugate = kws_pair_parts(high, kws_pair_sub(zero, high));
        const kws_pair a = kws_pair_scaled(kws_pair_load(pairs + k), HALF);
        const kws_pair b = kws_pair_scaled(conjugate, HALF);
        const kws_pair even = kws_pair_add(a, b);
        const kws_pair odd = kws_pair_mul(kws_pair_sub(a, b), kws_pair_load(params->split + k - 1));
        energies[k] = kws_pair_energy(kws_pair_half_sum(even, odd));
        energies[count - k] = kws_pair_energy(
            kws_pair_parts(kws_pair_half_diff(even, odd), kws_pair_half_diff(odd, even)));
    }
    energies[0] = 0;
}

int32_t kws_fft16_energies(const kws_fft16_params *params, const int16_t *samples, uint32_t *work)
{
    const int32_t pairs = params->points / 2;
    uint32_t *spectrum = work + pairs;
    const int32_t shift = apply_window(params, samples, work);
    const int32_t factor = shift < 15 ? 1 << shift : 0; /* by 15 there are only zeros */
    int32_t quarter = 4;
    int32_t rest = pairs;

    while (rest > 3) {
        rest /= 4;
    }
    if (rest == 2) { /* log2(pairs) is odd */
        first_stage_of_2(params, work, factor, spectrum);
        quarter = 2;
    } else {
        first_stage_of_4(params, work, factor, spectrum);
    }
    for (; quarter < pairs; quarter *= 4) {
        radix_4_stage(params, spectrum, quarter);
    }
    split(params, spectrum, work);
    return shift;
}
