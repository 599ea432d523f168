/* Many clips through one frontend: how Python calls the C that ships. Never exported.
 *
 * Compiled with KWS_FRONTEND_HEADER, KWS_FRONTEND_PARAMS and KWS_FRONTEND_RUN naming the frontend.
 */
#include <stddef.h>
#include <stdint.h>

#include KWS_FRONTEND_HEADER

/*
 * pcm       in   int16 [clips][samples]
 * features  out  int8 [clips][frames][bands]
 * returns the first status other than KWS_OK
 */
int32_t kws_batch_run(const KWS_FRONTEND_PARAMS *params, void *work, const int16_t *pcm,
                      int64_t clips, int64_t samples, int64_t hop, int64_t frames, int64_t bands,
                      int8_t *features);

/* Lets Python check that its idea of the struct has the same size. */
int64_t kws_batch_params_bytes(void);

int32_t kws_batch_run(const KWS_FRONTEND_PARAMS *params, void *work, const int16_t *pcm,
                      int64_t clips, int64_t samples, int64_t hop, int64_t frames, int64_t bands,
                      int8_t *features)
{
    for (int64_t clip = 0; clip < clips; clip++) {
        for (int64_t frame = 0; frame < frames; frame++) {
            const kws_status status =
                KWS_FRONTEND_RUN(params, work, pcm + clip * samples + frame * hop, features);
            if (status != KWS_OK) {
                return (int32_t)status;
            }
            features += bands;
        }
    }
    return (int32_t)KWS_OK;
}

int64_t kws_batch_params_bytes(void)
{
    return (int64_t)sizeof(KWS_FRONTEND_PARAMS);
}
