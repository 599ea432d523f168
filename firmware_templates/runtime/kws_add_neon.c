#include "kws_add_neon.h"

#include <stddef.h>
#include <string.h>

#include "kws_requantize_neon.h"

#if defined(__ARM_NEON) && defined(__GNUC__)

enum { EIGHT = 8, LEFT_SHIFT = 20 }; /* fraction bits while both inputs stand on one grid */

/* How one input comes to the grid of both. */
typedef struct {
    int8x8_t zero_point;
    int32x4_t multiplier;
    int32x4_t shift;
    int32x4_t sign;
} operand;

static inline operand operand_of(int32_t zero_point, int32_t multiplier, int32_t shift,
                                 int32_t sign)
{
    operand o;

    o.zero_point = vdup_n_s8((int8_t)zero_point);
    o.multiplier = vdupq_n_s32(multiplier);
    o.shift = vdupq_n_s32(shift);
    o.sign = vdupq_n_s32(sign);
    return o;
}

/* kws_requantize_neon where the shift is 0 or less. */
static inline int32x4_t to_right(int32x4_t value, int32x4_t multiplier, int32x4_t shift)
{
    value = vqrdmulhq_s32(value, multiplier);
    return vrshlq_s32(vqaddq_s32(value, vshrq_n_s32(vandq_s32(value, shift), 31)), shift);
}

static inline int32x4_t on_grid(const operand *o, int16x4_t value)
{
    return to_right(vshlq_n_s32(vmovl_s16(value), LEFT_SHIFT), o->multiplier, o->shift);
}

/* Four results, still without the zero point. Saturation to 16 bits changes nothing. */
static inline int16x4_t add_four(const kws_add_params *p, const operand *a, const operand *b,
                                 int16x4_t x, int16x4_t y)
{
    const int32x4_t sum = vmlaq_s32(vmulq_s32(on_grid(a, x), a->sign), on_grid(b, y), b->sign);

    return vqmovn_s32(
        to_right(sum, vdupq_n_s32(p->output_multiplier), vdupq_n_s32(p->output_shift)));
}

static inline int8x8_t add_eight(const kws_add_params *p, const operand *a, const operand *b,
                                 int8x8_t x, int8x8_t y)
{
    const int16x8_t u = vsubl_s8(x, a->zero_point);
    const int16x8_t v = vsubl_s8(y, b->zero_point);
    int16x8_t value = vcombine_s16(add_four(p, a, b, vget_low_s16(u), vget_low_s16(v)),
                                   add_four(p, a, b, vget_high_s16(u), vget_high_s16(v)));

    value = vqaddq_s16(value, vdupq_n_s16((int16_t)p->output_zero_point));
    value = vmaxq_s16(value, vdupq_n_s16((int16_t)p->activation_min));
    return vmovn_s16(vminq_s16(value, vdupq_n_s16((int16_t)p->activation_max)));
}

/* Up to eight neighbouring values, or one value again and again. */
static inline int8x8_t load(const int8_t *from, int32_t stride, int32_t count)
{
    int8_t values[EIGHT] = {0};

    if (stride == 0) {
        return vdup_n_s8(*from);
    }
    if (count >= EIGHT) {
        return vld1_s8(from);
    }
    memcpy(values, from, (size_t)count);
    return vld1_s8(values);
}

/* The innermost loop. */
static void run_row(const kws_add_params *p, const int8_t *a, const int8_t *b, int8_t *output)
{
    const operand first = operand_of(p->zero_point_a, p->multiplier_a, p->shift_a, p->sign_a);
    const operand second = operand_of(p->zero_point_b, p->multiplier_b, p->shift_b, p->sign_b);
    const int32_t step_a = p->strides_a[3];
    const int32_t step_b = p->strides_b[3];

    for (int32_t left = p->sizes[3]; left > 0; left -= EIGHT) {
        const int8x8_t values =
            add_eight(p, &first, &second, load(a, step_a, left), load(b, step_b, left));

        if (left >= EIGHT) {
            vst1_s8(output, values);
        } else {
            int8_t rest[EIGHT];

            vst1_s8(rest, values);
            memcpy(output, rest, (size_t)left);
        }
        a += EIGHT * step_a;
        b += EIGHT * step_b;
        output += EIGHT;
    }
}

static int32_t is_vector(int32_t stride)
{
    return stride == 0 || stride == 1;
}

kws_status kws_add_neon_run(const kws_add_params *params, const int8_t *a, const int8_t *b,
                            int8_t *output)
{
    if (params == NULL || a == NULL || b == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const int32_t *const n = params->sizes;
    const int32_t *const sa = params->strides_a;
    const int32_t *const sb = params->strides_b;

    if (!is_vector(sa[3]) || !is_vector(sb[3])) {
        return kws_add_run(params, a, b, output);
    }
    for (int32_t i = 0; i < n[0]; i++) {
        for (int32_t j = 0; j < n[1]; j++) {
            for (int32_t k = 0; k < n[2]; k++) {
                run_row(params, a + i * sa[0] + j * sa[1] + k * sa[2],
                        b + i * sb[0] + j * sb[1] + k * sb[2], output);
                output += n[3];
            }
        }
    }
    return KWS_OK;
}

#else

kws_status kws_add_neon_run(const kws_add_params *params, const int8_t *a, const int8_t *b,
                            int8_t *output)
{
    return kws_add_run(params, a, b, output);
}

#endif
