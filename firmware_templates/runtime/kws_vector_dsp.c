#include "kws_vector_dsp.h"

#include <string.h>

#include "kws_dsp.h"

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
 * A turn takes four words eight times; the first one begins where it leaves whole turns. All
 * registers but r7, which may be a frame pointer, are in use.
 */
const int32_t *kws_vector_dsp_multiply(const uint32_t *x_begin, int32_t words, const int32_t *w,
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

const int32_t *kws_vector_dsp_multiply(const uint32_t *x_begin, int32_t words, const int32_t *w,
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

void kws_vector_dsp_expand(const int8_t *from, int32_t count, uint32_t *to)
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
