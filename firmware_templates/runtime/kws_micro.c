#include "kws_micro.h"

#include <stddef.h>

#include "kws_fft16.h"
#include "kws_log2.h"

#define NOISE_BITS 10
#define SMOOTHING_BITS 14
#define EVEN_SMOOTHING 409u
#define ODD_SMOOTHING 983u
#define LEAST_LEFT 819u
#define GAIN_BITS 21
#define SNR_BITS 12
#define SNR_OUT_BITS 6
#define LN_2 45426u /* Q16 */
#define LOG_BITS 6

typedef char kws_micro_needs_arithmetic_shift[((-1 >> 1) == -1) ? 1 : -1];

/* Bits up to the highest that is set. */
static inline int32_t width(uint32_t value)
{
    return value == 0 ? 0 : 64 - kws_leading_zeros(value);
}

/* Root of 2^30 or more, rounded down: eight digits, the others by division. */
static uint32_t root_of_word(uint32_t value)
{
    const uint32_t top = value >> 16;
    uint32_t root = 0;
    uint32_t rest = top;

    for (uint32_t bit = 1u << 14; bit != 0; bit >>= 2) {
        if (rest >= root + bit) {
            rest -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    const uint32_t digits = (rest << 8 | ((value >> 8) & 0xFFu)) / (2 * root);
    root = (root << 8) + (digits < 0xFFu ? digits : 0xFFu);
    return root * root > value ? root - 1 : root;
}

/* Root, rounded; what does not fit is the largest that does. */
static uint32_t root_of(uint64_t value)
{
    if (value == 0) {
        return 0;
    }
    const uint32_t largest = value >> 32 != 0 ? 0xFFFFFFFFu : 0xFFFFu;
    const int32_t shift = kws_leading_zeros(value) & ~1;
    const uint64_t raised = value << shift;
    const uint32_t high = (uint32_t)(raised >> 32);
    const uint32_t half = root_of_word(high);
    const uint32_t rest = high - half * half;
    const uint32_t digits = ((rest << 15) + (((uint32_t)raised >> 17) & 0x7FFFu)) / half;
    uint32_t root = (half << 16) + (digits < 0xFFFFu ? digits : 0xFFFFu);

    if ((uint64_t)root * root > raised) {
        root--;
    }
    root >>= shift / 2;
    return value - (uint64_t)root * root > root && root != largest ? root + 1 : root;
}

/* Energies of bins to roots of bands. */
static void sum_bands(const kws_micro_params *params, const uint32_t *work, int32_t shift,
                      uint32_t *roots)
{
    const uint16_t *first = params->first;
    const uint32_t *weights = params->weights;
    uint64_t band = 0;

    for (int32_t segment = 0; segment <= params->bands; segment++) {
        const uint32_t *end = work + first[segment + 1];
        uint64_t next = 0;

        for (const uint32_t *at = work + first[segment]; at < end; at++) {
            const uint32_t weight = *weights++;
            band += (uint64_t)*at * (weight & 0xFFFFu);
            next += (uint64_t)*at * (weight >> 16);
        }
        if (segment > 0) {
            roots[segment - 1] = root_of(band) >> shift;
        }
        band = next;
    }
}

static inline uint32_t without_noise(uint32_t root, uint32_t smoothing, uint32_t *noise)
{
    const uint32_t raised = root << NOISE_BITS;
    const uint64_t mixed =
        (uint64_t)raised * smoothing + (uint64_t)*noise * ((1u << SMOOTHING_BITS) - smoothing);
    const uint32_t estimate = (uint32_t)(mixed >> SMOOTHING_BITS);
    const uint32_t left = estimate > raised ? 0 : (raised - estimate) >> NOISE_BITS;
    const uint32_t least = (uint32_t)(((uint64_t)root * LEAST_LEFT) >> SMOOTHING_BITS);

    *noise = estimate;
    return left > least ? left : least;
}

static inline int32_t gain(const int16_t *gains, uint32_t noise)
{
    if (noise <= 2) {
        return gains[noise];
    }
    const int32_t octave = width(noise);
    const int16_t *part = gains + 4 * octave - 6;
    const uint32_t place = octave < 11 ? noise << (11 - octave) : noise >> (octave - 11);
    const int32_t x = (int32_t)(place & 0x3FFu);
    const int32_t slope = ((part[2] * x) >> 5) + part[1] * 32;

    return (int16_t)(((slope * x + (1 << 14)) >> 15) + part[0]);
}

/* Quadratic up to twice the noise, then straight. */
static inline uint32_t knee(uint32_t snr)
{
    if (snr < 2u << SNR_BITS) {
        return (snr * snr) >> (2 + 2 * SNR_BITS - SNR_OUT_BITS);
    }
    return (snr >> (SNR_BITS - SNR_OUT_BITS)) - (1u << SNR_OUT_BITS);
}

static inline uint32_t logarithm(const uint16_t *logs, uint32_t value)
{
    if (value <= 1) {
        return 0;
    }
    const int32_t whole = width(value) - 1;
    const uint32_t above = value - (1u << whole);
    const uint32_t part = whole < 16 ? above << (16 - whole) : above >> (whole - 16);
    const uint32_t place = part >> 9;
    const int32_t bend = logs[place];
    const int32_t rise = ((logs[place + 1] - bend) * (int32_t)(part & 511u)) >> 16;
    const uint32_t log2 = ((uint32_t)whole << 16) + part + (uint32_t)(bend + rise);
    const uint32_t natural = (uint32_t)(((uint64_t)LN_2 * log2 + 32768u) >> 16);
    const uint32_t scaled = ((natural << LOG_BITS) + 32768u) >> 16;

    return scaled < UINT16_MAX ? scaled : UINT16_MAX;
}

uint32_t *kws_micro_logs(const kws_micro_params *params, uint32_t *work, const int16_t *window,
                         uint32_t *noise)
{
    const kws_fft16_params fft = {
        params->window, params->order,          params->turns,
        params->split,  params->window_samples, params->points,
    };
    const int32_t snr_shift = GAIN_BITS - SNR_BITS - params->extra_bits;

    uint32_t *values = work + params->points / 2; /* the transform needs this half no longer */
    const int32_t shift = kws_fft16_energies(&fft, window, work);

    sum_bands(params, work, shift, values);
    for (int32_t band = 0; band < params->bands; band++) {
        const uint32_t smoothing = band % 2 == 0 ? EVEN_SMOOTHING : ODD_SMOOTHING;
        const uint32_t left = without_noise(values[band], smoothing, noise + band);
        const uint32_t factor = (uint32_t)gain(params->gains, noise[band]);
        const uint32_t snr = (uint32_t)(((uint64_t)left * factor) >> snr_shift);

        values[band] = logarithm(params->logs, knee(snr) << params->extra_bits);
    }
    return values;
}

kws_status kws_micro_run(const kws_micro_params *params, void *work, const int16_t *window,
                         int8_t *frame, void *state)
{
    if (params == NULL || work == NULL || window == NULL || frame == NULL || state == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const uint32_t *logs = kws_micro_logs(params, work, window, state);

    for (int32_t band = 0; band < params->bands; band++) {
        const int32_t value = (int32_t)((logs[band] * 256u + 333u) / 666u) - 128;
        frame[band] = (int8_t)(value > INT8_MAX ? INT8_MAX : value);
    }
    return KWS_OK;
}
