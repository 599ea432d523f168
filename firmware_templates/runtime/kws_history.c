#include "kws_history.h"

#include <string.h>

int8_t *kws_history_next(const kws_history_params *params, int8_t *memory, int32_t *used)
{
    int32_t begin = *used;

    if (begin + params->new_bytes > params->capacity) {
        memmove(memory, memory + (begin - params->kept_bytes), (size_t)params->kept_bytes);
        begin = params->kept_bytes;
    }
    *used = begin + params->new_bytes;
    return memory + begin;
}

void kws_history_spread(const kws_history_rows *params, const int8_t *from, int8_t *to)
{
    const int32_t row_bytes = params->row_bytes;

    to += row_bytes - params->columns;
    for (int32_t i = 0; i < params->columns; i++) {
        int8_t *next = to + i;
        int32_t rest = params->rows;

        for (; rest >= 4; rest -= 4) {
            next[0] = from[0];
            next[row_bytes] = from[1];
            next += 2 * row_bytes;
            next[0] = from[2];
            next[row_bytes] = from[3];
            next += 2 * row_bytes;
            from += 4;
        }
        for (; rest > 0; rest--) {
            *next = *from++;
            next += row_bytes;
        }
    }
}
