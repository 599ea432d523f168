#include "kws_fully_connected_dsp.h"

#include <stddef.h>

#include "kws_dsp.h"

enum { BLOCK = 32 }; /* features whose sums are made together */

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__) && defined(__GNUC__)

enum { TURN = 8, FOUR_WORDS_BYTES = 56 }; /* of code: each instruction below has 4 bytes */

/* A word of values and one of weights: both features, then the first one alone. */
#define WORD(x, weights)                                                                           \
    "smlad %[both], " x ", " weights ", %[both]\n"                                                 \
    "sxtb16 " weights ", " weights "\n"                                                            \
    "smlad %[first], " x ", " weights ", %[first]\n"
#define FOUR_WORDS                                                                                 \
    "ldmia.w %[x]!, {r3, r4, r5, r6}\n"                                                            \
    "ldmia.w %[w]!, {r8, r9, r10, r11}\n" WORD("r3", "r8") WORD("r4", "r9") WORD("r5", "r10")      \
        WORD("r6", "r11")

/*
 * Two times the sums of the features from the weights on, up to the end of the sums, in the way of
 * kws_conv_2d_dsp.c; returns the end of the weights. A turn takes four words eight times; the first
 * one begins where it leaves whole turns. All registers but r7, which may be a frame pointer, are
 * in use.
 */
static inline const int32_t *multiply(const uint32_t *x_begin, int32_t words, const int32_t *w,
                                      int32_t *sums, const int32_t *end)
{
    const uint32_t *const x_end = x_begin + words;
    const int32_t *const sums_end = end;
    const int32_t skipped = (TURN - words / 4 % TURN) % TURN * FOUR_WORDS_BYTES;
    const uint32_t *x;
    uint32_t entry;
    uint32_t both;
    uint32_t first;

    __asm__ volatile("adr.w r3, 2f\n"
                     "ldr r4, %[skipped]\n"
                     "add r3, r3, r4\n"
                     "orr r3, r3, #1\n" /* an address of Thumb code */
                     "str r3, %[entry]\n"
                     "1:\n"
                     "ldr %[x], %[x_begin]\n"
                     "mov %[both], #0\n"
                     "mov %[first], #0\n"
                     "ldr pc, %[entry]\n"
                     ".p2align 2\n"
                     "2:\n" FOUR_WORDS FOUR_WORDS FOUR_WORDS FOUR_WORDS FOUR_WORDS FOUR_WORDS
                         FOUR_WORDS FOUR_WORDS "ldr r3, %[x_end]\n"
                     "cmp %[x], r3\n"
                     "bne 2b\n"
                     "sub %[both], %[both], %[first]\n"
                     "lsl %[first], %[first], #1\n"
                     "asr %[both], %[both], #7\n"
                     "strd %[first], %[both], [%[sums]], #8\n"
                     "ldr r3, %[sums_end]\n"
                     "cmp %[sums], r3\n"
                     "bne 1b\n"
                     : [x] "=&r"(x), [w] "+r"(w), [sums] "+r"(sums), [both] "=&r"(both),
                       [first] "=&r"(first), [entry] "=m"(entry)
                     : [x_begin] "m"(x_begin), [x_end] "m"(x_end), [sums_end] "m"(sums_end),
                       [skipped] "m"(skipped)
                     : "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "cc", "memory");
    return w;
}

#else

/* Two times the sums of the features up to the end of the sums; returns the end of the weights. */
static inline const int32_t *multiply(const uint32_t *x_begin, int32_t words, const int32_t *w,
                                      int32_t *sums, const int32_t *end)
{
    for (; sums != end; sums += 2) {
        uint32_t both = 0;
        uint32_t first = 0;

        for (const uint32_t *x = x_begin; x != x_begin + words; x++) {
            const uint32_t word = (uint32_t)*w++;

            both = kws_dsp_dot(both, *x, word);
            first = kws_dsp_dot(first, *x, kws_dsp_even(word));
        }
        sums[0] = 2 * (int32_t)first;
        sums[1] = (int32_t)(both - first) >> 7;
    }
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

        expand(input, values, x);
        input += values;
        rest -= values;
        for (int32_t o = 0; o < even_features; o += BLOCK) {
            const int32_t count = even_features - o < BLOCK ? even_features - o : BLOCK;

            weights = multiply(x, p->chunk_words, weights, sums, sums + count);
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
