#include "kws_io.h"

#define MOST_DIGITS 10 /* of 2147483648 */

void kws_io_print_number(int32_t value, int32_t digits, char fill)
{
    char text[MOST_DIGITS + 2]; /* a sign before, a zero after */
    int32_t at = MOST_DIGITS + 1;
    uint32_t left = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;

    text[at] = '\0';
    do {
        at--;
        text[at] = (char)('0' + (char)(left % 10u));
        left /= 10u;
    } while (left != 0u);
    if (value < 0) {
        at--;
        text[at] = '-';
    }
    while (at > 0 && MOST_DIGITS + 1 - at < digits) {
        at--;
        text[at] = fill;
    }
    kws_io_print(&text[at]);
}

void kws_io_print_hex(uint32_t value)
{
    static const char digits[] = "0123456789abcdef";
    char text[11] = "0x";
    int32_t i;

    for (i = 0; i < 8; i++) {
        text[2 + i] = digits[(value >> (28 - 4 * i)) & 15u];
    }
    text[10] = '\0';
    kws_io_print(text);
}
