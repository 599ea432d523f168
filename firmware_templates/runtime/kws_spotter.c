#include "kws_spotter.h"

#include <stddef.h>
#include <string.h>

static bool streams(const kws_spotter_config *c)
{
    return c->reset_model != NULL;
}

static bool config_is_valid(const kws_spotter_config *c)
{
    return c->window_samples > 0 && c->hop_samples > 0 && c->hop_samples <= c->window_samples &&
           c->frames > 0 && c->bands > 0 && c->hops_per_inference > 0 && c->work_bytes >= 0 &&
           c->arena_bytes >= 0 && c->frontend_state_bytes >= 0 && c->frontend != NULL &&
           c->model != NULL && (c->hops_per_inference <= c->frames || !streams(c));
}

static bool buffers_are_there(const kws_spotter_config *c, const kws_spotter_buffers *b)
{
    return (b->state != NULL || !streams(c)) && b->samples != NULL && b->features != NULL &&
           b->scores != NULL && (b->work != NULL || c->work_bytes == 0) &&
           (b->arena != NULL || c->arena_bytes == 0) &&
           (b->frontend_state != NULL || c->frontend_state_bytes == 0);
}

kws_status kws_spotter_init(kws_spotter *spotter, const kws_spotter_config *config,
                            const kws_spotter_buffers *buffers, kws_detection_callback callback,
                            void *context)
{
    if (spotter == NULL || config == NULL || buffers == NULL || !config_is_valid(config) ||
        !buffers_are_there(config, buffers)) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_status status =
        kws_detect_init(&config->detector, &spotter->detector, buffers->detector);
    if (status != KWS_OK) {
        return status;
    }
    spotter->config = config;
    spotter->buffers = *buffers;
    spotter->callback = callback;
    spotter->context = context;
    return kws_spotter_reset(spotter);
}

/* A streaming model is called at every moment at which a window may end, full or not: the first
 * call may come before there are hops_per_inference frames, which then begin with zeros. */
static int32_t first_call(const kws_spotter_config *config)
{
    const int32_t rest = config->frames % config->hops_per_inference;

    return rest > 0 ? rest : config->hops_per_inference;
}

kws_status kws_spotter_reset(kws_spotter *spotter)
{
    if (spotter == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    const kws_spotter_config *config = spotter->config;
    const kws_detection nothing = {0, config->detector.silence_label, 0, 0, 0, false};

    /* What else is in the feature window does not matter: no model is called before it is full. */
    if (streams(config)) {
        const int32_t missing = config->hops_per_inference - first_call(config);

        memset(spotter->buffers.features, 0, (size_t)missing * (size_t)config->bands);
        config->reset_model(spotter->buffers.state);
    }
    if (config->frontend_state_bytes > 0) {
        memset(spotter->buffers.frontend_state, 0, (size_t)config->frontend_state_bytes);
    }
    memset(spotter->buffers.scores, INT8_MIN, (size_t)config->detector.label_count);
    spotter->last = nothing;
    spotter->time = 0;
    spotter->inferences = 0;
    spotter->samples_filled = 0;
    spotter->frames_filled = 0;
    spotter->hops_to_wait = streams(config) ? first_call(config) : config->frames;
    return kws_detect_reset(&config->detector, &spotter->detector);
}

/* Compute the new frame: at the end of the feature window, which moves on, or the next of those
 * that a streaming model will get. */
static kws_status add_frame(kws_spotter *spotter)
{
    const kws_spotter_config *config = spotter->config;
    const size_t bands = (size_t)config->bands;
    int8_t *frame = spotter->buffers.features;

    if (streams(config)) {
        frame += (size_t)(config->hops_per_inference - spotter->hops_to_wait) * bands;
    } else {
        const size_t kept = (size_t)(config->frames - 1) * bands;
        memmove(frame, frame + bands, kept);
        frame += kept;
    }
    if (spotter->frames_filled < config->frames) {
        spotter->frames_filled++;
    }
    spotter->hops_to_wait--;
    return config->frontend(spotter->buffers.frontend_state, spotter->buffers.work,
                            spotter->buffers.samples, frame);
}

static kws_status infer(kws_spotter *spotter)
{
    const kws_spotter_config *config = spotter->config;
    const kws_spotter_buffers *buffers = &spotter->buffers;
    const bool is_full = spotter->frames_filled == config->frames;
    kws_status status = config->model(buffers->state, buffers->arena, buffers->features,
                                      is_full ? buffers->scores : NULL);

    spotter->hops_to_wait = config->hops_per_inference;
    if (status != KWS_OK || !is_full) {
        return status;
    }
    spotter->inferences++;
    status = kws_detect_step(&config->detector, &spotter->detector, buffers->scores, spotter->time,
                             &spotter->last);
    if (status == KWS_OK && spotter->last.is_new && spotter->callback != NULL) {
        spotter->callback(spotter->context, &spotter->last);
    }
    return status;
}

/* The analysis window is full: one frame, and an inference when it is time for one. */
static kws_status hop(kws_spotter *spotter)
{
    const kws_spotter_config *config = spotter->config;
    const int32_t kept = config->window_samples - config->hop_samples;
    int16_t *samples = spotter->buffers.samples;
    const kws_status status = add_frame(spotter);

    memmove(samples, samples + config->hop_samples, (size_t)kept * sizeof samples[0]);
    spotter->samples_filled = kept;
    if (status != KWS_OK || spotter->hops_to_wait > 0) {
        return status;
    }
    return infer(spotter);
}

kws_status kws_feed(kws_spotter *spotter, const int16_t *pcm, int32_t samples)
{
    if (spotter == NULL || samples < 0 || (pcm == NULL && samples > 0)) {
        return KWS_BAD_ARGUMENT;
    }
    const int32_t window = spotter->config->window_samples;
    kws_status status = KWS_OK;

    while (samples > 0 && status == KWS_OK) {
        const int32_t room = window - spotter->samples_filled;
        const int32_t taken = samples < room ? samples : room;
        memcpy(spotter->buffers.samples + spotter->samples_filled, pcm,
               (size_t)taken * sizeof pcm[0]);
        spotter->samples_filled += taken;
        spotter->time += taken;
        pcm += taken;
        samples -= taken;
        if (spotter->samples_filled == window) {
            status = hop(spotter);
        }
    }
    return status;
}
