/* What the parts of a transform share: complex values in memory, samples under the window, and how
 * power is stored. Only for kws_fft.c and kws_spectrum.c. Hand-written; never generated. */
#ifndef KWS_FFT_PARTS_H
#define KWS_FFT_PARTS_H

#include <stdint.h>
#include <string.h>

#include "kws_fft.h"
#include "kws_lanes.h"
#include "kws_mul_high.h"

#ifdef __cplusplus
extern "C" {
#endif

/* For functions with a constant argument, of which each value is a function of its own. */
#ifdef __GNUC__
#define KWS_FFT_INLINE static inline __attribute__((always_inline))
#else
#define KWS_FFT_INLINE static inline
#endif

typedef struct {
    int32_t re;
    int32_t im;
} kws_complex;

static inline kws_complex kws_load(const int32_t *at)
{
    const kws_complex value = {at[0], at[KWS_LANES]};
    return value;
}

static inline void kws_store(int32_t *at, int32_t re, int32_t im)
{
    at[0] = re;
    at[KWS_LANES] = im;
}

/* Two samples, for every lane, and their weights. */
typedef struct {
    int32_t first;
    int32_t second;
    const int16_t *samples;
} kws_weighted_pair;

/* Samples n and n + 1 under the window. */
static inline kws_weighted_pair kws_pair_at(const kws_fft_params *params, const int16_t *samples,
                                            int32_t n)
{
    const kws_weighted_pair pair = {params->window[n], params->window[n + 1],
                                    samples + n * KWS_LANES};
    return pair;
}

/* The same, or any samples with no weight past the window's end, which is in the second half. */
static inline kws_weighted_pair kws_pair_if_any(const kws_fft_params *params,
                                                const int16_t *samples, int32_t n)
{
    const kws_weighted_pair none = {0, 0, samples};
    return n < params->window_samples ? kws_pair_at(params, samples, n) : none;
}

static inline kws_complex kws_windowed(kws_weighted_pair pair, int32_t lane)
{
#if defined(KWS_MUL_16_PAIRS) && KWS_LANES == 1
    uint32_t both;

    memcpy(&both, pair.samples + lane, sizeof both);
    const kws_complex value = {kws_mul_16_low(pair.first, both),
                               kws_mul_16_high(pair.second, both)};
#else
    const kws_complex value = {kws_mul_16(pair.first, pair.samples[lane]),
                               kws_mul_16(pair.second, pair.samples[KWS_LANES + lane])};
#endif
    return value;
}

/* shift is 1..31 */
static inline void kws_store_power(int32_t *at, int32_t re, int32_t im, int32_t shift)
{
    const uint64_t power = (uint64_t)((int64_t)re * re + (int64_t)im * im);
    const uint32_t high = (uint32_t)(power >> 32);
    const uint32_t low = (uint32_t)power >> shift | high << (32 - shift);

    kws_store(at, (int32_t)low, (int32_t)(high >> shift));
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_FFT_PARTS_H */
