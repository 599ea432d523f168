/* What the bridge uses of Android's <stdlib.h>, where the NDK's headers are not at hand. */
#ifndef KWS_BARE_STDLIB_H
#define KWS_BARE_STDLIB_H

#include <stddef.h>

int posix_memalign(void **memory, size_t alignment, size_t bytes);
void free(void *memory);

#endif /* KWS_BARE_STDLIB_H */
