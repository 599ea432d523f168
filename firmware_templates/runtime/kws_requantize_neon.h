/* kws_requantize.h, four channels at a time by the vector instructions of NEON. Hand-written. */
#ifndef KWS_REQUANTIZE_NEON_H
#define KWS_REQUANTIZE_NEON_H

#ifdef __ARM_NEON

#include <arm_neon.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * kws_requantize in each lane.
 *
 * vqrdmulh is kws_doubling_high_mul. vrshl rounds halves up, so a negative value that is going to
 * be shifted is made smaller by one; INT32_MIN stays, for which that changes nothing.
 */
static inline int32x4_t kws_requantize_neon(int32x4_t value, int32x4_t multiplier, int32x4_t shift)
{
    const int32x4_t zero = vdupq_n_s32(0);
    const int32x4_t right = vminq_s32(shift, zero);

    value = vqrdmulhq_s32(vshlq_s32(value, vmaxq_s32(shift, zero)), multiplier);
    return vrshlq_s32(vqaddq_s32(value, vshrq_n_s32(vandq_s32(value, right), 31)), right);
}

/* kws_requantize_plain in each lane. */
static inline int32x4_t kws_requantize_plain_neon(int32x4_t value, int32x4_t multiplier,
                                                  int32x4_t shift)
{
    return vrshlq_s32(vqrdmulhq_s32(value, multiplier), shift);
}

/* Four int8 as int32 */
static inline int32x4_t kws_load_four_neon(const int8_t *values)
{
    int32_t bytes;

    memcpy(&bytes, values, sizeof bytes);
    return vmovl_s16(vget_low_s16(vmovl_s8(vreinterpret_s8_s32(vdup_n_s32(bytes)))));
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* __ARM_NEON */

#endif /* KWS_REQUANTIZE_NEON_H */
