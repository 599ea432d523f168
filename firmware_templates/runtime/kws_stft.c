#include "kws_stft.h"

#include <stddef.h>

#include "kws_spectrum.h"

#define LANES KWS_LANES
#define HALF_THE_STEPS 128

/* Eight halvings, without branches. */
static inline int8_t feature(const uint64_t *threshold, uint64_t power)
{
    int32_t reached = 0;

    for (int32_t more = HALF_THE_STEPS; more > 0; more /= 2) {
        reached += power >= threshold[reached + more - 1] ? more : 0;
    }
    return (int8_t)(reached - HALF_THE_STEPS);
}

kws_status kws_stft_run(const kws_stft_params *params, void *work, const int16_t *window,
                        int8_t *frame)
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
            frame[lane] = feature(params->threshold, high << 32 | (uint32_t)at[lane]);
        }
        frame += LANES;
        at += 2 * LANES;
    }
    return KWS_OK;
}
