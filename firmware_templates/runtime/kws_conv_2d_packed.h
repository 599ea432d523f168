/*
 * Convolution with weights packed for vectors. Every layer that multiplies whole vectors is one:
 * a fully connected layer has a filter of 1x1 and a place for each row. Hand-written.
 */
#ifndef KWS_CONV_2D_PACKED_H
#define KWS_CONV_2D_PACKED_H

#include <string.h>

#include "kws_span.h"
#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { KWS_PACKED_CHANNELS = 4, KWS_PACKED_DEPTH = 16 };

/* A vector of `depth` values is read at each place; `blocks` vectors of 16 hold it and zeros. */
typedef struct {
    const int8_t *weights;     /* [channels / 4][blocks][64], see the kernel for the last 64 */
    const int32_t *bias;       /* [channels rounded up to 4], less input zero point * weights */
    const int32_t *multiplier; /* [channels rounded up to 4], see kws_requantize.h */
    const int8_t *shift;       /* [channels rounded up to 4] */
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
    int32_t in_channels;
    int32_t out_channels;
    int32_t depth;    /* kernel_height * kernel_width * in_channels */
    int32_t blocks;   /* depth / 16, rounded up */
    int32_t together; /* 1: what a place reads lies together in the input, without padding */
    int32_t direct;   /* 1: it lies together, and the kernel may read it from there */
    int32_t plain;    /* 1: no shift is to the left, and nothing below the zero point is wanted */
} kws_conv_2d_packed_params;

/* memcpy and memset for short rows, without the call. They return the end of what was written. */
static inline int8_t *kws_packed_bytes(int8_t *to, const int8_t *from, int32_t count)
{
    int8_t *const end = to + count;

#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
    __asm__ volatile("wlstp.8 lr, %[count], 2f\n"
                     "1:\n"
                     "vldrb.8 q0, [%[from]], #16\n"
                     "vstrb.8 q0, [%[to]], #16\n"
                     "letp lr, 1b\n"
                     "2:\n"
                     : [from] "+r"(from), [to] "+r"(to)
                     : [count] "r"(count)
                     : "lr", "q0", "memory");
#else
    for (; count >= 16; count -= 16) {
        memcpy(to, from, 16);
        to += 16;
        from += 16;
    }
    if (count >= 8) {
        memcpy(to, from, 8);
        to += 8;
        from += 8;
        count -= 8;
    }
    for (; count > 0; count--) {
        *to++ = *from++;
    }
#endif
    return end;
}

static inline int8_t *kws_packed_fill(int8_t *to, int32_t value, int32_t count)
{
    if (count > 0) {
        memset(to, (int)value, (size_t)count);
    }
    return to + count;
}

/* What one row of the filter reads, of which the taps inside lie in the input. Returns its end. */
static inline int8_t *kws_packed_row(const kws_conv_2d_packed_params *p, const int8_t *row,
                                     kws_span inside, int8_t *to)
{
    const int32_t bytes = p->in_channels;
    const int32_t count = inside.end - inside.begin;

    to = kws_packed_fill(to, p->input_zero_point, inside.begin * bytes);
    if (p->dilation_width == 1) {
        to = kws_packed_bytes(to, row, count * bytes);
    } else {
        for (int32_t j = 0; j < count; j++) {
            to = kws_packed_bytes(to, row + j * p->dilation_width * bytes, bytes);
        }
    }
    return kws_packed_fill(to, p->input_zero_point, (p->kernel_width - inside.end) * bytes);
}

/* Copies what output place (y, x) reads, without gaps. patch: int8 [blocks * 16] */
static inline void kws_packed_copy(const kws_conv_2d_packed_params *p, const int8_t *input,
                                   int32_t y, int32_t x, int8_t *patch)
{
    const int32_t top = y * p->stride_height - p->pad_top;
    const int32_t left = x * p->stride_width - p->pad_left;
    const int32_t bytes = p->in_channels;
    const kws_span rows = kws_span_of_taps(top, p->kernel_height, p->dilation_height, p->in_height);
    const kws_span columns =
        kws_span_of_taps(left, p->kernel_width, p->dilation_width, p->in_width);
    const int32_t row_step = p->dilation_height * p->in_width * bytes;
    const int32_t row_bytes = p->kernel_width * bytes;

    int32_t offset = (top + rows.begin * p->dilation_height) * p->in_width * bytes;

    offset += (left + columns.begin * p->dilation_width) * bytes;
    patch = kws_packed_fill(patch, p->input_zero_point, rows.begin * row_bytes);
    if (p->dilation_width == 1 && columns.end - columns.begin == p->kernel_width) {
        for (int32_t i = rows.begin; i < rows.end; i++) {
            patch = kws_packed_bytes(patch, input + offset, row_bytes);
            offset += row_step;
        }
    } else {
        for (int32_t i = rows.begin; i < rows.end; i++) {
            patch = kws_packed_row(p, input + offset, columns, patch);
            offset += row_step;
        }
    }
    kws_packed_fill(patch, p->input_zero_point, (p->kernel_height - rows.end) * row_bytes);
}

/*
 * What output place (y, x) reads: in the input where it lies together, else copied to scratch.
 *
 * number   0 or 1: which of the patches in scratch is free
 * scratch  int8 [2][blocks * 16]; not used by layers that are direct
 */
static inline const int8_t *kws_packed_place(const kws_conv_2d_packed_params *p,
                                             const int8_t *input, int32_t y, int32_t x,
                                             int8_t *scratch, int32_t number)
{
    int8_t *patch = p->direct ? NULL : scratch + number * p->blocks * KWS_PACKED_DEPTH;

    if (p->together) {
        input += (y * p->stride_height * p->in_width + x * p->stride_width) * p->in_channels;
        if (p->direct) {
            return input;
        }
        kws_packed_bytes(patch, input, p->depth);
    } else {
        kws_packed_copy(p, input, y, x, patch);
    }
    return patch;
}

/*
 * Computes all channels at one place, or at two when y is not NULL.
 *
 * x, y    what the places read
 * output  out  int8 [1 or 2][out_channels]
 * work         what the kernel asked for
 */
typedef void (*kws_packed_places)(const kws_conv_2d_packed_params *p, const int8_t *x,
                                  const int8_t *y, int8_t *output, void *work);

/* Runs a kernel at all places, two by two, in the order of the output. */
static inline void kws_packed_run(const kws_conv_2d_packed_params *p, const int8_t *input,
                                  int8_t *output, int8_t *scratch, kws_packed_places run,
                                  void *work)
{
    const int8_t *waiting = NULL; /* what a place reads whose neighbour is not there yet */

    for (int32_t y = 0; y < p->out_height; y++) {
        for (int32_t x = 0; x < p->out_width; x++) {
            const int8_t *place =
                kws_packed_place(p, input, y, x, scratch, waiting == NULL ? 0 : 1);

            if (waiting == NULL) {
                waiting = place;
            } else {
                run(p, waiting, place, output, work);
                output += 2 * p->out_channels;
                waiting = NULL;
            }
        }
    }
    if (waiting != NULL) {
        run(p, waiting, NULL, output, work);
    }
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_CONV_2D_PACKED_H */
