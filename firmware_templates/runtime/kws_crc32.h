/* Short proof that many bytes are the ones expected: CRC-32 as in zlib, PNG and Ethernet. */
#ifndef KWS_CRC32_H
#define KWS_CRC32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* CRC-32 of these bytes, as Python's zlib.crc32(data). */
uint32_t kws_crc32(const void *data, int32_t bytes);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_CRC32_H */
