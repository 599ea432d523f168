#include "kws_fully_connected.h"

#include <stddef.h>

#include "kws_dot.h"
#include "kws_requantize.h"

/* Output features first..first + count - 1 of one vector. */
static void run_block(const kws_fully_connected_params *p, const int8_t *input, int32_t first,
                      int32_t count, int8_t *output)
{
    int32_t sums[KWS_DOT_CHANNELS];

    for (int32_t c = 0; c < count; c++) {
        sums[c] = p->bias[first + c];
    }
    kws_dot(sums, count, input, p->weights + first * p->in_features, p->in_features,
            p->in_features);
    for (int32_t c = 0; c < count; c++) {
        const int32_t o = first + c;
        const int32_t value = kws_requantize(sums[c], p->multiplier[o], p->shift[o]);

        output[o] =
            (int8_t)kws_clamp(value + p->output_zero_point, p->activation_min, p->activation_max);
    }
}

kws_status kws_fully_connected_run(const kws_fully_connected_params *params, const int8_t *input,
                                   int8_t *output)
{
    if (params == NULL || input == NULL || output == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    for (int32_t r = 0; r < params->rows; r++) {
        for (int32_t o = 0; o < params->out_features; o += KWS_DOT_CHANNELS) {
            const int32_t rest = params->out_features - o;

            run_block(params, input, o, rest < KWS_DOT_CHANNELS ? rest : KWS_DOT_CHANNELS, output);
        }
        input += params->in_features;
        output += params->out_features;
    }
    return KWS_OK;
}
