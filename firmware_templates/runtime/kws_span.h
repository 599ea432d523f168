/* The part of a window that lies inside the input. */
#ifndef KWS_SPAN_H
#define KWS_SPAN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int32_t begin; /* first element inside */
    int32_t end;   /* one behind the last */
} kws_span;

/* Elements start..start + count - 1, cut to 0..size - 1. */
static inline kws_span kws_span_inside(int32_t start, int32_t count, int32_t size)
{
    kws_span span;

    span.begin = start < 0 ? 0 : start;
    span.end = start + count < size ? start + count : size;
    return span;
}

/*
 * Which taps of a filter lie inside: tap i is at start + i * dilation, inside is 0..size - 1.
 *
 * taps, dilation, size  1 or more
 */
static inline kws_span kws_span_of_taps(int32_t start, int32_t taps, int32_t dilation, int32_t size)
{
    kws_span span;

    span.begin = start < 0 ? (dilation - 1 - start) / dilation : 0;
    span.end = start < size ? (size - 1 - start) / dilation + 1 : 0;
    span.begin = span.begin < taps ? span.begin : taps;
    span.end = span.end < taps ? span.end : taps;
    span.end = span.end < span.begin ? span.begin : span.end;
    return span;
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_SPAN_H */
