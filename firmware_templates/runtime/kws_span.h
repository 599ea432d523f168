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

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_SPAN_H */
