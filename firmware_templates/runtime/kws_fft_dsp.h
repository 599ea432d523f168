/* The transform's inner loops for cores with the DSP extension such as the Cortex-M4, where a
 * compiler runs out of registers. Only for kws_fft.c, whose plain C gives the same bits.
 * Hand-written; never generated.
 *
 * All registers but r7, which may be a frame pointer, are in use.
 */
#ifndef KWS_FFT_DSP_H
#define KWS_FFT_DSP_H

#include <stdint.h>

#include "kws_fft.h"
#include "kws_lanes.h"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__) && defined(__GNUC__) && KWS_LANES == 1

#define KWS_FFT_DSP

/* Two samples at x (lost) and their weights at re (lost), weighted. */
#define KWS_FFT_WEIGHTED(re, im, x)                                                                \
    "ldrd " re ", " im ", [" re "]\n"                                                              \
    "smulwb " re ", " re ", " x "\n"                                                               \
    "smulwt " im ", " im ", " x "\n"

/* The butterflies of the first samples, of which all four legs are under the window. */
static inline void kws_fft_first_dsp(const kws_fft_params *params, const int16_t *samples,
                                     int32_t *begin, int32_t count)
{
    int32_t *const work = begin;
    const int32_t *window = params->window;
    const int32_t *const end = window + count;
    const uint16_t *order = params->order;
    const int32_t gap = params->points / 2; /* bytes of the samples from one leg to the next */
    const int32_t three_gaps = 3 * gap;

    /* clang-format off */
    __asm__ volatile(
        "b 2f\n"
        "1:\n"
        "ldr r3, %[gap]\n"
        "add r4, %[window], r3, lsl #1\n"
        "ldr r3, [%[samples], r3]\n"
        KWS_FFT_WEIGHTED("r4", "r5", "r3")
        "ldr r3, %[three_gaps]\n"
        "add r6, %[window], r3, lsl #1\n"
        "ldr r3, [%[samples], r3]\n"
        KWS_FFT_WEIGHTED("r6", "r8", "r3")
        "add r9, r4, r6\n" /* b + d: r9, r10; b - d: r4, r5 */
        "sub r4, r4, r6\n"
        "add r10, r5, r8\n"
        "sub r5, r5, r8\n"
        "ldr r3, %[gap]\n"
        "add r6, %[window], r3, lsl #2\n"
        "ldr r3, [%[samples], r3, lsl #1]\n"
        KWS_FFT_WEIGHTED("r6", "r8", "r3")
        "ldr r3, [%[samples]], #4\n"
        "ldrd r11, r12, [%[window]], #8\n"
        "smulwb r11, r11, r3\n"
        "smulwt r12, r12, r3\n"
        "add r3, r11, r6\n" /* a + c: r3, r6; a - c: r11, r12 */
        "sub r11, r11, r6\n"
        "add r6, r12, r8\n"
        "sub r12, r12, r8\n"
        "ldrh lr, [%[order]], #2\n"
        "ldr r8, %[work]\n"
        "add lr, r8, lr, lsl #3\n"
        "add r8, r3, r9\n"
        "sub r3, r3, r9\n"
        "add r9, r6, r10\n"
        "sub r6, r6, r10\n"
        "strd r8, r9, [lr]\n"
        "strd r3, r6, [lr, #16]\n"
        "add r8, r11, r5\n"
        "sub r9, r12, r4\n"
        "sub r11, r11, r5\n"
        "add r12, r12, r4\n"
        "strd r8, r9, [lr, #8]\n"
        "strd r11, r12, [lr, #24]\n"
        "2:\n"
        "ldr r3, %[end]\n"
        "cmp %[window], r3\n"
        "bne 1b\n"
        : [window] "+r"(window), [samples] "+r"(samples), [order] "+r"(order)
        : [gap] "m"(gap), [three_gaps] "m"(three_gaps), [work] "m"(work), [end] "m"(end)
        : "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
    /* clang-format on */
}

/* A leg times its turn, halved; im may be the cosine. */
#define KWS_FFT_TURN(re, im, x, y, cosine, sine)                                                   \
    "smmulr " re ", " x ", " cosine "\n"                                                           \
    "smmulr " im ", " y ", " cosine "\n"                                                           \
    "smmlar " re ", " y ", " sine ", " re "\n"                                                     \
    "smmlsr " im ", " x ", " sine ", " im "\n"

/* The butterflies of a group that have something to turn, from leg a on. The fourth leg's place is
 * computed twice, for want of a register. */
static inline void kws_fft_turned_dsp(int32_t *a, const int32_t *a_end, int32_t gap,
                                      const int32_t *turns, int32_t step)
{
    const int32_t *const end = a_end;
    const int32_t step_bytes = 4 * step;
    int32_t *b = a + gap;
    int32_t *c = b + gap;

    /* clang-format off */
    __asm__ volatile(
        "1:\n"
        "ldrd r3, r4, [%[b]]\n"
        "ldrd r5, r6, [%[turns]]\n"
        KWS_FFT_TURN("r8", "r9", "r3", "r4", "r5", "r6")
        "sub r5, %[c], %[a]\n"
        "add r5, r5, %[b]\n"
        "ldrd r3, r4, [r5]\n"
        "ldrd r5, r6, [%[turns], #16]\n"
        KWS_FFT_TURN("r10", "r11", "r3", "r4", "r5", "r6")
        "add r3, r8, r10\n" /* b + d: r3, r4; b - d: r8, r9 */
        "sub r8, r8, r10\n"
        "add r4, r9, r11\n"
        "sub r9, r9, r11\n"
        "ldrd r5, r6, [%[c]]\n"
        "ldrd r10, r11, [%[turns], #8]\n"
        KWS_FFT_TURN("r12", "r10", "r5", "r6", "r10", "r11")
        "ldrd r5, r6, [%[a]]\n"
        "add r11, r12, r5, asr #1\n" /* a + c: r11, r5; a - c: r12, r10 */
        "rsb r12, r12, r5, asr #1\n"
        "add r5, r10, r6, asr #1\n"
        "rsb r10, r10, r6, asr #1\n"
        "add r6, r11, r3\n"
        "sub r11, r11, r3\n"
        "add r3, r5, r4\n"
        "sub r5, r5, r4\n"
        "sub r4, %[c], %[a]\n"
        "add r4, r4, %[b]\n"
        "strd r6, r3, [%[a]], #8\n"
        "strd r11, r5, [%[c]], #8\n"
        "add r6, r12, r9\n"
        "sub r12, r12, r9\n"
        "sub r3, r10, r8\n"
        "add r10, r10, r8\n"
        "strd r6, r3, [%[b]], #8\n"
        "strd r12, r10, [r4]\n"
        "ldr r3, %[step]\n"
        "ldr r4, %[end]\n"
        "add %[turns], %[turns], r3\n"
        "cmp %[a], r4\n"
        "bne 1b\n"
        : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [turns] "+r"(turns)
        : [step] "m"(step_bytes), [end] "m"(end)
        : "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "cc", "memory");
    /* clang-format on */
}

/* 64 bits to the right, which loses x. */
#define KWS_FFT_SHIFTED(low, high, x)                                                              \
    "lsl " x ", " high ", %[left]\n"                                                               \
    "lsr " low ", " low ", %[shift]\n"                                                             \
    "lsr " high ", " high ", %[shift]\n"                                                           \
    "orr " low ", " low ", " x "\n"

/* The pairs of split from low and high on, up to the middle, which is returned. */
static inline int32_t *kws_fft_split_dsp(int32_t *low, int32_t *high, const int32_t *turn,
                                         int32_t shift)
{
    const int32_t left = 32 - shift;

    /* clang-format off */
    __asm__ volatile(
        "1:\n"
        "ldrd r4, r5, [%[low]]\n"
        "ldrd r6, r8, [%[high]]\n"
        "add r9, r4, r6\n" /* 2 E: r9, r4; 2 O: r5, r6 */
        "sub r6, r6, r4\n"
        "sub r4, r5, r8\n"
        "add r5, r5, r8\n"
        "ldrd r8, r10, [%[turn]], #8\n"
        "smmulr r11, r5, r8\n"
        "smmulr r8, r6, r8\n"
        "smmlar r11, r6, r10, r11\n"
        "smmlsr r8, r5, r10, r8\n"
        "add r5, r11, r9, asr #1\n" /* E + O: r5, r6; E - O: r11, r8 */
        "rsb r11, r11, r9, asr #1\n"
        "add r6, r8, r4, asr #1\n"
        "rsb r8, r8, r4, asr #1\n"
        "smull r4, r9, r5, r5\n"
        "smlal r4, r9, r6, r6\n"
        "smull r5, r6, r11, r11\n"
        "smlal r5, r6, r8, r8\n"
        KWS_FFT_SHIFTED("r4", "r9", "r8")
        KWS_FFT_SHIFTED("r5", "r6", "r8")
        "strd r4, r9, [%[low]], #8\n"
        "strd r5, r6, [%[high]], #-8\n"
        "cmp %[low], %[high]\n"
        "bcc 1b\n"
        : [low] "+r"(low), [high] "+r"(high), [turn] "+r"(turn)
        : [shift] "r"(shift), [left] "r"(left)
        : "r4", "r5", "r6", "r8", "r9", "r10", "r11", "cc", "memory");
    /* clang-format on */
    return low;
}

#endif

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_FFT_DSP_H */
