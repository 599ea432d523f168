/* What the engine uses of Android's <string.h>, where the NDK's headers are not at hand. */
#ifndef KWS_BARE_STRING_H
#define KWS_BARE_STRING_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);

#endif /* KWS_BARE_STRING_H */
