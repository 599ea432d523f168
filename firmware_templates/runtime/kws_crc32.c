#include "kws_crc32.h"

#define POLYNOMIAL 0xEDB88320u /* of IEEE 802.3, lowest bit first */

uint32_t kws_crc32(const void *data, int32_t bytes)
{
    const uint8_t *byte = data;
    uint32_t remainder = 0xFFFFFFFFu;
    int32_t i;
    int32_t bit;

    for (i = 0; i < bytes; i++) {
        remainder ^= byte[i];
        for (bit = 0; bit < 8; bit++) {
            remainder = (remainder >> 1) ^ ((remainder & 1u) != 0u ? POLYNOMIAL : 0u);
        }
    }
    return ~remainder;
}
