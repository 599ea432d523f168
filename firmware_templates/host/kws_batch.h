/* Many clips through one frontend: how Python calls the C that ships. Never exported.
 *
 * Compiled with KWS_FRONTEND_HEADER, KWS_FRONTEND_PARAMS and KWS_FRONTEND_RUN naming the frontend,
 * KWS_LANES saying how many frames it computes side by side, KWS_FRONTEND_KEEPS_STATE when it is
 * called with what it keeps from frame to frame, which takes one lane, and
 * KWS_FRONTEND_HALVED_BYTES when half as many samples come first in its scratch (kws_halve.h).
 * edgekws/features/hostlib.py declares the same struct. */
#ifndef KWS_BATCH_H
#define KWS_BATCH_H

#include <stdint.h>

#include KWS_FRONTEND_HEADER

typedef struct {
    int64_t clips;
    int64_t samples;        /* of a clip, window_samples or more */
    int64_t window_samples; /* under a frame */
    int64_t hop_samples;    /* from one frame to the next */
    int64_t frames;         /* of a clip */
    int64_t bands;          /* of a frame */
    int64_t work_bytes;     /* scratch of the frontend for one frame */
    int64_t state_bytes;    /* what it keeps of a clip */
} kws_batch_shape;

/* Bytes of `memory` for kws_batch_run. */
int64_t kws_batch_memory_bytes(const kws_batch_shape *shape);

/* Lets Python check that its idea of the frontend's struct has the same size. */
int64_t kws_batch_params_bytes(void);

/*
 * memory    -    scratch, kws_batch_memory_bytes, aligned to 64 bytes
 * pcm       in   int16 [clips][samples]
 * features  out  int8 [clips][frames][bands]
 * state     inout  [clips][state_bytes], aligned to 4 bytes
 * returns the first status other than KWS_OK
 */
int32_t kws_batch_run(const KWS_FRONTEND_PARAMS *params, const kws_batch_shape *shape, void *memory,
                      const int16_t *pcm, int8_t *features, void *state);

#endif /* KWS_BATCH_H */
