#include "kws_depthwise_conv_2d_dsp.h"

#include <stddef.h>

#include "kws_dsp.h"

enum { TAPS = 3 };

/*
 * Pairs of outputs of one channel, next to each other across. The members stand in the order in
 * which the assembly below loads them.
 */
typedef struct {
    kws_dsp_channel channel;
    int32_t out_along; /* from the first output of a pair to the second; 0: there is none */
    int32_t out_across;
    const uint32_t *end; /* of x */
    const uint32_t *x;   /* values 0 and 1 along; of three neighbours across for each output */
    const uint32_t *y;   /* values 2 and 3 along */
    int8_t *output;
    uint32_t early[TAPS]; /* two times the taps (0, 1) along */
    uint32_t late[TAPS];  /* (1, 2) */
} row;

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__) && defined(__GNUC__)

/* In assembly, because weights, sums and values take every register there is. */
static inline void run_row(const row *r)
{
    register const row *r0 __asm__("r0") = r;

    __asm__ volatile("push {r7}\n"
                     "ldmia r0!, {r1, r2, r3, r4, r5, r6, r7}\n"
                     "push {r1, r2, r3, r4, r5, r6, r7}\n"
                     "ldmia r0, {r0, r1, r2, r3, r4, r5, r6, r7, r8}\n"
                     "1:\n"
                     "ldr r12, [sp]\n"
                     "ldmia r0, {r9, r10, r11}\n"
                     "smlatb lr, r9, r3, r12\n"
                     "smlad r12, r9, r3, r12\n"
                     "smlatb lr, r10, r4, lr\n"
                     "smlad r12, r10, r4, r12\n"
                     "smlatb lr, r11, r5, lr\n"
                     "smlad r12, r11, r5, r12\n"
                     "ldmia r1, {r9, r10, r11}\n"
                     "smlad lr, r9, r6, lr\n"
                     "smlabt r12, r9, r6, r12\n"
                     "smlad lr, r10, r7, lr\n"
                     "smlabt r12, r10, r7, r12\n"
                     "smlad lr, r11, r8, lr\n"
                     "smlabt r12, r11, r8, r12\n"
                     "ldrd r9, r10, [sp, #4]\n" /* as kws_dsp_requantize, twice */
                     "add r11, r10, r12, asr #31\n"
                     "smmlar r12, r12, r9, r11\n"
                     "add r11, r10, lr, asr #31\n"
                     "smmlar lr, lr, r9, r11\n"
                     "ldrd r9, r10, [sp, #12]\n"
                     "asr r12, r12, r9\n"
                     "asr lr, lr, r9\n"
                     "ssat r12, #8, r12, asr #1\n"
                     "ssat lr, #8, lr, asr #1\n"
                     "strb lr, [r2, r10]\n"
                     "strb r12, [r2]\n"
                     "ldrd r9, r10, [sp, #20]\n"
                     "adds r0, #4\n"
                     "adds r1, #4\n"
                     "add r2, r9\n"
                     "cmp r0, r10\n"
                     "bne 1b\n"
                     "add sp, #28\n"
                     "pop {r7}\n"
                     : "+r"(r0)
                     :
                     : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr",
                       "cc", "memory");
}

#else

static inline void run_row(const row *r)
{
    const uint32_t *y = r->y;
    int8_t *output = r->output;

    for (const uint32_t *x = r->x; x != r->end; x++) {
        uint32_t first = 0;
        uint32_t second = 0;

        for (int32_t i = 0; i < TAPS; i++) {
            first = kws_dsp_dot(first, x[i], r->early[i]);
            first = kws_dsp_low_high(first, y[i], r->late[i]);
            second = kws_dsp_low_high(second, r->early[i], x[i]);
            second = kws_dsp_dot(second, y[i], r->late[i]);
        }
        output[r->out_along] = kws_dsp_finish(&r->channel, (int32_t)second);
        output[0] = kws_dsp_finish(&r->channel, (int32_t)first);
        output += r->out_across;
        y++;
    }
}

#endif

/* One channel, whose values are plane [out_along / 2 + 1][out_across + 2]. */
static void run_channel(const kws_depthwise_conv_2d_dsp_params *p, const uint32_t *plane,
                        const int32_t *weights, const kws_dsp_channel *channel, int8_t *output)
{
    row r;

    r.channel = *channel;
    r.out_along = p->out_along_step;
    r.out_across = p->out_across_step;
    r.x = plane;
    r.output = output;
    for (int32_t i = 0; i < TAPS; i++) {
        r.early[i] = kws_dsp_twice(kws_dsp_even((uint32_t)weights[i]));
        r.late[i] = kws_dsp_twice(kws_dsp_odd((uint32_t)weights[i]));
    }
    for (int32_t place = 0; place < p->out_along; place += 2) {
        if (place + 1 == p->out_along) {
            r.out_along = 0;
        }
        r.end = r.x + p->out_across;
        r.y = r.end + TAPS - 1;
        run_row(&r);
        r.x = r.y;
        r.output += 2 * p->out_along_step;
    }
}

/* Two channels of one place, in the low bytes. */
static inline uint32_t read_two(const int8_t *from)
{
    uint16_t two;

    memcpy(&two, from, sizeof two);
    return two;
}

/* One pair along: words across, of both channels. NULL is a place outside. */
static inline void read_pairs(const kws_depthwise_conv_2d_dsp_params *p, const int8_t *first,
                              const int8_t *second, int32_t count, uint32_t *to, int32_t words)
{
    const uint32_t outside = (uint32_t)(p->input_zero_point & 0xff) * 0x0101u;
    const int32_t step = p->in_across_step;

    if (first != NULL && second != NULL) {
        for (const uint32_t *const end = to + count; to != end; to++) {
            const uint32_t bytes = read_two(first) | read_two(second) << 16;

            to[0] = kws_dsp_even(bytes);
            to[words] = kws_dsp_odd(bytes);
            first += step;
            second += step;
        }
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        const uint32_t low = first != NULL ? read_two(first + i * step) : outside;
        const uint32_t high = second != NULL ? read_two(second + i * step) : outside;

        to[i] = kws_dsp_even(low | high << 16);
        to[words + i] = kws_dsp_odd(low | high << 16);
    }
}

static inline const int8_t *find_place(const kws_depthwise_conv_2d_dsp_params *p,
                                       const int8_t *input, int32_t place)
{
    return place >= 0 && place < p->in_along ? input + place * p->in_along_step : NULL;
}

/*
 * Two channels of the input, as pairs along. planes [2][out_along / 2 + 1][out_across + 2] have the
 * padding across already.
 */
static void read_planes(const kws_depthwise_conv_2d_dsp_params *p, const int8_t *input,
                        uint32_t *planes, int32_t words)
{
    const int32_t wanted = p->out_across + TAPS - 1 - p->pad_across;
    const int32_t count = p->in_across < wanted ? p->in_across : wanted;
    uint32_t *to = planes + p->pad_across;

    for (int32_t place = -p->pad_along; to < planes + words; place += 2) {
        read_pairs(p, find_place(p, input, place), find_place(p, input, place + 1), count, to,
                   words);
        to += p->out_across + TAPS - 1;
    }
}

kws_status kws_depthwise_conv_2d_dsp_run(const kws_depthwise_conv_2d_dsp_params *params,
                                         const int8_t *input, int8_t *output, void *scratch)
{
    if (params == NULL || input == NULL || output == NULL || scratch == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_depthwise_conv_2d_dsp_params *p = params;
    const int32_t words = ((p->out_along + 1) / 2 + 1) * (p->out_across + TAPS - 1);
    const uint32_t outside = kws_dsp_even((uint32_t)(p->input_zero_point & 0xff) * 0x00010001u);
    const int32_t *weights = p->weights;
    uint32_t *const planes = (uint32_t *)scratch;

    for (int32_t i = 0; i < 2 * words; i++) {
        planes[i] = outside;
    }
    for (int32_t c = 0; c < p->channels; c += 2) {
        const int32_t *const rescale = weights + 2 * TAPS;

        read_planes(p, input + c, planes, words);
        for (int32_t i = 0; i < 2; i++) {
            const kws_dsp_channel channel =
                kws_dsp_read_channel(rescale, i, kws_dsp_half(p->output_zero_point));

            run_channel(p, planes + i * words, weights, &channel, output + c + i);
            weights += TAPS;
        }
        weights += KWS_DSP_PAIR_WORDS;
    }
    if (p->activation_min > -128 || p->activation_max < 127) {
        for (int32_t i = 0; i < p->channels * p->out_along * p->out_across; i++) {
            output[i] = (int8_t)kws_clamp(output[i], p->activation_min, p->activation_max);
        }
    }
    return KWS_OK;
}
