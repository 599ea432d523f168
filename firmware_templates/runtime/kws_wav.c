#include "kws_wav.h"

#include <stdbool.h>
#include <stddef.h>

#include "kws_io.h"

#define FORMAT_PCM 1u
#define FORMAT_EXTENSIBLE 0xFFFEu /* the real one stands at byte 24 of the chunk */
#define FORMAT_BYTES 26           /* of the format chunk, as far as it is read */

static uint32_t number(const uint8_t *bytes, int32_t count)
{
    uint32_t value = 0;

    while (count > 0) {
        count--;
        value = (value << 8) | bytes[count];
    }
    return value;
}

static bool is_tag(const uint8_t *bytes, const char *tag)
{
    return bytes[0] == (uint8_t)tag[0] && bytes[1] == (uint8_t)tag[1] &&
           bytes[2] == (uint8_t)tag[2] && bytes[3] == (uint8_t)tag[3];
}

static bool skip(int32_t file, uint32_t bytes)
{
    uint8_t block[32];

    while (bytes > 0u) {
        const int32_t next = bytes < sizeof block ? (int32_t)bytes : (int32_t)sizeof block;

        if (kws_io_read(file, block, next) != next) {
            return false;
        }
        bytes -= (uint32_t)next;
    }
    return true;
}

/* Reads the format chunk of this size, without the byte that makes an odd size even. */
static const char *read_format(kws_wav *wav, uint32_t bytes)
{
    uint8_t chunk[FORMAT_BYTES] = {0};
    const int32_t used = bytes < FORMAT_BYTES ? (int32_t)bytes : FORMAT_BYTES;
    uint32_t format;

    if (bytes < 16u || kws_io_read(wav->file, chunk, used) != used ||
        !skip(wav->file, bytes - (uint32_t)used)) {
        return "its format chunk is damaged";
    }
    format = number(chunk, 2);
    if (format == FORMAT_EXTENSIBLE) {
        format = number(chunk + 24, 2);
    }
    if (format != FORMAT_PCM || number(chunk + 14, 2) != 16u) {
        return "its samples are not 16-bit PCM";
    }
    if (number(chunk + 2, 2) != 1u) {
        return "it has more than one channel";
    }
    wav->sample_rate_hz = (int32_t)(number(chunk + 4, 4) & 0x7FFFFFFFu);
    return NULL;
}

/* Goes from chunk to chunk until the samples begin. */
static const char *find_samples(kws_wav *wav)
{
    uint8_t head[12];
    const char *wrong = NULL;
    uint32_t bytes;

    if (kws_io_read(wav->file, head, 12) != 12 || !is_tag(head, "RIFF") ||
        !is_tag(head + 8, "WAVE")) {
        return "not a WAV file";
    }
    while (wrong == NULL) {
        if (kws_io_read(wav->file, head, 8) != 8) {
            return "it holds no samples";
        }
        bytes = number(head + 4, 4);
        if (is_tag(head, "data")) {
            wav->bytes_left = bytes;
            return wav->sample_rate_hz == 0 ? "its format chunk is missing" : NULL;
        }
        if (is_tag(head, "fmt ")) {
            wrong = read_format(wav, bytes);
            bytes = 0;
        }
        if (wrong == NULL && !skip(wav->file, bytes + (number(head + 4, 1) & 1u))) {
            return "it ends within a chunk";
        }
    }
    return wrong;
}

const char *kws_wav_open(kws_wav *wav, const char *path)
{
    const char *wrong;

    wav->sample_rate_hz = 0;
    wav->bytes_left = 0;
    wav->file = kws_io_open_to_read(path);
    if (wav->file < 0) {
        return "cannot open it";
    }
    wrong = find_samples(wav);
    if (wrong != NULL) {
        kws_io_close(wav->file);
    }
    return wrong;
}

int32_t kws_wav_read(kws_wav *wav, int16_t *pcm, int32_t samples)
{
    const uint32_t there = wav->bytes_left / 2u;
    const int32_t wanted = there < (uint32_t)samples ? (int32_t)there : samples;
    int32_t i;

    if (kws_io_read(wav->file, pcm, 2 * wanted) != 2 * wanted) {
        return -1;
    }
    for (i = 0; i < wanted; i++) {
        /* The file has the low byte first, whatever this machine has. */
        const uint8_t *bytes = (const uint8_t *)&pcm[i];
        const int32_t value = (int32_t)number(bytes, 2);

        pcm[i] = (int16_t)(value > INT16_MAX ? value - 65536 : value);
    }
    wav->bytes_left -= 2u * (uint32_t)wanted;
    return wanted;
}

void kws_wav_close(kws_wav *wav)
{
    kws_io_close(wav->file);
}
