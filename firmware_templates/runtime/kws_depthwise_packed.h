/*
 * Depthwise convolution, one filter for each channel, with weights packed for vectors of channels.
 * Hand-written.
 */
#ifndef KWS_DEPTHWISE_PACKED_H
#define KWS_DEPTHWISE_PACKED_H

#include "kws_conv_2d_packed.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { KWS_DEPTHWISE_CHANNELS = 16 }; /* tables have a multiple of so many channels */

/*
 * Where padding is read, or where the output lies on the input, the rows that the filter sees are
 * copied one after the other to a ring of rows, each with its padding.
 */
typedef struct {
    const int8_t *weights;     /* [channels / 16][taps][16], -127..127 */
    const int32_t *bias;       /* of blocks of 16 channels, in the order that the kernel says */
    const int32_t *multiplier; /* the same; see kws_requantize.h */
    const int8_t *shift;       /* the same */
    int32_t output_zero_point; /* -128..127 */
    int32_t activation_min;    /* -128..127 */
    int32_t activation_max;    /* activation_min..127 */
    int32_t input_zero_point;  /* -128..127: what padding reads as */
    int32_t in_height;
    int32_t in_width;
    int32_t out_height;
    int32_t out_width;
    int32_t kernel_height;
    int32_t kernel_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t channels;
    int32_t taps;      /* kernel_height * kernel_width */
    int32_t ring_rows; /* rows under the filter; 0: the input is read where it lies */
    int32_t row_width; /* of the ring with padding, else of the input */
    int32_t plain;     /* 1: no shift is to the left, and nothing below the zero point is wanted */
} kws_depthwise_packed_params;

/* What is read: rows of row_width places, and where the taps lie from the first one. */
typedef struct {
    int32_t *offsets;   /* [taps] */
    int8_t *ring;       /* [ring_rows][row_width][channels] */
    const int8_t *rows; /* the ring or the input */
    int32_t next;       /* padded row of the input that will be copied next */
} kws_depthwise_view;

/* scratch: int32 [taps], behind it the ring */
static inline kws_depthwise_view kws_depthwise_begin(const kws_depthwise_packed_params *p,
                                                     const int8_t *input, void *scratch)
{
    kws_depthwise_view view;

    view.offsets = (int32_t *)scratch;
    view.ring = (int8_t *)(view.offsets + p->taps);
    view.rows = p->ring_rows > 0 ? view.ring : input;
    view.next = 0;
    return view;
}

/* Copies padded row number row of the input to its place in the ring. */
static inline void kws_depthwise_copy(const kws_depthwise_packed_params *p, const int8_t *input,
                                      int32_t row, int8_t *ring)
{
    const int32_t row_bytes = p->row_width * p->channels;
    const int32_t in_bytes = p->in_width * p->channels;
    const int32_t left = p->pad_left * p->channels;
    const int32_t from = row - p->pad_top;
    int8_t *to = ring + row % p->ring_rows * row_bytes;

    if (from >= 0 && from < p->in_height) {
        to = kws_packed_fill(to, p->input_zero_point, left);
        to = kws_packed_bytes(to, input + from * in_bytes, in_bytes);
        kws_packed_fill(to, p->input_zero_point, row_bytes - left - in_bytes);
    } else {
        kws_packed_fill(to, p->input_zero_point, row_bytes);
    }
}

/* Makes ready what row y of the output reads. */
static inline void kws_depthwise_row(const kws_depthwise_packed_params *p, const int8_t *input,
                                     int32_t y, kws_depthwise_view *view)
{
    const int32_t top = y * p->stride_height;
    int32_t *offset = view->offsets;

    for (; p->ring_rows > 0 && view->next < top + p->ring_rows; view->next++) {
        kws_depthwise_copy(p, input, view->next, view->ring);
    }
    for (int32_t i = 0; i < p->kernel_height; i++) {
        int32_t row = top + i * p->dilation_height;

        row = p->ring_rows > 0 ? row % p->ring_rows : row;
        for (int32_t j = 0; j < p->kernel_width; j++) {
            *offset++ = (row * p->row_width + j * p->dilation_width) * p->channels;
        }
    }
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_DEPTHWISE_PACKED_H */
