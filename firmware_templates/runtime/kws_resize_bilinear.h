/* Another height and width, int8. Equals TensorFlow Lite Micro's RESIZE_BILINEAR. */
#ifndef KWS_RESIZE_BILINEAR_H
#define KWS_RESIZE_BILINEAR_H

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* For each row and column of output two of the input, and the weight of the second in 1/1024. */
typedef struct {
    const int16_t *rows_first;    /* [out_height] */
    const int16_t *rows_second;   /* [out_height] */
    const int16_t *rows_weight;   /* [out_height]: -1024..1024 */
    const int16_t *columns_first; /* [out_width] */
    const int16_t *columns_second;
    const int16_t *columns_weight;
    int32_t in_width;
    int32_t out_height;
    int32_t out_width;
    int32_t channels;
} kws_resize_bilinear_params;

/*
 * output[y][x][c] = the mean of four neighbours, weighted, halves away from zero
 *
 * input   in   int8 [in_height][in_width][channels]
 * output  out  int8 [out_height][out_width][channels], must not overlap input
 */
kws_status kws_resize_bilinear_run(const kws_resize_bilinear_params *params, const int8_t *input,
                                   int8_t *output);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_RESIZE_BILINEAR_H */
