#include "kws_depthwise_rows_dsp.h"

#include <stddef.h>

#include "kws_dsp.h"

enum { BLOCK = 32 }; /* rows that are rescaled together */

#define INVERTED 0xff7fff7fu /* bits of the values; see kws_depthwise_rows_dsp.h */

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__) && defined(__GNUC__)

enum { TURN = 5, FIVE_WORDS_BYTES = 124 }; /* of code: each instruction below has 4 bytes */

#define WORD(v)                                                                                    \
    "ldr r10, [%[x]], #4\n"                                                                        \
    "sxtb16 r9, r10\n"                                                                             \
    "smlad %[sum], " v ", r9, %[sum]\n"                                                            \
    "eor.w r10, r10, %[inverted]\n"                                                                \
    "sxtb16 " v ", " v "\n"                                                                        \
    "smlad %[sum], " v ", r10, %[sum]\n"
#define FIVE_WORDS                                                                                 \
    "ldmia.w %[w]!, {r3, r4, r5, r6, r8}\n" WORD("r3") WORD("r4") WORD("r5") WORD("r6") WORD("r8")

/*
 * Sums of the rows from input to the end of the sums. A turn takes five words five times; the first
 * one begins where it leaves whole turns. In assembly, because it takes every register there is but
 * r7, which may be a frame pointer.
 */
static inline void sum_rows(const int8_t *input, int32_t taps, const int32_t *weights,
                            int32_t words, int32_t *sums, const int32_t *end)
{
    const int32_t word_bytes = 4 * words;
    const int32_t to_next_row = taps - word_bytes;
    const int32_t *const sums_end = end;
    const int32_t skipped = (TURN - words / 5 % TURN) % TURN * FIVE_WORDS_BYTES;
    const int32_t *row_end;
    uint32_t entry;
    uint32_t sum;

    __asm__ volatile(
        "adr.w r3, 2f\n"
        "ldr r4, %[skipped]\n"
        "add r3, r3, r4\n"
        "orr r3, r3, #1\n" /* an address of Thumb code */
        "str r3, %[entry]\n"
        "1:\n"
        "ldr r3, %[word_bytes]\n"
        "ldr %[sum], [%[w]], #4\n"
        "add %[row_end], %[w], r3\n"
        "ldr pc, %[entry]\n"
        ".p2align 2\n"
        "2:\n" FIVE_WORDS FIVE_WORDS FIVE_WORDS FIVE_WORDS FIVE_WORDS "cmp %[w], %[row_end]\n"
        "bne 2b\n"
        "str %[sum], [%[sums]], #4\n"
        "ldr r3, %[to_next_row]\n"
        "ldr r4, %[sums_end]\n"
        "add %[x], %[x], r3\n"
        "cmp %[sums], r4\n"
        "bne 1b\n"
        : [x] "+r"(input), [w] "+r"(weights), [sums] "+r"(sums), [sum] "=&r"(sum),
          [row_end] "=&r"(row_end), [entry] "=m"(entry)
        : [inverted] "r"(INVERTED), [word_bytes] "m"(word_bytes), [to_next_row] "m"(to_next_row),
          [sums_end] "m"(sums_end), [skipped] "m"(skipped)
        : "r3", "r4", "r5", "r6", "r8", "r9", "r10", "cc", "memory");
}

#else

/* Sums of the rows from input to the end of the sums. */
static inline void sum_rows(const int8_t *input, int32_t taps, const int32_t *weights,
                            int32_t words, int32_t *sums, const int32_t *end)
{
    for (; sums != end; input += taps) {
        const int8_t *x = input;
        uint32_t sum = (uint32_t)*weights++;

        for (const int32_t *const row_end = weights + words; weights != row_end; x += 4) {
            const uint32_t values = kws_dsp_load(x);
            const uint32_t word = (uint32_t)*weights++;

            sum = kws_dsp_dot(sum, word, kws_dsp_even(values));
            sum = kws_dsp_dot(sum, kws_dsp_even(word), values ^ INVERTED);
        }
        *sums++ = (int32_t)sum;
    }
}

#endif

/* Rescales 256 times the sums. cut: whether the results are to be clamped */
KWS_DSP_INLINE void finish(const kws_depthwise_rows_dsp_params *p, const int32_t *sums,
                           const int32_t *rescale, int8_t *output, const int8_t *end, int cut)
{
    const int32_t half = kws_dsp_half(p->output_zero_point);
    const int32_t lowest = p->activation_min;
    const int32_t highest = p->activation_max;

    while (output != end) {
        const int32_t multiplier = *rescale++;
        const int32_t shift = *rescale++;
        const int32_t rounding = (int32_t)((uint32_t)half << shift);
        const int32_t value = kws_dsp_requantize(*sums++ >> 7, multiplier, rounding, shift);

        *output++ = (int8_t)(cut ? kws_clamp(value, lowest, highest) : value);
    }
}

kws_status kws_depthwise_rows_dsp_run(const kws_depthwise_rows_dsp_params *params,
                                      const int8_t *input, int8_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_depthwise_rows_dsp_params *p = params;
    const int cut = p->activation_min != INT8_MIN || p->activation_max != INT8_MAX;
    int32_t sums[BLOCK];

    for (int32_t c = 0; c < p->channels; c += BLOCK) {
        const int32_t count = p->channels - c < BLOCK ? p->channels - c : BLOCK;
        const int8_t *const x = input + c * p->taps;
        const int32_t *const weights = p->weights + c * (1 + p->words);
        const int32_t *const rescale = p->rescale + 2 * c;

        sum_rows(x, p->taps, weights, p->words, sums, sums + count);
        if (cut) {
            finish(p, sums, rescale, output + c, output + c + count, 1);
        } else {
            finish(p, sums, rescale, output + c, output + c + count, 0);
        }
    }
    return KWS_OK;
}
