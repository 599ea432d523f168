#include "kws_depthwise_conv_2d_taps_dsp.h"

#include <stddef.h>

#include "kws_dsp.h"

enum { BLOCK = 4 }; /* channels whose sums are made together */

typedef struct {
    uint32_t s[BLOCK];
} sums;

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__) && defined(__GNUC__)

/*
 * Four channels from c on; returns the end of the weights. In assembly, because it takes every
 * register there is; r7 may be a frame pointer, which an assembly may not name as its own.
 */
static inline const int32_t *sum_block(sums *sum, const int8_t *const *taps,
                                       const int8_t *const *end, int32_t c, const int32_t *weights)
{
    register const int8_t *const *r0 __asm__("r0") = taps;
    register const int8_t *const *r1 __asm__("r1") = end;
    register int32_t r2 __asm__("r2") = c;
    register const int32_t *r3 __asm__("r3") = weights;
    register uint32_t r8 __asm__("r8") = 0;
    register uint32_t r9 __asm__("r9") = 0;
    register uint32_t r10 __asm__("r10") = 0;
    register uint32_t r11 __asm__("r11") = 0;

    __asm__ volatile("push {r7}\n"
                     "1:\n"
                     "ldmia r0!, {r4, r5}\n"
                     "ldmia r3!, {r12, lr}\n"
                     "ldr r4, [r4, r2]\n"
                     "ldr r5, [r5, r2]\n"
                     "pkhbt r6, r4, r5, lsl #16\n" /* channels 0 and 1 */
                     "pkhtb r5, r5, r4, asr #16\n" /* channels 2 and 3 */
                     "sxtb16 r4, r6\n"
                     "sxtb16 r7, r12\n"
                     "smlad r8, r4, r7, r8\n"
                     "sxtb16 r6, r6, ror #8\n"
                     "sxtb16 r7, r12, ror #8\n"
                     "smlad r9, r6, r7, r9\n"
                     "sxtb16 r4, r5\n"
                     "sxtb16 r7, lr\n"
                     "smlad r10, r4, r7, r10\n"
                     "sxtb16 r5, r5, ror #8\n"
                     "sxtb16 r7, lr, ror #8\n"
                     "smlad r11, r5, r7, r11\n"
                     "cmp r0, r1\n"
                     "bne 1b\n"
                     "pop {r7}\n"
                     : "+r"(r0), "+r"(r3), "+r"(r8), "+r"(r9), "+r"(r10), "+r"(r11)
                     : "r"(r1), "r"(r2)
                     : "r4", "r5", "r6", "r12", "lr", "cc", "memory");
    sum->s[0] = r8;
    sum->s[1] = r9;
    sum->s[2] = r10;
    sum->s[3] = r11;
    return r3;
}

#else

/* Four channels from c on; returns the end of the weights. */
static inline const int32_t *sum_block(sums *sum, const int8_t *const *taps,
                                       const int8_t *const *end, int32_t c, const int32_t *weights)
{
    memset(sum, 0, sizeof *sum);
    for (; taps != end; taps += 2) {
        const uint32_t a = kws_dsp_load(taps[0] + c);
        const uint32_t b = kws_dsp_load(taps[1] + c);
        const uint32_t x01 = kws_dsp_lows(a, b);
        const uint32_t x23 = kws_dsp_highs(a, b);
        const uint32_t w01 = (uint32_t)*weights++;
        const uint32_t w23 = (uint32_t)*weights++;

        sum->s[0] = kws_dsp_dot(sum->s[0], kws_dsp_even(x01), kws_dsp_even(w01));
        sum->s[1] = kws_dsp_dot(sum->s[1], kws_dsp_odd(x01), kws_dsp_odd(w01));
        sum->s[2] = kws_dsp_dot(sum->s[2], kws_dsp_even(x23), kws_dsp_even(w23));
        sum->s[3] = kws_dsp_dot(sum->s[3], kws_dsp_odd(x23), kws_dsp_odd(w23));
    }
    return weights;
}

#endif

/* All channels of one place. */
static void run_place(const kws_depthwise_conv_2d_taps_dsp_params *p, const int8_t *const *taps,
                      int8_t *output)
{
    const int32_t *weights = p->weights;
    const int32_t *rescale = p->rescale;
    const int32_t half = kws_dsp_half(p->output_zero_point);

    for (int32_t c = 0; c < p->channels; c += BLOCK) {
        sums sum;

        weights = sum_block(&sum, taps, taps + 2 * p->pairs, c, weights);
        kws_dsp_finish_pair(rescale, half, 2 * (int32_t)sum.s[0], 2 * (int32_t)sum.s[1],
                            p->activation_min, p->activation_max, output + c);
        kws_dsp_finish_pair(rescale + KWS_DSP_PAIR_WORDS, half, 2 * (int32_t)sum.s[2],
                            2 * (int32_t)sum.s[3], p->activation_min, p->activation_max,
                            output + c + 2);
        rescale += 2 * KWS_DSP_PAIR_WORDS;
    }
}

/* Where the taps at place (y, x) read. */
static void find_taps(const kws_depthwise_conv_2d_taps_dsp_params *p, const int8_t *input,
                      const int8_t *outside, int32_t y, int32_t x, const int8_t **taps)
{
    const int32_t left = x * p->stride_width - p->pad_left;
    int32_t row = y * p->stride_height - p->pad_top;

    for (int32_t i = 0; i < p->kernel_height; i++) {
        int32_t column = left;

        for (int32_t j = 0; j < p->kernel_width; j++) {
            const int32_t inside =
                row >= 0 && row < p->in_height && column >= 0 && column < p->in_width;

            *taps++ = inside ? input + (row * p->in_width + column) * p->channels : outside;
            column += p->dilation_width;
        }
        row += p->dilation_height;
    }
}

kws_status kws_depthwise_conv_2d_taps_dsp_run(const kws_depthwise_conv_2d_taps_dsp_params *params,
                                              const int8_t *input, int8_t *output, void *scratch)
{
    if (params == NULL || input == NULL || output == NULL || scratch == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_depthwise_conv_2d_taps_dsp_params *p = params;
    const int8_t **const taps = (const int8_t **)scratch;
    int8_t *const outside = (int8_t *)(taps + 2 * p->pairs);

    memset(outside, (int)p->input_zero_point, (size_t)p->channels);
    taps[2 * p->pairs - 1] = outside;
    for (int32_t y = 0; y < p->out_height; y++) {
        for (int32_t x = 0; x < p->out_width; x++) {
            find_taps(p, input, outside, y, x, taps);
            run_place(p, taps, output);
            output += p->channels;
        }
    }
    return KWS_OK;
}
