#include "kws_join.h"

#include <stddef.h>
#include <string.h>

static kws_status join(const kws_join_params *params, const int8_t *const *inputs, int32_t count,
                       int8_t *output)
{
    if (params == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    for (int32_t i = 0; i < count; i++) {
        if (inputs[i] == NULL) {
            return KWS_BAD_ARGUMENT;
        }
    }
    for (int32_t row = 0; row < params->outer; row++) {
        for (int32_t i = 0; i < count; i++) {
            memcpy(output, inputs[i] + row * params->sizes[i], (size_t)params->sizes[i]);
            output += params->sizes[i];
        }
    }
    return KWS_OK;
}

kws_status kws_join_2_run(const kws_join_params *params, const int8_t *a, const int8_t *b,
                          int8_t *output)
{
    const int8_t *const inputs[] = {a, b};

    return join(params, inputs, 2, output);
}

kws_status kws_join_3_run(const kws_join_params *params, const int8_t *a, const int8_t *b,
                          const int8_t *c, int8_t *output)
{
    const int8_t *const inputs[] = {a, b, c};

    return join(params, inputs, 3, output);
}

kws_status kws_join_4_run(const kws_join_params *params, const int8_t *a, const int8_t *b,
                          const int8_t *c, const int8_t *d, int8_t *output)
{
    const int8_t *const inputs[] = {a, b, c, d};

    return join(params, inputs, 4, output);
}

kws_status kws_join_5_run(const kws_join_params *params, const int8_t *a, const int8_t *b,
                          const int8_t *c, const int8_t *d, const int8_t *e, int8_t *output)
{
    const int8_t *const inputs[] = {a, b, c, d, e};

    return join(params, inputs, 5, output);
}

kws_status kws_join_6_run(const kws_join_params *params, const int8_t *a, const int8_t *b,
                          const int8_t *c, const int8_t *d, const int8_t *e, const int8_t *f,
                          int8_t *output)
{
    const int8_t *const inputs[] = {a, b, c, d, e, f};

    return join(params, inputs, 6, output);
}

kws_status kws_join_7_run(const kws_join_params *params, const int8_t *a, const int8_t *b,
                          const int8_t *c, const int8_t *d, const int8_t *e, const int8_t *f,
                          const int8_t *g, int8_t *output)
{
    const int8_t *const inputs[] = {a, b, c, d, e, f, g};

    return join(params, inputs, 7, output);
}

kws_status kws_join_8_run(const kws_join_params *params, const int8_t *a, const int8_t *b,
                          const int8_t *c, const int8_t *d, const int8_t *e, const int8_t *f,
                          const int8_t *g, const int8_t *h, int8_t *output)
{
    const int8_t *const inputs[] = {a, b, c, d, e, f, g, h};

    return join(params, inputs, 8, output);
}
