#include "kws_log_mel.h"

#include <stddef.h>

#include "kws_log2.h"

#define LANES KWS_LANES
#define STEP_BITS 13 /* a step of a feature is 2^13 of log2 in Q16: an eighth of an octave */
#define HALF_STEP (1 << (STEP_BITS - 1))

/* Each of its two uses is a function of its own. */
#ifdef __GNUC__
#define INLINE static inline __attribute__((always_inline))
#define APART static __attribute__((noinline))
#else
#define INLINE static inline
#define APART static
#endif

typedef char kws_log_mel_needs_arithmetic_shift[((-1 >> 1) == -1) ? 1 : -1];

/* The power of some bins, as it is and weighted with how far each bin rises into its band. */
typedef struct {
    uint64_t total[LANES];
    uint64_t rise[LANES];
} segment_sums;

/* Sum up bins `at` to `end`; returns the weights of the bins that follow. whole: the weights of a
 * bin in both of its bands, by which the total is multiplied */
#if defined(__thumb2__) && defined(__GNUC__) && KWS_LANES == 1

APART const uint16_t *sum_bins(const int32_t *at, const int32_t *end, const uint16_t *rising,
                               uint32_t whole, segment_sums *sums)
{
    uint32_t total_low = 0;
    uint32_t total_high = 0;
    uint32_t rise_low = 0;
    uint32_t rise_high = 0;

    __asm__ volatile(
        "b 2f\n"
        "1:\n"
        "ldrd r3, r4, [%[at]], #8\n"
        "ldrh r5, [%[rising]], #2\n"
        "umlal %[total_low], %[total_high], r3, %[whole]\n"
        "mla %[total_high], r4, %[whole], %[total_high]\n"
        "umlal %[rise_low], %[rise_high], r3, r5\n"
        "mla %[rise_high], r4, r5, %[rise_high]\n"
        "2:\n"
        "cmp %[at], %[end]\n"
        "bne 1b\n"
        : [at] "+r"(at), [rising] "+r"(rising), [total_low] "+r"(total_low),
          [total_high] "+r"(total_high), [rise_low] "+r"(rise_low), [rise_high] "+r"(rise_high)
        : [end] "r"(end), [whole] "r"(whole)
        : "r3", "r4", "r5", "cc", "memory");
    sums->total[0] = (uint64_t)total_high << 32 | total_low;
    sums->rise[0] = (uint64_t)rise_high << 32 | rise_low;
    return rising;
}

#else

APART const uint16_t *sum_bins(const int32_t *at, const int32_t *end, const uint16_t *rising,
                               uint32_t whole, segment_sums *sums)
{
    uint64_t total[LANES] = {0};
    uint64_t rise[LANES] = {0};
    uint32_t total_high[LANES] = {0}; /* summed apart, which spares carries */
    uint32_t rise_high[LANES] = {0};

    for (; at != end; at += 2 * LANES) {
        const uint32_t weight = *rising++;
        KWS_FOR_LANES (lane) {
            const uint32_t low = (uint32_t)at[lane];
            const uint32_t high = (uint32_t)at[LANES + lane];
            total[lane] += low;
            total_high[lane] += high;
            rise[lane] += (uint64_t)low * weight;
            rise_high[lane] += high * weight;
        }
    }
    KWS_FOR_LANES (lane) {
        sums->total[lane] = (total[lane] + ((uint64_t)total_high[lane] << 32)) * whole;
        sums->rise[lane] = rise[lane] + ((uint64_t)rise_high[lane] << 32);
    }
    return rising;
}

#endif

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
    const uint32_t whole = (uint32_t)1 << params->rising_bits;

    for (int32_t segment = 0; segment <= params->bands; segment++) {
        segment_sums sums;
        rising = sum_bins(work + 2 * first[segment] * LANES, work + 2 * first[segment + 1] * LANES,
                          rising, whole, &sums);
        KWS_FOR_LANES (lane) {
            if (segment > 0) {
                const int32_t log2 =
                    logarithm(params, energy[lane] + sums.total[lane] - sums.rise[lane]);
                if (frame != NULL) {
                    *frame++ = feature(params, log2);
                } else {
                    *logs++ = log2;
                }
            }
            energy[lane] = sums.rise[lane];
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
