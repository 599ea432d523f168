#include "kws_io.h"

#include <stddef.h>
#include <stdio.h>

/* stdio keeps files as pointers; the caller keeps small numbers. */
#define MOST_FILES 8
static FILE *files[MOST_FILES];

static int32_t open_file(const char *path, const char *mode)
{
    int32_t i;

    for (i = 0; i < MOST_FILES; i++) {
        if (files[i] == NULL) {
            files[i] = fopen(path, mode);
            return files[i] == NULL ? -1 : i;
        }
    }
    return -1;
}

int32_t kws_io_open_to_read(const char *path)
{
    return open_file(path, "rb");
}

int32_t kws_io_open_to_write(const char *path)
{
    return open_file(path, "wb");
}

int32_t kws_io_read(int32_t file, void *data, int32_t bytes)
{
    return (int32_t)fread(data, 1, (size_t)bytes, files[file]);
}

int32_t kws_io_write(int32_t file, const void *data, int32_t bytes)
{
    return (int32_t)fwrite(data, 1, (size_t)bytes, files[file]);
}

void kws_io_close(int32_t file)
{
    (void)fclose(files[file]);
    files[file] = NULL;
}

void kws_io_print(const char *text)
{
    (void)fputs(text, stdout);
    (void)fflush(stdout);
}
