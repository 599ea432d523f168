#include "kws_fully_connected_dsp.h"

#include <stddef.h>

#include "kws_dsp.h"

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__) && defined(__GNUC__)

/* A word of values and one of weights: both features, then the first one alone. */
#define WORD(x, weights)                                                                           \
    "smlad %[both], " x ", " weights ", %[both]\n"                                                 \
    "sxtb16 " weights ", " weights "\n"                                                            \
    "smlad %[first], " x ", " weights ", %[first]\n"
#define FOUR_WORDS                                                                                 \
    "ldmia %[x]!, {r3, r4, r5, r6}\n"                                                              \
    "ldmia %[w]!, {r8, r9, r10, r11}\n" WORD("r3", "r8") WORD("r4", "r9") WORD("r5", "r10")        \
        WORD("r6", "r11")

/*
 * Sums of two features, in the way of kws_conv_2d_dsp.c; returns the end of the weights. The loop
 * takes four words twice, and begins in its middle when they are odd in number.
 */
static inline const int32_t *multiply(const uint32_t *x, const uint32_t *end, const int32_t *w,
                                      uint32_t *both_sum, uint32_t *first_sum)
{
    uint32_t both = 0;
    uint32_t first = 0;

    __asm__ volatile("sub r3, %[end], %[x]\n" /* 16 bytes for four words */
                     "lsls r3, r3, #27\n"
                     "bmi 2f\n"
                     "1:\n" FOUR_WORDS "2:\n" FOUR_WORDS "cmp %[x], %[end]\n"
                     "bne 1b\n"
                     : [x] "+r"(x), [w] "+r"(w), [both] "+r"(both), [first] "+r"(first)
                     : [end] "r"(end)
                     : "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "cc", "memory");
    *both_sum = both;
    *first_sum = first;
    return w;
}

#else

static inline const int32_t *multiply(const uint32_t *x, const uint32_t *end, const int32_t *w,
                                      uint32_t *both_sum, uint32_t *first_sum)
{
    uint32_t both = 0;
    uint32_t first = 0;

    while (x != end) {
        const uint32_t word = (uint32_t)*w++;

        both = kws_dsp_dot(both, *x, word);
        first = kws_dsp_dot(first, *x, kws_dsp_even(word));
        x++;
    }
    *both_sum = both;
    *first_sum = first;
    return w;
}

#endif

/* count values as words; what is missing of the last four reads as 0. */
static void expand(const int8_t *from, int32_t count, uint32_t *to)
{
    const int8_t *const end = from + count / 4 * 4;
    int8_t last[4] = {0, 0, 0, 0};

    while (from != end) {
        const uint32_t bytes = kws_dsp_load(from);

        from += 4;
        *to++ = kws_dsp_even(bytes);
        *to++ = kws_dsp_odd(bytes);
    }
    if (count % 4 != 0) {
        memcpy(last, from, (size_t)(count % 4));
        to[0] = kws_dsp_even(kws_dsp_load(last));
        to[1] = kws_dsp_odd(kws_dsp_load(last));
    }
}

/* Rescales what was summed: two times the sums of all features. */
static void finish(const kws_fully_connected_dsp_params *p, const int32_t *sums, int8_t *output)
{
    const int32_t half = kws_dsp_half(p->output_zero_point);
    const int32_t *rescale = p->rescale;
    int32_t rest = p->out_features;

    for (; rest > 1; rest -= 2) {
        kws_dsp_finish_pair(rescale, half, sums[0], sums[1], p->activation_min, p->activation_max,
                            output);
        rescale += KWS_DSP_PAIR_WORDS;
        sums += 2;
        output += 2;
    }
    if (rest == 1) {
        const kws_dsp_channel last = kws_dsp_read_channel(rescale, 0, half);

        output[0] =
            (int8_t)kws_clamp(kws_dsp_finish(&last, sums[0]), p->activation_min, p->activation_max);
    }
}

kws_status kws_fully_connected_dsp_run(const kws_fully_connected_dsp_params *params,
                                       const int8_t *input, int8_t *output, void *scratch)
{
    if (params == NULL || input == NULL || output == NULL || scratch == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_fully_connected_dsp_params *p = params;
    uint32_t *const x = (uint32_t *)scratch;
    int32_t *const sums = (int32_t *)scratch + p->chunk_words;
    const int32_t *weights = p->weights;
    int32_t rest = p->in_features;

    for (int32_t chunk = 0; chunk < p->chunks; chunk++) {
        const int32_t count = rest < 2 * p->chunk_words ? rest : 2 * p->chunk_words;

        expand(input, count, x);
        input += count;
        rest -= count;
        for (int32_t o = 0; o < p->out_features; o += 2) {
            uint32_t both;
            uint32_t first;

            weights = multiply(x, x + p->chunk_words, weights, &both, &first);
            sums[o] = 2 * (int32_t)first + (chunk > 0 ? sums[o] : 0);
            sums[o + 1] = ((int32_t)(both - first) >> 7) + (chunk > 0 ? sums[o + 1] : 0);
        }
    }
    finish(p, sums, output);
    return KWS_OK;
}
