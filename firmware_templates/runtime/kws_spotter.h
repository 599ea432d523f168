/* The whole keyword spotter: samples in, words out. Hand-written; never generated.
 *
 *     samples -> frontend -> one frame a hop -> feature window -> model -> scores -> detector
 *
 * The model scores the whole feature window, at the first moment it is full and then every
 * hops_per_inference hops. It gets the window itself, or, when it streams, the new frames only and
 * keeps what it needs of the old ones. What is heard is the same, and depends on the samples only,
 * never on how they were cut into calls of kws_feed.
 *
 * Threads: kws_feed does the work in the caller's context: at most one frame and one inference
 * for every hop it is given. Call it from the main loop or from one thread, never from an
 * interrupt. A spotter must not be entered twice: the callback must not feed, reset or init it.
 * Any number of spotters may live side by side, each in one thread.
 *
 * Interrupts and DMA: they fill a buffer of their own, of two halves or more; when a half is full
 * the interrupt only says so, and the main loop feeds it while the next one fills. kws_feed copies
 * what it needs, so a half may be filled again as soon as the call returns, and must not change
 * before. A half may have any length, a hop or less too. What is not fed yet has to fit behind the
 * longest call: one inference, and a frame for each hop that is fed (`edgekws benchmark` counts
 * both). On a core with a data cache, invalidate the lines of the half before it is fed. When
 * samples were lost, call kws_spotter_reset: a window with a gap is no window.
 *
 * Time is counted in samples, in 64 bits: it does not wrap in a device's life. No other counter
 * grows with time but `inferences`, which has 64 bits too.
 *
 * edgekws/stream/spotter.py hears the same.
 */
#ifndef KWS_SPOTTER_H
#define KWS_SPOTTER_H

#include <stdint.h>

#include "kws_detect.h"
#include "kws_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The next frame from its window of samples. Generated code binds a frontend to its constants.
 *
 * state   what the frontend keeps from frame to frame, frontend_state_bytes; zeros at first
 * work    scratch, work_bytes, kept by nobody between two calls
 * window  int16 [window_samples]
 * frame   int8 [bands]
 */
typedef kws_status (*kws_frontend_function)(void *state, void *work, const int16_t *window,
                                            int8_t *frame);

/* One inference. Generated code binds a model.
 *
 * state     what a streaming model keeps from call to call
 * arena     scratch, arena_bytes, kept by nobody between two calls
 * features  int8 [frames][bands]; a streaming model gets the newest hops_per_inference frames
 * scores    int8 [label_count]; NULL when a streaming model is not asked for them
 */
typedef kws_status (*kws_model_function)(void *state, void *arena, const int8_t *features,
                                         int8_t *scores);

/* Lets a streaming model forget. */
typedef void (*kws_model_reset_function)(void *state);

/* Called once for every word heard, from within kws_feed. The detection lives until it returns;
 * its time is the end of the last analysis window, in samples since the reset. */
typedef void (*kws_detection_callback)(void *context, const kws_detection *detection);

/* All that is fixed when code is generated. Constant, in flash. */
typedef struct {
    int32_t window_samples;       /* under one analysis window */
    int32_t hop_samples;          /* from one frame to the next, 1..window_samples */
    int32_t frames;               /* in the feature window */
    int32_t bands;                /* in a frame */
    int32_t hops_per_inference;   /* 1: the model runs every hop */
    int32_t work_bytes;           /* scratch of the frontend */
    int32_t arena_bytes;          /* scratch of the model */
    int32_t frontend_state_bytes; /* 0: a frame follows from its window alone */
    kws_frontend_function frontend;
    kws_model_function model;
    kws_model_reset_function reset_model; /* NULL: the model does not stream */
    kws_detect_config detector;           /* its step_samples is hop_samples * hops_per_inference */
    const char *const *labels; /* [detector.label_count] names; not used by the spotter itself */
} kws_spotter_config;

/* Memory of a spotter; the caller owns it. `work` and `arena` are never in use at the same time
 * and may be one and the same, as large as the larger. */
typedef struct {
    int16_t *samples;     /* int16 [window_samples] */
    int8_t *features;     /* int8 [frames * bands]; [hops_per_inference * bands] when streaming */
    int8_t *scores;       /* int8 [label_count] */
    int32_t *detector;    /* int32 [KWS_DETECT_MEMORY_WORDS(label_count, capacity)] */
    void *work;           /* work_bytes, aligned to 16 bytes; may be NULL when work_bytes is 0 */
    void *arena;          /* arena_bytes, aligned to 16 bytes; may be NULL when arena_bytes is 0 */
    void *state;          /* of a streaming model; else NULL */
    void *frontend_state; /* frontend_state_bytes, aligned to 4 bytes; may be NULL when that is 0 */
} kws_spotter_buffers;

/* A spotter. Filled by kws_spotter_init. After kws_feed a self-test may read `buffers.features`
 * and `buffers.scores` (of the last inference), `inferences` and `last`; nothing may be written. */
typedef struct {
    const kws_spotter_config *config;
    kws_spotter_buffers buffers;
    kws_detection_callback callback; /* may be NULL */
    void *context;                   /* given to the callback */
    kws_detect_state detector;
    kws_detection last;     /* the detector's last answer, new or not */
    int64_t time;           /* samples taken since the reset */
    int64_t inferences;     /* since the reset */
    int32_t samples_filled; /* of the analysis window */
    int32_t frames_filled;  /* of the feature window */
    int32_t hops_to_wait;   /* until the model is called */
} kws_spotter;

/*
 * Set up a spotter and reset it.
 *
 * spotter   out  the spotter
 * config    in   what was generated; in use as long as the spotter
 * buffers   in   memory; the struct is copied, what it points to is in use as long as the spotter
 * callback  in   told of every word heard, or NULL
 * context   in   given to the callback unchanged
 * returns KWS_BAD_ARGUMENT on a null pointer or a config that cannot be
 */
kws_status kws_spotter_init(kws_spotter *spotter, const kws_spotter_config *config,
                            const kws_spotter_buffers *buffers, kws_detection_callback callback,
                            void *context);

/* Forget all samples, features, detections and what the frontend keeps; time begins at 0 again. */
kws_status kws_spotter_reset(kws_spotter *spotter);

/*
 * Take the next samples, any number of them.
 *
 * pcm      in  int16 [samples]; may be NULL when samples is 0
 * samples  in  0 or more
 * returns KWS_BAD_ARGUMENT on a null pointer or a negative number, with nothing changed; else the
 *         first status other than KWS_OK of frontend, model or detector: the samples from there
 *         on are lost, and the spotter must be reset before it is fed again
 */
kws_status kws_feed(kws_spotter *spotter, const int16_t *pcm, int32_t samples);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_SPOTTER_H */
