#include "kws_batch.h"

#ifdef KWS_FRONTEND_HALVED_BYTES
#include "kws_halve.h"
#endif

#define LANES KWS_LANES
#define ALIGNMENT 64

/* Parts of the caller's memory, each for one frame per lane. */
typedef struct {
    int8_t *work;
    int16_t *window;
    int8_t *frame;
} lane_memory;

static int64_t aligned(int64_t bytes)
{
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static lane_memory divide(const kws_batch_shape *shape, void *memory)
{
    lane_memory parts;
    parts.work = memory;
    parts.window = (int16_t *)(void *)(parts.work + aligned(shape->work_bytes * LANES));
    parts.frame = (int8_t *)parts.window + aligned(shape->window_samples * LANES * 2);
    return parts;
}

int64_t kws_batch_memory_bytes(const kws_batch_shape *shape)
{
    return aligned(shape->work_bytes * LANES) + aligned(shape->window_samples * LANES * 2) +
           aligned(shape->bands * LANES);
}

int64_t kws_batch_params_bytes(void)
{
    return (int64_t)sizeof(KWS_FRONTEND_PARAMS);
}

/* Samples of LANES frames side by side; past the last frame the last one again. */
static void gather(const kws_batch_shape *shape, const int16_t *pcm, int64_t first, int16_t *window)
{
    const int64_t last = shape->clips * shape->frames - 1;
    const int16_t *from[LANES];

    for (int64_t lane = 0; lane < LANES; lane++) {
        const int64_t frame = first + lane < last ? first + lane : last;
        from[lane] = pcm + frame / shape->frames * shape->samples +
                     frame % shape->frames * shape->hop_samples;
    }
    for (int64_t sample = 0; sample < shape->window_samples; sample++) {
        for (int64_t lane = 0; lane < LANES; lane++) {
            window[sample * LANES + lane] = from[lane][sample];
        }
    }
}

/* The frontend's own scratch and window. */
static lane_memory prepared(const kws_batch_shape *shape, const lane_memory *parts)
{
    lane_memory own = *parts;
#ifdef KWS_FRONTEND_HALVED_BYTES
    own.window = (int16_t *)(void *)parts->work;
    own.work = parts->work + KWS_FRONTEND_HALVED_BYTES * LANES;
    kws_halve(parts->window, (int32_t)shape->window_samples, own.window);
#else
    (void)shape;
#endif
    return own;
}

#ifdef KWS_FRONTEND_KEEPS_STATE
#if LANES != 1
#error "a frontend that keeps state takes one frame after the other"
#endif

static kws_status run(const KWS_FRONTEND_PARAMS *params, const lane_memory *parts,
                      const kws_batch_shape *shape, int64_t frame, int8_t *state)
{
    const lane_memory own = prepared(shape, parts);

    return KWS_FRONTEND_RUN(params, own.work, own.window, own.frame,
                            state + frame / shape->frames * shape->state_bytes);
}

#else

static kws_status run(const KWS_FRONTEND_PARAMS *params, const lane_memory *parts,
                      const kws_batch_shape *shape, int64_t frame, int8_t *state)
{
    const lane_memory own = prepared(shape, parts);

    (void)frame;
    (void)state;
    return KWS_FRONTEND_RUN(params, own.work, own.window, own.frame);
}

#endif

int32_t kws_batch_run(const KWS_FRONTEND_PARAMS *params, const kws_batch_shape *shape, void *memory,
                      const int16_t *pcm, int8_t *features, void *state)
{
    const lane_memory parts = divide(shape, memory);
    const int64_t frames = shape->clips * shape->frames;

    for (int64_t first = 0; first < frames; first += LANES) {
        gather(shape, pcm, first, parts.window);
        const kws_status status = run(params, &parts, shape, first, state);
        if (status != KWS_OK) {
            return (int32_t)status;
        }
        for (int64_t lane = 0; lane < LANES && first + lane < frames; lane++) {
            for (int64_t band = 0; band < shape->bands; band++) {
                *features++ = parts.frame[band * LANES + lane];
            }
        }
    }
    return (int32_t)KWS_OK;
}
