/* What every function of the runtime answers, and where constants and memory are placed. */
#ifndef KWS_STATUS_H
#define KWS_STATUS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    KWS_OK = 0,           /* done */
    KWS_BAD_ARGUMENT = 1, /* a null pointer, or a size that cannot be; nothing was written */
} kws_status;

/* Weights and tables. Define it to place them, for example in external flash. */
#ifndef KWS_CONST_ATTR
#define KWS_CONST_ATTR
#endif

/* The arena and other large buffers. Define it to place them, for example in fast memory. */
#ifndef KWS_ARENA_ATTR
#define KWS_ARENA_ATTR
#endif

/* Memory that is handed over as arena or scratch begins at a multiple of 16 bytes. */
#ifndef KWS_ALIGN_16
#if defined(__GNUC__)
#define KWS_ALIGN_16 __attribute__((aligned(16)))
#else
#error "define KWS_ALIGN_16 as this compiler's way to align a variable to 16 bytes"
#endif
#endif

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_STATUS_H */
