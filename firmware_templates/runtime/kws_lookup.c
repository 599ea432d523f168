#include "kws_lookup.h"

#include <stddef.h>

kws_status kws_lookup_run(const kws_lookup_params *params, const int8_t *input, int8_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    for (int32_t i = 0; i < params->size; i++) {
        output[i] = params->table[input[i] + 128];
    }
    return KWS_OK;
}
