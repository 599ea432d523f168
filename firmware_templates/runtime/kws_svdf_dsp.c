#include "kws_svdf_dsp.h"

#include <stddef.h>
#include <string.h>

#include "kws_dsp.h"
#include "kws_vector_dsp.h"

enum { BLOCK = 32 }; /* filters whose sums of one chunk are made together */

/* Two times what each filter makes of the frame, without the offset. */
static void see_frame(const kws_svdf_dsp_params *p, const int8_t *input, uint32_t *x, int32_t *sums)
{
    const int32_t even_filters = (p->units * p->rank + 1) / 2 * 2;
    const int32_t *weights = p->weights_feature;
    int32_t rest = p->bands;
    int32_t more[BLOCK];

    for (int32_t chunk = 0; chunk < p->chunks; chunk++) {
        const int32_t values = rest < 2 * p->chunk_words ? rest : 2 * p->chunk_words;

        kws_vector_dsp_expand(input, values, x);
        input += values;
        rest -= values;
        if (chunk == 0) {
            weights =
                kws_vector_dsp_multiply(x, p->chunk_words, weights, sums, sums + even_filters);
            continue;
        }
        for (int32_t f = 0; f < even_filters; f += BLOCK) {
            const int32_t count = even_filters - f < BLOCK ? even_filters - f : BLOCK;

            weights = kws_vector_dsp_multiply(x, p->chunk_words, weights, more, more + count);
            for (int32_t i = 0; i < count; i++) {
                sums[f + i] += more[i];
            }
        }
    }
}

/* The newest frame, rescaled from two times the sums, goes to its place in each memory; see
 * kws_dsp_requantize. */
static void remember(const kws_svdf_dsp_params *p, const int32_t *sums, int16_t *newest)
{
    const int32_t multiplier = p->state_multiplier;
    const int32_t shift = p->state_shift;
    const int32_t rounding = (int32_t)1 << shift;
    const int32_t zero_point = p->state_zero_point;
    const int32_t frames = p->memory;
    const int32_t wide = p->wide;
    const int32_t *offset = p->offset;
    const int32_t *const end = sums + p->units * p->rank;

    for (; sums != end; newest += frames) {
        const int32_t twice = *sums++ + *offset++;
        const int32_t value =
            kws_mul_high_add(rounding + (twice >> 31), twice, multiplier) >> shift;

        if (wide) {
            *newest = (int16_t)kws_dsp_half_to_int16(value);
        } else {
            const int32_t moved = kws_dsp_half_to_int8(value) + zero_point;

            *newest = (int16_t)((int8_t)(uint8_t)((uint32_t)moved & 0xffu) - zero_point);
        }
    }
}

static inline uint32_t load_pair(const int16_t *from)
{
    uint32_t pair;

    memcpy(&pair, from, sizeof pair);
    return pair;
}

/* Products of so many pairs and the total before, wrapping. */
static inline uint32_t dot(uint32_t total, const int16_t *a, const int16_t *b, int32_t pairs)
{
    const int16_t *const end = a + 2 * pairs;

    if (pairs % 2 != 0) {
        total = kws_dsp_dot(total, load_pair(a), load_pair(b));
        a += 2;
        b += 2;
    }
    for (; a != end; a += 4, b += 4) {
        total = kws_dsp_dot(total, load_pair(a), load_pair(b));
        total = kws_dsp_dot(total, load_pair(a + 2), load_pair(b + 2));
    }
    return total;
}

/* What each filter makes of its memory. */
static void recall(const kws_svdf_dsp_params *p, int32_t newest, const int16_t *memory,
                   int32_t *totals)
{
    const int32_t frames = p->memory;
    const int32_t pairs = newest / 2 + 1; /* that end with the newest frame, or one behind it */
    const int16_t *weights = p->weights_time + frames - 1 - newest;
    const int32_t back = newest + 1 - frames + (newest % 2 == 0 ? 1 : 0);
    const int32_t *const end = totals + p->units * p->rank;

    while (totals != end) {
        const uint32_t total = dot(0, memory, weights, pairs);

        *totals++ =
            kws_as_signed(dot(total, memory + 2 * pairs, weights + back, frames / 2 - pairs));
        memory += frames;
        weights += frames + 2;
    }
}

/* kws_requantize of the sum of each unit, whose multiplier is not negative: nothing saturates. */
static void finish(const kws_svdf_dsp_params *p, const int32_t *totals, int8_t *output)
{
    const int32_t multiplier = p->output_multiplier;
    const int32_t shift = p->output_shift;
    const int32_t zero_point = p->output_zero_point;
    const int32_t rank = p->rank;
    const int32_t *bias = p->bias;
    const int8_t *const end = output + p->units;

    while (output != end) {
        uint32_t total = (uint32_t)*bias++;

        for (int32_t r = rank; r != 0; r--) {
            total += (uint32_t)*totals++;
        }
        const int64_t product = (int64_t)kws_as_signed(total) * multiplier + ((int64_t)1 << 30);
        const int32_t scaled = kws_divide_by_power((int32_t)(product >> 31), shift) + zero_point;

        *output++ = (int8_t)kws_clamp(scaled, INT8_MIN, INT8_MAX);
    }
}

kws_status kws_svdf_dsp_run(const kws_svdf_dsp_params *params, const int8_t *input, int8_t *output,
                            void *scratch, void *state)
{
    if (params == NULL || input == NULL || output == NULL || scratch == NULL || state == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    int32_t *const sums = (int32_t *)scratch + params->chunk_words;
    int32_t *const place = state; /* where the newest frame goes */
    const int32_t newest = *place;
    int16_t *const memory = (int16_t *)(place + 1);

    see_frame(params, input, scratch, sums);
    remember(params, sums, memory + newest);
    recall(params, newest, memory, sums);
    finish(params, sums, output);
    *place = newest + 1 < params->memory ? newest + 1 : 0;
    return KWS_OK;
}
