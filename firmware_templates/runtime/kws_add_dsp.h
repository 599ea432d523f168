/* Sum of two tensors of one shape, or of which one repeats its rows, int8, for cores with the DSP
 * extension such as the Cortex-M4. Equals TensorFlow Lite Micro's ADD. */
#ifndef KWS_ADD_DSP_H
#define KWS_ADD_DSP_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Both inputs go to the grid of twice the coarser scale, with 20 bits of fraction. On it the
 * coarser input is exactly 2^19 times what it was; so is the finer one where the scales are equal.
 */
typedef struct {
    int32_t size;          /* values side by side */
    int32_t rows;          /* of repeats * size values */
    int32_t repeats;       /* 1 or more */
    int32_t step_coarse;   /* size, or 0: the same values for each repeat of a row */
    int32_t step_fine;     /* size, or 0 */
    int32_t swapped;       /* 1: b is the coarser one */
    int32_t even;          /* 1: the scales are equal */
    int32_t offset_coarse; /* -zero point * 2^19; of both where the scales are equal */
    int32_t offset_fine;   /* -zero point * 2^21 */
    int32_t multiplier_fine;
    int32_t shift_fine; /* 1..30, to the right */
    int32_t output_multiplier;
    int32_t output_shift; /* 0..21, as kws_dsp_requantize has it */
    int32_t output_zero_point;
    int32_t activation_min; /* -128..127 */
    int32_t activation_max; /* activation_min..127 */
} kws_add_dsp_params;

/*
 * output = a + b on the output's scale, as kws_add_run computes it
 *
 * a, b    in   int8 [rows * repeats * size]; [rows * size] where the step is 0
 * output  out  int8 [rows * repeats * size], may be a or b itself where its step is not 0
 */
kws_status kws_add_dsp_run(const kws_add_dsp_params *params, const int8_t *a, const int8_t *b,
                           int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_ADD_DSP_H */
