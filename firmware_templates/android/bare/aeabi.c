/* What a compiler for armeabi-v7a calls by itself, where the NDK's libgcc is not at hand.
 *
 * The names are those of the Arm run-time ABI (IHI 0043); each is hidden inside the library.
 * Divisions of 64 bits are not here: they cannot be written in C.
 */
#include <stdint.h>

#include "string.h"

#define DEFINED __attribute__((used, visibility("hidden")))

/* Quotient in r0 and remainder in r1. */
typedef uint64_t pair;

void __aeabi_memcpy(void *to, const void *from, size_t bytes);
void __aeabi_memcpy4(void *to, const void *from, size_t bytes);
void __aeabi_memcpy8(void *to, const void *from, size_t bytes);
void __aeabi_memmove(void *to, const void *from, size_t bytes);
void __aeabi_memmove4(void *to, const void *from, size_t bytes);
void __aeabi_memmove8(void *to, const void *from, size_t bytes);
void __aeabi_memset(void *to, size_t bytes, int value);
void __aeabi_memset4(void *to, size_t bytes, int value);
void __aeabi_memset8(void *to, size_t bytes, int value);
void __aeabi_memclr(void *to, size_t bytes);
void __aeabi_memclr4(void *to, size_t bytes);
void __aeabi_memclr8(void *to, size_t bytes);
pair __aeabi_uidivmod(uint32_t of, uint32_t by);
pair __aeabi_idivmod(int32_t of, int32_t by);
uint32_t __aeabi_uidiv(uint32_t of, uint32_t by);
int32_t __aeabi_idiv(int32_t of, int32_t by);

#define COPIES(name, function)                                                                     \
    DEFINED void name(void *to, const void *from, size_t bytes)                                    \
    {                                                                                              \
        (void)function(to, from, bytes);                                                           \
    }
#define SETS(name)                                                                                 \
    DEFINED void name(void *to, size_t bytes, int value)                                           \
    {                                                                                              \
        (void)memset(to, value, bytes);                                                            \
    }
#define CLEARS(name)                                                                               \
    DEFINED void name(void *to, size_t bytes)                                                      \
    {                                                                                              \
        (void)memset(to, 0, bytes);                                                                \
    }

COPIES(__aeabi_memcpy, memcpy)
COPIES(__aeabi_memcpy4, memcpy)
COPIES(__aeabi_memcpy8, memcpy)
COPIES(__aeabi_memmove, memmove)
COPIES(__aeabi_memmove4, memmove)
COPIES(__aeabi_memmove8, memmove)
SETS(__aeabi_memset)
SETS(__aeabi_memset4)
SETS(__aeabi_memset8)
CLEARS(__aeabi_memclr)
CLEARS(__aeabi_memclr4)
CLEARS(__aeabi_memclr8)

/* Long division, one bit at a time. A divisor of 0 gives a quotient of ones. */
DEFINED pair __aeabi_uidivmod(uint32_t of, uint32_t by)
{
    uint32_t quotient = 0;
    uint64_t rest = 0;
    for (int bit = 31; bit >= 0; bit--) {
        rest = (rest << 1) | ((of >> bit) & 1u);
        quotient <<= 1;
        if (rest >= by) {
            rest -= by;
            quotient |= 1u;
        }
    }
    return (rest << 32) | quotient;
}

/* Towards zero; the remainder has the sign of what is divided. */
DEFINED pair __aeabi_idivmod(int32_t of, int32_t by)
{
    uint32_t size = of < 0 ? 0u - (uint32_t)of : (uint32_t)of;
    pair both = __aeabi_uidivmod(size, by < 0 ? 0u - (uint32_t)by : (uint32_t)by);
    uint32_t quotient = (uint32_t)both;
    uint32_t rest = (uint32_t)(both >> 32);
    quotient = (of < 0) != (by < 0) ? 0u - quotient : quotient;
    rest = of < 0 ? 0u - rest : rest;
    return ((uint64_t)rest << 32) | quotient;
}

DEFINED uint32_t __aeabi_uidiv(uint32_t of, uint32_t by)
{
    return (uint32_t)__aeabi_uidivmod(of, by);
}

DEFINED int32_t __aeabi_idiv(int32_t of, int32_t by)
{
    return (int32_t)(uint32_t)__aeabi_idivmod(of, by);
}
