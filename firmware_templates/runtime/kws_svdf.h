/* A layer that remembers, int8. Equals TensorFlow Lite Micro's SVDF with int16 or int8 state. */
#ifndef KWS_SVDF_H
#define KWS_SVDF_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Factors as in kws_requantize.h. An int8 state is one whose values are clamped to int8. What is
 * remembered counts from the state's zero point; what leaves the state's type when that is added
 * comes back at the other end.
 */
typedef struct {
    const int8_t *weights_feature; /* [units][rank][bands] */
    const int16_t *weights_time;   /* [units][rank][memory], the newest frame last */
    const int32_t *bias;           /* [units] */
    int32_t bands;
    int32_t memory; /* frames, 1 or more */
    int32_t units;
    int32_t rank;
    int32_t input_zero_point; /* -128..127 */
    int32_t state_multiplier;
    int32_t state_shift;
    int32_t state_min; /* -32768..0 */
    int32_t state_max; /* 0..32767 */
    int32_t state_zero_point;
    int32_t output_multiplier;
    int32_t output_shift; /* 0 or less */
    int32_t output_zero_point;
} kws_svdf_params;

/*
 * One frame: each filter appends its product with the frame to its memory, and the output is the
 * sum of memory times weights_time. Sums over time wrap in 32 bits.
 *
 * input   in       int8 [bands]
 * output  out      int8 [units], must not overlap input
 * state   in, out  4 bytes, then int16 [units][rank][memory], aligned to 4 bytes; all zero before
 *                  the first frame, and what the last run left after it
 */
kws_status kws_svdf_run(const kws_svdf_params *params, const int8_t *input, int8_t *output,
                        void *state);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_SVDF_H */
