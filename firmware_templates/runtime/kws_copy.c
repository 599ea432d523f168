#include "kws_copy.h"

#include <stddef.h>
#include <string.h>

/* The innermost loop. */
static void copy_row(const kws_copy_params *p, const int8_t *input, int8_t *output)
{
    const int32_t count = p->sizes[3];

    if (p->in_strides[3] == 1 && p->out_strides[3] == 1) {
        memcpy(output, input, (size_t)count);
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        output[i * p->out_strides[3]] = input[i * p->in_strides[3]];
    }
}

kws_status kws_copy_run(const kws_copy_params *params, const int8_t *input, int8_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const int32_t *const n = params->sizes;
    const int32_t *const from = params->in_strides;
    const int32_t *const to = params->out_strides;

    memset(output, params->fill, (size_t)params->fill_size);
    input += params->in_offset;
    output += params->out_offset;
    for (int32_t i = 0; i < n[0]; i++) {
        for (int32_t j = 0; j < n[1]; j++) {
            for (int32_t k = 0; k < n[2]; k++) {
                copy_row(params, input + (i * from[0] + j * from[1] + k * from[2]),
                         output + (i * to[0] + j * to[1] + k * to[2]));
            }
        }
    }
    return KWS_OK;
}
