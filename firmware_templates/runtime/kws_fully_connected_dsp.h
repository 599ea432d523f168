/* Dense layer on one vector, int8 in and out, for cores with the DSP extension such as the
 * Cortex-M4. Equals TensorFlow Lite Micro's FULLY_CONNECTED. */
#ifndef KWS_FULLY_CONNECTED_DSP_H
#define KWS_FULLY_CONNECTED_DSP_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Weights are packed as kws_conv_2d_dsp.h tells, chunk by chunk of the vector. */
typedef struct {
    const int32_t *weights;    /* [chunks][pairs of features][chunk_words] */
    const int32_t *rescale;    /* [pairs of features][5], see kws_dsp_read_channel */
    int32_t chunks;            /* enough for in_features */
    int32_t chunk_words;       /* words of two values each, a multiple of 4 */
    int32_t output_zero_point; /* -128..127 */
    int32_t activation_min;    /* -128..127 */
    int32_t activation_max;    /* activation_min..127 */
    int32_t in_features;
    int32_t out_features;
} kws_fully_connected_dsp_params;

/*
 * output[o] as kws_fully_connected_run computes it
 *
 * input    in   int8 [in_features]
 * output   out  int8 [out_features], may overlap input
 * scratch  int32 [chunk_words], and [out_features rounded up to 2] behind them where there are
 *          more chunks than one
 */
kws_status kws_fully_connected_dsp_run(const kws_fully_connected_dsp_params *params,
                                       const int8_t *input, int8_t *output, void *scratch);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_FULLY_CONNECTED_DSP_H */
