#include "kws_io.h"

#include <stddef.h>

#if defined(__arm__)

/* Operations and modes of Arm's "Semihosting for AArch32 and AArch64". */
#define SYS_OPEN 0x01
#define SYS_CLOSE 0x02
#define SYS_WRITE0 0x04
#define SYS_WRITE 0x05
#define SYS_READ 0x06
#define SYS_GET_CMDLINE 0x15
#define SYS_EXIT_EXTENDED 0x20
#define OPEN_TO_READ 1u  /* "rb" */
#define OPEN_TO_WRITE 5u /* "wb" */
#define APPLICATION_EXIT 0x20026u

/* On a core without a debugger the breakpoint would be a fault. */
static int32_t call(int32_t operation, const void *block)
{
#ifdef KWS_NO_SEMIHOSTING
    (void)operation;
    (void)block;
    return -1;
#else
    register int32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = block;

    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
#endif
}

static uint32_t address(const void *data)
{
    return (uint32_t)(uintptr_t)data;
}

static int32_t open_file(const char *path, uint32_t mode)
{
    uint32_t block[3];
    uint32_t length = 0;

    while (path[length] != '\0') {
        length++;
    }
    block[0] = address(path);
    block[1] = mode;
    block[2] = length;
    return call(SYS_OPEN, block);
}

int32_t kws_io_open_to_read(const char *path)
{
    return open_file(path, OPEN_TO_READ);
}

int32_t kws_io_open_to_write(const char *path)
{
    return open_file(path, OPEN_TO_WRITE);
}

/* Reading and writing answer how many bytes were NOT done, or a negative number. */
static int32_t transfer(int32_t operation, int32_t file, const void *data, int32_t bytes)
{
    uint32_t block[3];
    int32_t left;

    block[0] = (uint32_t)file;
    block[1] = address(data);
    block[2] = (uint32_t)bytes;
    left = call(operation, block);
    return left < 0 || left > bytes ? 0 : bytes - left;
}

int32_t kws_io_read(int32_t file, void *data, int32_t bytes)
{
    return transfer(SYS_READ, file, data, bytes);
}

int32_t kws_io_write(int32_t file, const void *data, int32_t bytes)
{
    return transfer(SYS_WRITE, file, data, bytes);
}

void kws_io_close(int32_t file)
{
    uint32_t block[1];

    block[0] = (uint32_t)file;
    (void)call(SYS_CLOSE, block);
}

void kws_io_print(const char *text)
{
    (void)call(SYS_WRITE0, text);
}

/* Cuts the next word out of the line at *at; a null pointer when there is none. */
static char *next_word(char **at)
{
    char *from = *at;
    char *word;
    char end = ' ';

    while (*from == ' ') {
        from++;
    }
    if (*from == '\0') {
        return NULL;
    }
    if (*from == '"') {
        end = '"';
        from++;
    }
    word = from;
    while (*from != end && *from != '\0') {
        from++;
    }
    *at = from;
    if (*from != '\0') {
        *from = '\0';
        *at = from + 1;
    }
    return word;
}

int32_t kws_io_arguments(char *line, int32_t line_bytes, char **words, int32_t limit)
{
    uint32_t block[2];
    int32_t count = 0;

    block[0] = address(line);
    block[1] = (uint32_t)line_bytes;
    line[0] = '\0';
    if (call(SYS_GET_CMDLINE, block) != 0) {
        line[0] = '\0';
    }
    while (count < limit - 1) {
        words[count] = next_word(&line);
        if (words[count] == NULL) {
            break;
        }
        count++;
    }
    words[count] = NULL;
    return count;
}

void kws_io_exit(int32_t status)
{
    uint32_t block[2];

    block[0] = APPLICATION_EXIT;
    block[1] = (uint32_t)status;
    (void)call(SYS_EXIT_EXTENDED, block);
    for (;;) {
    }
}

#endif /* __arm__ */
