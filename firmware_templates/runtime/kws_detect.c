#include "kws_detect.h"

#include <stddef.h>
#include <string.h>

enum { SCORE_OFFSET = 128, NO_LABEL = -1 };

static bool config_is_valid(const kws_detect_config *c)
{
    return c->label_count > 0 && c->step_samples > 0 && c->window_samples >= 0 &&
           c->capacity > c->window_samples / c->step_samples && c->minimum_count > 0 &&
           c->minimum_count <= c->capacity && c->minimum_span_samples >= 0 &&
           c->suppression_samples >= 0 && c->threshold_milli >= 0;
}

kws_status kws_detect_init(const kws_detect_config *config, kws_detect_state *state,
                           int32_t *memory)
{
    if (config == NULL || state == NULL || memory == NULL || !config_is_valid(config)) {
        return KWS_BAD_ARGUMENT;
    }
    state->sums = memory;
    state->times = (uint32_t *)(memory + config->label_count);
    state->history = (int8_t *)(memory + config->label_count + config->capacity);
    return kws_detect_reset(config, state);
}

kws_status kws_detect_reset(const kws_detect_config *config, kws_detect_state *state)
{
    if (config == NULL || state == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    memset(state->sums, 0, (size_t)config->label_count * sizeof state->sums[0]);
    state->first = 0;
    state->count = 0;
    state->previous_label = config->silence_label;
    state->suppressing = false;
    state->previous_time = 0;
    state->last_time = 0;
    return KWS_OK;
}

/* Place in the ring of the score that came `age` places after the oldest. */
static int32_t ring_place(const kws_detect_config *config, const kws_detect_state *state,
                          int32_t age)
{
    const int32_t place = state->first + age;

    return place < config->capacity ? place : place - config->capacity;
}

/* How long ago the score `age` places after the oldest came. Exact as long as no score is older
 * than 2^32 samples: all were within the window at the last step, and now is within it of that. */
static uint32_t elapsed_since(const kws_detect_config *config, const kws_detect_state *state,
                              int32_t age, int64_t time)
{
    return (uint32_t)time - state->times[ring_place(config, state, age)];
}

/* Number of scores, from the oldest on, that are too old at `time`. */
static int32_t count_expired(const kws_detect_config *config, const kws_detect_state *state,
                             int64_t time)
{
    if (time - state->last_time > config->window_samples) {
        return state->count;
    }
    int32_t expired = 0;
    while (expired < state->count &&
           elapsed_since(config, state, expired, time) > (uint32_t)config->window_samples) {
        expired++;
    }
    return expired;
}

static void drop_oldest(const kws_detect_config *config, kws_detect_state *state, int32_t expired)
{
    for (int32_t i = 0; i < expired; i++) {
        const int8_t *row = state->history + state->first * config->label_count;
        for (int32_t label = 0; label < config->label_count; label++) {
            state->sums[label] -= row[label] + SCORE_OFFSET;
        }
        state->first = ring_place(config, state, 1);
    }
    state->count -= expired;
}

static void append(const kws_detect_config *config, kws_detect_state *state, const int8_t *scores,
                   int64_t time)
{
    const int32_t place = ring_place(config, state, state->count);
    int8_t *row = state->history + place * config->label_count;

    state->times[place] = (uint32_t)time;
    for (int32_t label = 0; label < config->label_count; label++) {
        row[label] = scores[label];
        state->sums[label] += scores[label] + SCORE_OFFSET;
    }
    state->count++;
    state->last_time = time;
}

static int32_t top_label(const kws_detect_config *config, const kws_detect_state *state)
{
    int32_t top = 0;

    for (int32_t label = 1; label < config->label_count; label++) {
        if (state->sums[label] > state->sums[top]) {
            top = label;
        }
    }
    return top;
}

/* True when the label heard before does not hold `label` back. */
static bool has_elapsed(const kws_detect_config *config, const kws_detect_state *state,
                        int32_t label, int64_t time)
{
    if (!state->suppressing) {
        return true;
    }
    if (state->previous_label == config->silence_label && label != config->silence_label) {
        return true;
    }
    return time - state->previous_time > config->suppression_samples;
}

static bool is_heard(const kws_detect_config *config, const kws_detect_state *state, int32_t label,
                     int64_t time)
{
    const bool elapsed = has_elapsed(config, state, label, time);
    const bool other = label != state->previous_label;

    if ((int64_t)state->sums[label] * 1000 <= (int64_t)config->threshold_milli * state->count) {
        return false;
    }
    if (config->repeats == KWS_REPEAT_AFTER_OTHER_LABEL) {
        return elapsed && other;
    }
    if (config->repeats == KWS_REPEAT_OTHER_AT_ONCE) {
        return elapsed || other;
    }
    return elapsed;
}

static bool is_reported(const kws_detect_config *config, int32_t label)
{
    if (label == config->silence_label) {
        return config->report_silence;
    }
    if (label == config->unknown_label) {
        return config->report_unknown;
    }
    return true;
}

static void decide(const kws_detect_config *config, kws_detect_state *state,
                   kws_detection *detection)
{
    const int32_t label = top_label(config, state);

    detection->label = label;
    detection->score_sum = state->sums[label];
    detection->score = state->sums[label] / state->count;
    if (is_heard(config, state, label, detection->time)) {
        detection->is_new = is_reported(config, label);
        state->previous_label = label;
        state->previous_time = detection->time;
        state->suppressing = detection->is_new;
    }
}

kws_status kws_detect_step(const kws_detect_config *config, kws_detect_state *state,
                           const int8_t *scores, int64_t time, kws_detection *detection)
{
    if (config == NULL || state == NULL || scores == NULL || detection == NULL) {
        return KWS_BAD_ARGUMENT;
    }
    if (time < state->last_time) {
        return KWS_BAD_ARGUMENT;
    }
    const int32_t expired = count_expired(config, state, time);
    if (state->count - expired >= config->capacity) {
        return KWS_BAD_ARGUMENT;
    }
    drop_oldest(config, state, expired);
    append(config, state, scores, time);

    detection->time = time;
    detection->label = state->previous_label;
    detection->score = 0;
    detection->score_sum = 0;
    detection->count = state->count;
    detection->is_new = false;
    if (state->count >= config->minimum_count &&
        elapsed_since(config, state, 0, time) >= (uint32_t)config->minimum_span_samples) {
        decide(config, state, detection);
    }
    return KWS_OK;
}
