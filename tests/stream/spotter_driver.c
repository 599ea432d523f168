/* Runs kws_spotter.c with a made-up frontend and model, on cases from standard input; tests only.
 *
 * A case: int32 numbers [6] (window, hop, frames, bands, hops per inference, streams),
 * int32 detector [13], int32 feeds, then each feed: int32 samples and int16 [samples]. Instead of
 * samples, -1 resets the spotter, -2 gives arguments that cannot be, -3 lets the model fail from
 * now on, -4 and an int64 begin its counters there.
 */
#include "kws_spotter.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static kws_spotter_config config;
static kws_status model_status;

static int read_all(void *into, size_t bytes)
{
    return fread(into, 1, bytes, stdin) == bytes;
}

static kws_status frontend(void *state, void *work, const int16_t *window, int8_t *frame)
{
    (void)state;
    (void)work;
    for (int32_t band = 0; band < config.bands; band++) {
        const int32_t first = window[band % config.window_samples];
        const int32_t last = window[config.window_samples - 1 - band % config.window_samples];
        frame[band] = (int8_t)(((first + 3 * last + band) & 255) - 128);
    }
    return KWS_OK;
}

static kws_status model(void *state, void *arena, const int8_t *features, int8_t *scores)
{
    (void)state;
    (void)arena;
    printf("scores");
    for (int32_t label = 0; label < config.detector.label_count; label++) {
        int32_t sum = 0;
        for (int32_t i = 0; i < config.frames * config.bands; i++) {
            sum += features[i] * (i % 31 * (label + 1) + 1);
        }
        scores[label] = (int8_t)((sum & 255) - 128);
        printf(" %d", scores[label]);
    }
    printf("\n");
    return model_status;
}

/* The same, streaming: it keeps the window itself. */
static kws_status streaming_model(void *state, void *arena, const int8_t *features, int8_t *scores)
{
    const size_t window = (size_t)(config.frames * config.bands);
    const size_t fresh = (size_t)(config.hops_per_inference * config.bands);
    int8_t *kept = state;

    memmove(kept, kept + fresh, window - fresh);
    memcpy(kept + window - fresh, features, fresh);
    return scores == NULL ? model_status : model(NULL, arena, kept, scores);
}

static void forget(void *state)
{
    memset(state, 77, (size_t)(config.frames * config.bands));
}

static void heard(void *context, const kws_detection *d)
{
    (*(int *)context)++;
    printf("heard %" PRId64 " %" PRId32 " %" PRId32 " %" PRId32 " %" PRId32 "\n", d->time, d->label,
           d->score, d->score_sum, d->count);
}

static void try_bad_arguments(kws_spotter *spotter)
{
    const int16_t one = 1;

    printf("bad %d %d %d %d %d\n", (int)kws_feed(spotter, NULL, 0), (int)kws_feed(spotter, NULL, 1),
           (int)kws_feed(spotter, &one, -1), (int)kws_feed(NULL, &one, 1),
           (int)kws_spotter_reset(NULL));
}

static void feed(kws_spotter *spotter)
{
    int32_t samples = 0;

    read_all(&samples, sizeof samples);
    if (samples == -1) {
        kws_spotter_reset(spotter);
        return;
    }
    if (samples == -2) {
        try_bad_arguments(spotter);
        return;
    }
    if (samples == -3) {
        model_status = KWS_BAD_ARGUMENT;
        return;
    }
    if (samples == -4) {
        read_all(&spotter->time, sizeof spotter->time);
        spotter->inferences = spotter->time;
        return;
    }
    int16_t *pcm = malloc((size_t)samples * sizeof *pcm + 1);
    read_all(pcm, (size_t)samples * sizeof *pcm);
    const kws_status status = kws_feed(spotter, pcm, samples);
    if (status != KWS_OK) {
        printf("status %d\n", (int)status);
    }
    free(pcm);
}

static int read_config(void)
{
    int32_t n[6];
    int32_t v[13];

    if (!read_all(n, sizeof n) || !read_all(v, sizeof v)) {
        return 0;
    }
    const kws_detect_config detector = {v[0],
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
    const kws_spotter_config made = {
        .window_samples = n[0],
        .hop_samples = n[1],
        .frames = n[2],
        .bands = n[3],
        .hops_per_inference = n[4],
        .frontend = frontend,
        .model = n[5] ? streaming_model : model,
        .reset_model = n[5] ? forget : NULL,
        .detector = detector,
    };
    config = made;
    return 1;
}

/* Memory as a board may have it: init may not rely on zeros. */
static void *dirty(size_t bytes)
{
    return memset(malloc(bytes), 0x55, bytes);
}

static void run_case(void)
{
    const kws_detect_config *detector = &config.detector;
    const int32_t words = KWS_DETECT_MEMORY_WORDS(detector->label_count, detector->capacity);
    const int32_t streams = config.reset_model != NULL;
    const int32_t frames = streams ? config.hops_per_inference : config.frames;
    const kws_spotter_buffers buffers = {
        .samples = dirty((size_t)config.window_samples * sizeof(int16_t)),
        .features = dirty((size_t)(frames * config.bands)),
        .scores = dirty((size_t)detector->label_count),
        .detector = dirty((size_t)words * sizeof(int32_t)),
        .state = streams ? malloc((size_t)(config.frames * config.bands)) : NULL,
    };
    kws_spotter spotter;
    int32_t feeds = 0;
    int words_heard = 0;
    const kws_status status = kws_spotter_init(&spotter, &config, &buffers, heard, &words_heard);

    printf("init %d\n", (int)status);
    read_all(&feeds, sizeof feeds);
    for (int32_t i = 0; i < feeds && status == KWS_OK; i++) {
        feed(&spotter);
    }
    if (status == KWS_OK) {
        printf("end %" PRId64 " %" PRId64 " %" PRId64 " %" PRId32 " %d\n", spotter.time,
               spotter.inferences, spotter.last.time, spotter.last.label, words_heard);
    }
    free(buffers.samples);
    free(buffers.features);
    free(buffers.scores);
    free(buffers.detector);
    free(buffers.state);
}

int main(void)
{
    while (read_config()) {
        model_status = KWS_OK;
        run_case();
    }
    return 0;
}
