/* kws_requantize.h, four channels at a time by the vector instructions of MVE. Hand-written. */
#ifndef KWS_REQUANTIZE_MVE_H
#define KWS_REQUANTIZE_MVE_H

#ifdef __ARM_FEATURE_MVE

#include <arm_mve.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * kws_requantize in each lane.
 *
 * vqrdmulh is kws_doubling_high_mul. vrshl rounds halves up, so a negative value that is going to
 * be shifted is made smaller by one; INT32_MIN stays, for which that changes nothing.
 */
static inline int32x4_t kws_requantize_mve(int32x4_t value, int32x4_t multiplier, int32x4_t shift)
{
    const int32x4_t zero = vdupq_n_s32(0);
    const int32x4_t right = vminq_s32(shift, zero);

    value = vqrdmulhq_s32(vshlq_s32(value, vmaxq_s32(shift, zero)), multiplier);
    return vrshlq_s32(vqaddq_s32(value, vshrq_n_s32(vandq_s32(value, right), 31)), right);
}

/*
 * The same but for results below 0, which may come out one larger, and never above 0. Serves
 * layers whose results are cut off below 0; no shift may be above 0.
 */
static inline int32x4_t kws_requantize_plain_mve(int32x4_t value, int32x4_t multiplier,
                                                 int32x4_t shift)
{
    return vrshlq_s32(vqrdmulhq_s32(value, multiplier), shift);
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* __ARM_FEATURE_MVE */

#endif /* KWS_REQUANTIZE_MVE_H */
