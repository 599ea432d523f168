#include "kws_mfcc.h"

#include <stddef.h>

#if KWS_LANES == 1
#include "kws_dsp.h"
#endif

#define LANES KWS_LANES
#define LEVEL_SHIFT 6 /* from Q16 to Q10 */
#define LOWEST (-16384)
#define HIGHEST 16383
#define STEP_SHIFT 22

typedef char kws_mfcc_needs_arithmetic_shift[((-1 >> 1) == -1) ? 1 : -1];

static inline int32_t clamped(int32_t value, int32_t low, int32_t high)
{
    const int32_t raised = value < low ? low : value;

    return raised > high ? high : raised;
}

static inline int32_t level(const kws_mfcc_params *params, int32_t log2)
{
    const int32_t value = (log2 + params->offset + (1 << (LEVEL_SHIFT - 1))) >> LEVEL_SHIFT;

    return clamped(value, LOWEST, HIGHEST);
}

/* Logarithms of all bands to sums, then differences, of the levels at both ends. */
static void fold(const kws_mfcc_params *params, const int32_t *logs, int16_t *sums)
{
    const int32_t half = params->bands / 2;
    int16_t *differences = sums + half * LANES;

    for (int32_t band = 0; band < half; band++) {
        const int32_t *low = logs + band * LANES;
        const int32_t *high = logs + (params->bands - 1 - band) * LANES;
        KWS_FOR_LANES (lane) {
            const int32_t a = level(params, low[lane]);
            const int32_t b = level(params, high[lane]);
            sums[band * LANES + lane] = (int16_t)(a + b);
            differences[band * LANES + lane] = (int16_t)(a - b);
        }
    }
}

#if KWS_LANES == 1

static inline uint32_t load_pair(const int16_t *from)
{
    uint32_t pair;

    memcpy(&pair, from, sizeof pair);
    return pair;
}

/* Sums of products of `half` int16; no sum overflows, so that wrapping does not matter. */
static void multiply(const int16_t *values, const int16_t *factors, int32_t half, int32_t *sum)
{
    const int16_t *end = factors + (half & ~1);
    uint32_t total = 0;

    for (; factors < end; factors += 2, values += 2) {
        total = kws_dsp_dot(total, load_pair(values), load_pair(factors));
    }
    *sum = (int32_t)total + ((half & 1) != 0 ? *values * *factors : 0);
}

#else

static void multiply(const int16_t *values, const int16_t *factors, int32_t half, int32_t *sum)
{
    for (int32_t lane = 0; lane < LANES; lane++) {
        sum[lane] = 0;
    }
    for (int32_t i = 0; i < half; i++) {
        const int32_t factor = factors[i];
        KWS_FOR_LANES (lane) {
            sum[lane] += factor * values[i * LANES + lane];
        }
    }
}

#endif

kws_status kws_mfcc_run(const kws_mfcc_params *params, void *work, const int16_t *window,
                        int8_t *frame)
{
    if (params == NULL || work == NULL || window == NULL || frame == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_log_mel_params log_mel = {
        params->window,
        params->order,
        params->turns,
        params->split,
        params->first,
        params->rising,
        params->log2,
        params->window_samples,
        params->points,
        params->power_shift,
        params->rising_bits,
        params->bands,
        0, /* no step of log_mel is asked for */
    };
    const int32_t half = params->bands / 2;
    int32_t *logs = work;
    int16_t *sums = (int16_t *)(void *)(logs + params->bands * LANES);
    const int16_t *factors = params->dct;
    int32_t sum[LANES];

    kws_log_mel_log2(&log_mel, logs, window);
    fold(params, logs, sums);
    for (int32_t k = 0; k < params->coefficients; k++, factors += half) {
        multiply(sums + (k % 2) * half * LANES, factors, half, sum);
        KWS_FOR_LANES (lane) {
            const int32_t value = (sum[lane] + (1 << (STEP_SHIFT - 1))) >> STEP_SHIFT;
            *frame++ = (int8_t)clamped(value, INT8_MIN, INT8_MAX);
        }
    }
    return KWS_OK;
}
