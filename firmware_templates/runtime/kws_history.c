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
