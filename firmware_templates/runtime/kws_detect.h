/* From scores to detections: which label was heard, and when. Hand-written; never generated.
 *
 * A network answers many times a second; a word must be reported once. Each call of
 * kws_detect_step takes one int8 score per label and does this, in exact integer arithmetic:
 *
 *  1. The scores join the history; those older than window_samples leave it.
 *  2. With fewer than minimum_count of them, or less than minimum_span_samples from the oldest
 *     to the newest, the answer is the previous label with score 0, not new.
 *  3. The top label is the one with the highest sum; of equal ones the first. It passes when its
 *     mean score is above the threshold (never when equal).
 *  4. A label that passes is heard when the rule `repeats` lets it. It is then the previous
 *     label, and the suppression time starts.
 *  5. A label that is heard is new, unless it is silence or unknown and these are not reported.
 *     Such a label, and silence in any case, never holds another label back.
 *
 * A score is q + 128 of the int8 output q: 0 (never) to 255 (nearly certain; 1.0 would be 256).
 * edgekws/stream/detect.py gives the same answer to every call. Time is counted in samples and
 * in 64 bits. No division decides anything.
 */
#ifndef KWS_DETECT_H
#define KWS_DETECT_H

#include <stdbool.h>
#include <stdint.h>

#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* When a label that passes the threshold is heard. "Elapsed" is: more than suppression_samples
 * since the label heard before, or there is none, or that one holds nobody back (rule 5). */
typedef enum {
    KWS_REPEAT_AFTER_SUPPRESSION = 0, /* elapsed; the same label may come again */
    KWS_REPEAT_AFTER_OTHER_LABEL = 1, /* elapsed, and it is not the label heard before */
    KWS_REPEAT_OTHER_AT_ONCE = 2,     /* elapsed, or it is not the label heard before */
} kws_detect_repeats;

/* The rule. Constant, in flash; made by edgekws.stream.detect.detector_config(). */
typedef struct {
    int32_t label_count;
    int32_t step_samples;   /* from one call to the next, at least */
    int32_t capacity;       /* of the history: 1 + window_samples / step_samples, rounded down */
    int32_t window_samples; /* scores of this age, and younger ones, are averaged */
    int32_t minimum_span_samples; /* window_samples / 4, rounded up */
    int32_t minimum_count;        /* of scores, 1..capacity */
    int32_t suppression_samples;
    int32_t threshold_milli; /* thousandths of a score that the mean must pass, 0..255000 */
    int32_t silence_label;   /* index of the silence label, -1 when there is none */
    int32_t unknown_label;   /* index of the unknown label, -1 when there is none */
    bool report_silence;
    bool report_unknown;
    kws_detect_repeats repeats;
} kws_detect_config;

/* 32-bit words of memory that a detector needs. */
#define KWS_DETECT_MEMORY_WORDS(label_count, capacity)                                             \
    ((label_count) + (capacity) + ((label_count) * (capacity) + 3) / 4)

/* What a detector remembers. Filled by kws_detect_init; the caller owns it and reads nothing. */
typedef struct {
    int32_t *sums;   /* [label_count], over the history */
    uint32_t *times; /* [capacity], ring, the low 32 bits: ages stay below 2^32 */
    int8_t *history; /* [capacity][label_count], ring */
    int32_t first;   /* place of the oldest score */
    int32_t count;   /* scores in the history */
    int32_t previous_label;
    bool suppressing; /* previous_time counts */
    int64_t previous_time;
    int64_t last_time; /* of the last step */
} kws_detect_state;

/* The answer to one step. */
typedef struct {
    int64_t time;      /* as it was given, samples */
    int32_t label;     /* the top label; the previous one, -1 for none, when there is too little */
    int32_t score;     /* its mean score, rounded down, 0..255 */
    int32_t score_sum; /* the exact mean is score_sum / count; 0 when there is too little */
    int32_t count;     /* scores in the history */
    bool is_new;       /* true once for every word heard */
} kws_detection;

/*
 * Give a detector its memory and reset it.
 *
 * config  in   the rule
 * state   out  what the detector remembers
 * memory  in   int32 [KWS_DETECT_MEMORY_WORDS(label_count, capacity)], in use as long as state
 * returns KWS_BAD_ARGUMENT on a null pointer, and on a config that cannot be: also when the
 *         window can hold more scores than the history
 */
kws_status kws_detect_init(const kws_detect_config *config, kws_detect_state *state,
                           int32_t *memory);

/* Forget everything heard, as after kws_detect_init; time may begin anew. */
kws_status kws_detect_reset(const kws_detect_config *config, kws_detect_state *state);

/*
 * Take the scores of one moment and say what they mean.
 *
 * scores     in   int8 [label_count]
 * time       in   samples, 0 or more, never less than in the step before
 * detection  out  the answer
 * returns KWS_BAD_ARGUMENT on a null pointer, a time that runs back, or steps so close that the
 *         history is full; nothing has changed then
 */
kws_status kws_detect_step(const kws_detect_config *config, kws_detect_state *state,
                           const int8_t *scores, int64_t time, kws_detection *detection);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_DETECT_H */
