#include "kws_log_mel.h"

#include <stddef.h>

#include "kws_log2.h"

#define LANES KWS_LANES
#define STEP_BITS 13 /* a step of a feature is 2^13 of log2 in Q16: an eighth of an octave */
#define HALF_STEP (1 << (STEP_BITS - 1))

/* Each of its two uses is a function of its own. */
#ifdef __GNUC__
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif

typedef char kws_log_mel_needs_arithmetic_shift[((-1 >> 1) == -1) ? 1 : -1];

/* The power of some bins, as it is and weighted with how far each bin rises into its band; low
 * words and high words apart, which spares carries. */
typedef struct {
    uint64_t total[LANES];
    uint64_t rise[LANES];
    uint32_t total_high[LANES];
    uint32_t rise_high[LANES];
} segment_sums;

/* Sum up bins `at` to `end`; returns the weights of the bins that follow. */
static const uint16_t *sum_bins(const int32_t *at, const int32_t *end, const uint16_t *rising,
                                segment_sums *sums)
{
    for (; at < end; at += 2 * LANES) {
        const uint32_t weight = *rising++;
        KWS_FOR_LANES (lane) {
            const uint32_t low = (uint32_t)at[lane];
            const uint32_t high = (uint32_t)at[LANES + lane];
            sums->total[lane] += low;
            sums->total_high[lane] += high;
            sums->rise[lane] += (uint64_t)low * weight;
            sums->rise_high[lane] += high * weight;
        }
    }
    return rising;
}

/* No power at all counts as the least there is: both are far below -128. */
static inline int32_t logarithm(const kws_log_mel_params *params, uint64_t energy)
{
    return kws_log2_q16(params->log2, energy + (energy == 0));
}

/* Without branches, so that lanes stay together. */
static inline int8_t feature(const kws_log_mel_params *params, int32_t log2)
{
    const int32_t value = ((log2 + HALF_STEP) >> STEP_BITS) + params->offset;
    const int32_t raised = value < INT8_MIN ? INT8_MIN : value;

    return (int8_t)(raised > INT8_MAX ? INT8_MAX : raised);
}

/* Segment s lies between the centres of bands s - 1 and s: it rises into s, falls out of s - 1.
 * Writes `frame`, or where it is NULL `logs`, which may lie where `work` begins: a band's logarithm
 * goes where bins were that are summed up already. */
INLINE void sum_bands(const kws_log_mel_params *params, const int32_t *work, int8_t *frame,
                      int32_t *logs)
{
    const uint16_t *first = params->first;
    const uint16_t *rising = params->rising;
    uint64_t energy[LANES] = {0};

    for (int32_t segment = 0; segment <= params->bands; segment++) {
        segment_sums sums = {{0}, {0}, {0}, {0}};
        rising = sum_bins(work + 2 * first[segment] * LANES, work + 2 * first[segment + 1] * LANES,
                          rising, &sums);
        KWS_FOR_LANES (lane) {
            const uint64_t total = sums.total[lane] + ((uint64_t)sums.total_high[lane] << 32);
            const uint64_t rise = sums.rise[lane] + ((uint64_t)sums.rise_high[lane] << 32);
            if (segment > 0) {
                const int32_t log2 =
                    logarithm(params, energy[lane] + (total << params->rising_bits) - rise);
                if (frame != NULL) {
                    *frame++ = feature(params, log2);
                } else {
                    *logs++ = log2;
                }
            }
            energy[lane] = rise;
        }
    }
}

static void power(const kws_log_mel_params *params, void *work, const int16_t *window)
{
    const kws_fft_params fft = {
        params->window,         params->order,  params->turns,       params->split,
        params->window_samples, params->points, params->power_shift,
    };

    kws_fft_power(&fft, window, work);
}

kws_status kws_log_mel_run(const kws_log_mel_params *params, void *work, const int16_t *window,
                           int8_t *frame)
{
    if (params == NULL || work == NULL || window == NULL || frame == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    power(params, work, window);
    sum_bands(params, work, frame, NULL);
    return KWS_OK;
}

void kws_log_mel_log2(const kws_log_mel_params *params, int32_t *work, const int16_t *window)
{
    power(params, work, window);
    sum_bands(params, work, NULL, work);
}
