#include "kws_conv_2d_dsp.h"

#include <stddef.h>

#include "kws_dsp.h"
#include "kws_span.h"

enum { PLACES = 3 }; /* of the output, computed together */

/* Sums of two channels at three places. */
typedef struct {
    uint32_t both[PLACES];  /* 256 * second channel + first channel */
    uint32_t first[PLACES]; /* first channel */
} sums;

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__) && defined(__GNUC__)

/* A word of weights and one of each place: both channels, then the first one alone. */
#define WORD(weights)                                                                              \
    "ldmia r0!, {r3, r4, r5}\n"                                                                    \
    "smlad r8, r3, " weights ", r8\n"                                                              \
    "smlad r9, r4, " weights ", r9\n"                                                              \
    "smlad r10, r5, " weights ", r10\n"                                                            \
    "sxtb16 " weights ", " weights "\n"                                                            \
    "smlad r11, r3, " weights ", r11\n"                                                            \
    "smlad r12, r4, " weights ", r12\n"                                                            \
    "smlad lr, r5, " weights ", lr\n"
#define FIRST_WORD(weights)                                                                        \
    "ldmia r0!, {r3, r4, r5}\n"                                                                    \
    "smuad r8, r3, " weights "\n"                                                                  \
    "smuad r9, r4, " weights "\n"                                                                  \
    "smuad r10, r5, " weights "\n"                                                                 \
    "sxtb16 " weights ", " weights "\n"                                                            \
    "smuad r11, r3, " weights "\n"                                                                 \
    "smuad r12, r4, " weights "\n"                                                                 \
    "smuad lr, r5, " weights "\n"
#define LOAD "ldmia r1!, {r6, r7}\n"
#define FOUR_WORDS LOAD WORD("r6") WORD("r7") LOAD WORD("r6") WORD("r7")

/*
 * Words (end - x) / 3, a multiple of 4; returns the end of the weights.
 *
 * In assembly, because the sums and what they are made of take every register there is; compilers
 * keep some of them in memory. r7 may be a frame pointer, which an assembly may not name as its
 * own. Behind the first four words the loop takes four twice, and begins in its middle when they
 * are odd in number.
 */
KWS_DSP_INLINE const int32_t *multiply(sums *s, const uint32_t *x, const uint32_t *end,
                                       const int32_t *weights)
{
    register const uint32_t *r0 __asm__("r0") = x;
    register const int32_t *r1 __asm__("r1") = weights;
    register const uint32_t *r2 __asm__("r2") = end;
    register uint32_t r8 __asm__("r8");
    register uint32_t r9 __asm__("r9");
    register uint32_t r10 __asm__("r10");
    register uint32_t r11 __asm__("r11");
    register uint32_t r12 __asm__("r12");
    register uint32_t lr __asm__("lr");

    __asm__ volatile(
        "push {r7}\n" LOAD FIRST_WORD("r6") WORD("r7") LOAD WORD("r6")
            WORD("r7") "subs r3, r2, r0\n"
                       "beq 3f\n"
                       "lsls r3, r3, #27\n" /* 48 bytes for four words: bit 4 says whether odd */
                       "bmi 2f\n"
                       "1:\n" FOUR_WORDS "2:\n" FOUR_WORDS "cmp r0, r2\n"
                       "bne 1b\n"
                       "3: pop {r7}\n"
        : "+r"(r0), "+r"(r1), "=&r"(r8), "=&r"(r9), "=&r"(r10), "=&r"(r11), "=&r"(r12), "=&r"(lr)
        : "r"(r2)
        : "r3", "r4", "r5", "r6", "cc", "memory");
    s->both[0] = r8;
    s->both[1] = r9;
    s->both[2] = r10;
    s->first[0] = r11;
    s->first[1] = r12;
    s->first[2] = lr;
    return r1;
}

#else

/* Words (end - x) / 3, a multiple of 4; returns the end of the weights. */
KWS_DSP_INLINE const int32_t *multiply(sums *s, const uint32_t *x, const uint32_t *end,
                                       const int32_t *weights)
{
    memset(s, 0, sizeof *s);
    for (; x != end; x += PLACES) {
        const uint32_t word = (uint32_t)*weights++;

        for (int32_t i = 0; i < PLACES; i++) {
            s->both[i] = kws_dsp_dot(s->both[i], x[i], word);
            s->first[i] = kws_dsp_dot(s->first[i], x[i], kws_dsp_even(word));
        }
    }
    return weights;
}

#endif

/* Two times the sums of two channels at three places. */
typedef struct {
    int32_t first[PLACES];
    int32_t second[PLACES];
} totals;

static inline void take(totals *t, const sums *s)
{
    t->first[0] = 2 * (int32_t)s->first[0];
    t->first[1] = 2 * (int32_t)s->first[1];
    t->first[2] = 2 * (int32_t)s->first[2];
    t->second[0] = (int32_t)(s->both[0] - s->first[0]) >> 7;
    t->second[1] = (int32_t)(s->both[1] - s->first[1]) >> 7;
    t->second[2] = (int32_t)(s->both[2] - s->first[2]) >> 7;
}

/* Two channels at three places; returns the end of the weights. */
KWS_DSP_INLINE const int32_t *sum_pair(totals *t, const uint32_t *x, const uint32_t *end,
                                       int32_t chunk, const int32_t *weights, const int32_t deep)
{
    sums s;

    if (!deep) {
        weights = multiply(&s, x, end, weights);
        take(t, &s);
        return weights;
    }
    memset(t, 0, sizeof *t);
    for (; x != end; x += chunk) {
        totals more;

        weights = multiply(&s, x, x + chunk, weights);
        take(&more, &s);
        for (int32_t i = 0; i < PLACES; i++) {
            t->first[i] += more.first[i];
            t->second[i] += more.second[i];
        }
    }
    return weights;
}

/* All channels at three places, whose values are x. */
KWS_DSP_INLINE void run_places(const kws_conv_2d_dsp_params *p, const uint32_t *x,
                               int8_t *const *output, const int32_t deep)
{
    const int32_t *weights = p->weights;
    const uint32_t *const end = x + PLACES * p->words;
    const int32_t chunk = PLACES * p->chunk_words;
    const int32_t half = kws_dsp_half(p->output_zero_point);
    const int32_t channels = p->out_channels;
    int8_t *const a = output[0];
    int8_t *const b = output[1];
    int8_t *const c = output[2];

    for (int32_t o = 0; o < channels; o++) {
        totals t;

        weights = sum_pair(&t, x, end, chunk, weights, deep);
        const kws_dsp_channel first = kws_dsp_read_channel(weights, 0, half);
        a[o] = kws_dsp_finish(&first, t.first[0]);
        b[o] = kws_dsp_finish(&first, t.first[1]);
        c[o] = kws_dsp_finish(&first, t.first[2]);
        o++;
        if (o < channels) {
            const kws_dsp_channel second = kws_dsp_read_channel(weights, 1, half);
            a[o] = kws_dsp_finish(&second, t.second[0]);
            b[o] = kws_dsp_finish(&second, t.second[1]);
            c[o] = kws_dsp_finish(&second, t.second[2]);
        }
        weights += KWS_DSP_PAIR_WORDS;
    }
}

static void clamp_place(const kws_conv_2d_dsp_params *p, int8_t *output)
{
    if (p->activation_min > -128 || p->activation_max < 127) {
        for (int32_t o = 0; o < p->out_channels; o++) {
            output[o] = (int8_t)kws_clamp(output[o], p->activation_min, p->activation_max);
        }
    }
}

/* count values, rounded up to 4, as words among those of the other places; returns their end. */
static inline uint32_t *expand(const int8_t *from, int32_t count, uint32_t *to)
{
    for (; count > 0; count -= 4) {
        const uint32_t bytes = kws_dsp_load(from);

        from += 4;
        to[0] = kws_dsp_even(bytes);
        to[PLACES] = kws_dsp_odd(bytes);
        to += 2 * PLACES;
    }
    return to;
}

/* The taps inside of one row of the filter, without gaps, over what is padding so far. */
static void copy_taps(const kws_conv_2d_dsp_params *p, const int8_t *row, int32_t left,
                      kws_span inside, int8_t *to)
{
    const int32_t bytes = p->in_channels;
    const int32_t step = p->dilation_width * bytes;

    row += (left + inside.begin * p->dilation_width) * bytes;
    to += inside.begin * bytes;
    if (step == bytes) {
        memcpy(to, row, (size_t)((inside.end - inside.begin) * bytes));
        return;
    }
    for (int32_t j = inside.begin; j < inside.end; j++) {
        memcpy(to, row, (size_t)bytes);
        row += step;
        to += bytes;
    }
}

/* What place (top, left) reads, padding too, in the order of the weights. patch: [2 * words] */
static void copy_patch(const kws_conv_2d_dsp_params *p, const int8_t *input, int32_t top,
                       int32_t left, int8_t *patch)
{
    const kws_span columns =
        kws_span_of_taps(left, p->kernel_width, p->dilation_width, p->in_width);
    const int32_t row_bytes = p->kernel_width * p->in_channels;

    memset(patch, (int)p->input_zero_point, (size_t)(p->kernel_height * row_bytes));
    for (int32_t i = 0; i < p->kernel_height; i++) {
        const int32_t row = top + i * p->dilation_height;

        if (row >= 0 && row < p->in_height && columns.begin < columns.end) {
            copy_taps(p, input + row * p->in_width * p->in_channels, left, columns,
                      patch + i * row_bytes);
        }
    }
}

/* The values that place (y, x) of the output reads, as words. patch lies behind them. */
static void read_place(const kws_conv_2d_dsp_params *p, const int8_t *input, int32_t y, int32_t x,
                       uint32_t *to, int8_t *patch)
{
    const int32_t top = y * p->stride_height - p->pad_top;
    const int32_t left = x * p->stride_width - p->pad_left;
    const int32_t bottom = top + (p->kernel_height - 1) * p->dilation_height;
    const int32_t row_values = p->kernel_width * p->in_channels;

    if (p->in_words && top >= 0 && bottom < p->in_height && left >= 0 &&
        left + p->kernel_width <= p->in_width) {
        const int32_t step = p->dilation_height * p->in_width * p->in_channels;
        const int8_t *from = input + (top * p->in_width + left) * p->in_channels;

        for (int32_t i = 0; i < p->kernel_height; i++) {
            to = expand(from, row_values, to);
            from += step;
        }
    } else {
        copy_patch(p, input, top, left, patch);
        expand(patch, p->kernel_height * row_values, to);
    }
}

/* Places three by three, in the order of the output. */
KWS_DSP_INLINE void run_all(const kws_conv_2d_dsp_params *p, const int8_t *input, int8_t *output,
                            uint32_t *scratch, const int32_t deep)
{
    int8_t *const patch = (int8_t *)(scratch + PLACES * p->words);
    const int32_t last = p->out_height * p->out_width - 1;
    int32_t y = 0;
    int32_t x = 0;

    for (int32_t place = 0; place <= last;) {
        int8_t *to[PLACES];

        for (int32_t i = 0; i < PLACES; i++, place++) {
            /* What would lie behind the last place is the last one again. */
            read_place(p, input, y, x, scratch + i, patch);
            to[i] = output;
            if (place < last) {
                output += p->out_channels;
                x++;
                if (x == p->out_width) {
                    x = 0;
                    y++;
                }
            }
        }
        run_places(p, scratch, to, deep);
        for (int32_t i = 0; i < PLACES; i++) {
            clamp_place(p, to[i]);
        }
    }
}

kws_status kws_conv_2d_dsp_run(const kws_conv_2d_dsp_params *params, const int8_t *input,
                               int8_t *output, void *scratch)
{
    if (params == NULL || input == NULL || output == NULL || scratch == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    run_all(params, input, output, (uint32_t *)scratch, 0);
    return KWS_OK;
}

kws_status kws_conv_2d_dsp_deep_run(const kws_conv_2d_dsp_params *params, const int8_t *input,
                                    int8_t *output, void *scratch)
{
    if (params == NULL || input == NULL || output == NULL || scratch == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    run_all(params, input, output, (uint32_t *)scratch, 1);
    return KWS_OK;
}
