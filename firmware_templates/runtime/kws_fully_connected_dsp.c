#include "kws_fully_connected_dsp.h"

#include <stddef.h>

#include "kws_dsp.h"
#include "kws_vector_dsp.h"

enum { BLOCK = 32 }; /* features whose sums are made together */

/* Rescales two times the sums of count features. cut: whether the results are to be clamped */
KWS_DSP_INLINE void rescale_sums(const kws_fully_connected_dsp_params *p, const int32_t *sums,
                                 const int32_t *words, int8_t *output, int32_t count, int cut)
{
    const int32_t half = kws_dsp_half(p->output_zero_point);
    const int32_t lowest = cut ? p->activation_min : INT8_MIN;
    const int32_t highest = cut ? p->activation_max : INT8_MAX;
    const int8_t *const end = output + count / 2 * 2;

    while (output != end) {
        kws_dsp_finish_pair(words, half, sums[0], sums[1], lowest, highest, output);
        words += KWS_DSP_PAIR_WORDS;
        sums += 2;
        output += 2;
    }
    if (count % 2 != 0) {
        const kws_dsp_channel last = kws_dsp_read_channel(words, 0, half);

        output[0] = (int8_t)kws_clamp(kws_dsp_finish(&last, sums[0]), lowest, highest);
    }
}

/* Features from o on, of which there are so many sums. */
static void finish(const kws_fully_connected_dsp_params *p, const int32_t *sums, int32_t o,
                   int32_t count, int8_t *output)
{
    const int32_t *const words = p->rescale + o / 2 * KWS_DSP_PAIR_WORDS;
    const int32_t rest = p->out_features - o;
    const int32_t results = count < rest ? count : rest;

    if (p->activation_min == INT8_MIN && p->activation_max == INT8_MAX) {
        rescale_sums(p, sums, words, output + o, results, 0);
    } else {
        rescale_sums(p, sums, words, output + o, results, 1);
    }
}

kws_status kws_fully_connected_dsp_run(const kws_fully_connected_dsp_params *params,
                                       const int8_t *input, int8_t *output, void *scratch)
{
    if (params == NULL || input == NULL || output == NULL || scratch == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_fully_connected_dsp_params *p = params;
    const int32_t even_features = p->out_features + p->out_features % 2;
    uint32_t *const x = (uint32_t *)scratch;
    int32_t *const all_sums = (int32_t *)scratch + p->chunk_words;
    const int32_t *weights = p->weights;
    int32_t rest = p->in_features;
    int32_t sums[BLOCK];

    for (int32_t chunk = 0; chunk < p->chunks; chunk++) {
        const int32_t values = rest < 2 * p->chunk_words ? rest : 2 * p->chunk_words;

        kws_vector_dsp_expand(input, values, x);
        input += values;
        rest -= values;
        for (int32_t o = 0; o < even_features; o += BLOCK) {
            const int32_t count = even_features - o < BLOCK ? even_features - o : BLOCK;

            weights = kws_vector_dsp_multiply(x, p->chunk_words, weights, sums, sums + count);
            if (p->chunks == 1) {
                finish(p, sums, o, count, output);
                continue;
            }
            for (int32_t i = 0; i < count; i++) {
                all_sums[o + i] = sums[i] + (chunk > 0 ? all_sums[o + i] : 0);
            }
        }
    }
    if (p->chunks > 1) {
        finish(p, all_sums, 0, even_features, output);
    }
    return KWS_OK;
}
