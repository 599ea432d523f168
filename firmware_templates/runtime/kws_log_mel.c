#include "kws_log_mel.h"

#include <stddef.h>
#include <string.h>

#include "kws_log2.h"

typedef char kws_log_mel_needs_arithmetic_shift[((-1 >> 1) == -1) ? 1 : -1];

/* Sample pairs go to their places in the transform; places past the window stay zero. */
static void apply_window(const kws_log_mel_params *params, const int16_t *samples, int32_t *work)
{
    const uint16_t *weight = params->window;
    const int32_t half = (int32_t)(UINT32_C(1) << (params->window_shift - 1));
    const int32_t pairs = params->window_samples / 2;

    memset(work, 0, (size_t)params->points * sizeof(work[0]));
    for (int32_t pair = 0; pair < pairs; pair++) {
        int32_t *place = work + 2 * params->order[pair];
        place[0] = ((int32_t)samples[2 * pair] * weight[2 * pair] + half) >> params->window_shift;
        place[1] =
            ((int32_t)samples[2 * pair + 1] * weight[2 * pair + 1] + half) >> params->window_shift;
    }
}

static int8_t feature(const kws_log_mel_params *params, uint64_t energy)
{
    if (energy == 0) {
        return INT8_MIN;
    }
    const int32_t half = (int32_t)(UINT32_C(1) << (params->log2_shift - 1));
    const int32_t steps = (kws_log2_q16(params->log2, energy) + half) >> params->log2_shift;
    const int32_t value = steps + params->offset;
    if (value < INT8_MIN) {
        return INT8_MIN;
    }
    return (int8_t)(value > INT8_MAX ? INT8_MAX : value);
}

/* Segment s lies between the centres of bands s - 1 and s: it rises into s, falls out of s - 1. */
static void sum_bands(const kws_log_mel_params *params, const int32_t *work, int8_t *frame)
{
    const uint16_t *rising = params->rising;
    uint64_t energy = 0;

    for (int32_t segment = 0; segment <= params->bands; segment++) {
        uint64_t total = 0;
        uint64_t rise = 0;
        for (int32_t bin = params->first[segment]; bin < params->first[segment + 1]; bin++) {
            const uint64_t power =
                (uint64_t)(uint32_t)work[2 * bin] | (uint64_t)(uint32_t)work[2 * bin + 1] << 32;
            total += power;
            rise += power * *rising++;
        }
        if (segment > 0) {
            frame[segment - 1] = feature(params, energy + (total << 15) - rise);
        }
        energy = rise;
    }
}

kws_status kws_log_mel_run(const kws_log_mel_params *params, void *work, const int16_t *window,
                           int8_t *frame)
{
    if (params == NULL || work == NULL || window == NULL || frame == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_fft_params fft = {params->cosine, params->order, params->points, params->power_shift};

    apply_window(params, window, work);
    kws_fft_power(&fft, work);
    sum_bands(params, work, frame);
    return KWS_OK;
}
