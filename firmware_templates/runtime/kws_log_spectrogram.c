#include "kws_log_spectrogram.h"

#include <stddef.h>

#include "kws_log2.h"
#include "kws_spectrum.h"

#define LANES KWS_LANES
#define DIVIDE_BY_768 10923 /* 2^23 / 768 */
#define DIVIDE_SHIFT 23

typedef char kws_log_spectrogram_needs_arithmetic_shift[((-1 >> 1) == -1) ? 1 : -1];

/* No power at all counts as the least there is, which is far below -128. */
static inline int8_t feature(const kws_log_spectrogram_params *params, uint64_t power)
{
    const int32_t log2 = kws_log2_q16(params->log2, power + (power == 0)) >> 4;
    const int32_t value = ((log2 + params->offset) * DIVIDE_BY_768) >> DIVIDE_SHIFT;
    const int32_t raised = value < INT8_MIN ? INT8_MIN : value;

    return (int8_t)(raised > INT8_MAX ? INT8_MAX : raised);
}

kws_status kws_log_spectrogram_run(const kws_log_spectrogram_params *params, void *work,
                                   const int16_t *window, int8_t *frame)
{
    if (params == NULL || work == NULL || window == NULL || frame == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_fft_params fft = {
        params->window,         params->order,  params->turns,       params->split,
        params->window_samples, params->points, params->power_shift,
    };
    const int32_t *at = (const int32_t *)work + 2 * params->first * LANES;

    kws_spectrum_power(&fft, window, work);
    for (int32_t band = 0; band < params->bands; band++) {
        KWS_FOR_LANES (lane) {
            const uint64_t high = (uint32_t)at[LANES + lane];
            frame[lane] = feature(params, high << 32 | (uint32_t)at[lane]);
        }
        frame += LANES;
        at += 2 * LANES;
    }
    return KWS_OK;
}
