/* Reads a WAV file of 16-bit samples in one channel, and says what is wrong with any other. */
#ifndef KWS_WAV_H
#define KWS_WAV_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An open file. Filled by kws_wav_open; the caller owns it. */
typedef struct {
    int32_t file;
    int32_t sample_rate_hz;
    uint32_t bytes_left; /* of the samples, as the header announced */
} kws_wav;

/*
 * Opens a file and stops before its first sample.
 *
 * returns NULL, or what is wrong as text; the file is then closed
 */
const char *kws_wav_open(kws_wav *wav, const char *path);

/*
 * Reads the next samples.
 *
 * pcm      out  int16 [samples]
 * returns how many there were; 0 at the end, -1 when the file ends before its header says so
 */
int32_t kws_wav_read(kws_wav *wav, int16_t *pcm, int32_t samples);

void kws_wav_close(kws_wav *wav);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_WAV_H */
