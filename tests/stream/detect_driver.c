/* Runs kws_detect.c on cases from standard input and prints every answer; for the tests only.
 *
 * A case: int32 config [13], int32 steps, then each step: int32 reset, int64 time, int8 scores.
 */
#include "kws_detect.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int read_all(void *into, size_t bytes)
{
    return fread(into, 1, bytes, stdin) == bytes;
}

static kws_detect_config config_of(const int32_t *v)
{
    const kws_detect_config config = {v[0],
                                      v[1],
                                      v[2],
                                      v[3],
                                      v[4],
                                      v[5],
                                      v[6],
                                      v[7],
                                      v[8],
                                      v[9],
                                      v[10] != 0,
                                      v[11] != 0,
                                      (kws_detect_repeats)v[12]};
    return config;
}

static void run_step(const kws_detect_config *config, kws_detect_state *state, int8_t *scores)
{
    int32_t reset = 0;
    int64_t time = 0;
    kws_detection d = {-9, -9, -9, -9, -9, false};

    read_all(&reset, sizeof reset);
    read_all(&time, sizeof time);
    read_all(scores, (size_t)config->label_count);
    if (reset) {
        kws_detect_reset(config, state);
    }
    const kws_status status = kws_detect_step(config, state, scores, time, &d);
    printf("%d %" PRId64 " %" PRId32 " %" PRId32 " %" PRId32 " %" PRId32 " %d\n", (int)status,
           d.time, d.label, d.score, d.score_sum, d.count, d.is_new);
}

int main(void)
{
    int32_t values[13];

    while (read_all(values, sizeof values)) {
        const kws_detect_config config = config_of(values);
        const int32_t words = KWS_DETECT_MEMORY_WORDS(config.label_count, config.capacity);
        int32_t *memory = malloc((size_t)words * sizeof *memory);
        int8_t *scores = malloc((size_t)config.label_count);
        int32_t steps = 0;
        kws_detect_state state;

        read_all(&steps, sizeof steps);
        printf("init %d %" PRId32 "\n", (int)kws_detect_init(&config, &state, memory), words);
        for (int32_t i = 0; i < steps; i++) {
            run_step(&config, &state, scores);
        }
        free(scores);
        free(memory);
    }
    return 0;
}
