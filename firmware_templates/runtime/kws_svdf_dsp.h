/* A layer that remembers, int8, for cores with the DSP extension such as the Cortex-M4. Equals
 * TensorFlow Lite Micro's SVDF with int16 or int8 state. */
#ifndef KWS_SVDF_DSP_H
#define KWS_SVDF_DSP_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Weights of features are packed as kws_conv_2d_dsp.h tells, chunk by chunk of the frame.
 *
 * A memory is a ring of an even number of frames that is read from its begin, two frames at a time,
 * and the weights from that of the frame which happens to be there. The oldest frame's weight lies
 * behind the newest's again, since the two may make up a pair. It is 0 where memory was odd.
 */
typedef struct {
    const int32_t *weights_feature; /* [chunks][pairs of filters][chunk_words] */
    const int32_t *offset;       /* [filters]: -2 * input zero point * sum of a filter's weights */
    const int16_t *weights_time; /* [filters][memory + 2]: oldest .. newest, oldest, 0 */
    const int32_t *bias;         /* [units] */
    int32_t chunks;              /* enough for bands */
    int32_t chunk_words;         /* words of two values each, a multiple of 4 */
    int32_t bands;
    int32_t memory; /* frames, even */
    int32_t units;
    int32_t rank; /* filters of a unit */
    int32_t state_multiplier;
    int32_t state_shift; /* 0..30, as kws_dsp_requantize has it */
    int32_t state_zero_point;
    int32_t wide; /* 1: the state is int16, and its zero point 0 */
    int32_t output_multiplier;
    int32_t output_shift; /* 0..31, to the right */
    int32_t output_zero_point;
} kws_svdf_dsp_params;

/*
 * One frame, as kws_svdf_run computes it
 *
 * input    in       int8 [bands]
 * output   out      int8 [units], may overlap input
 * scratch           int32 [chunk_words + filters rounded up to 2]
 * state    in, out  4 bytes, then int16 [filters][memory], aligned to 4 bytes; all zero before the
 *                   first frame, and what the last run left after it
 */
kws_status kws_svdf_dsp_run(const kws_svdf_dsp_params *params, const int8_t *input, int8_t *output,
                            void *scratch, void *state);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_SVDF_DSP_H */
