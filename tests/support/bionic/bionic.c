/* What a library for Android asks of Android's libc and glibc does not have: enough to run
 * TensorFlow Lite's on Linux. It comes as libc.so, a name that glibc does not use. */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define BIONIC_FILE_BYTES 152 /* of a FILE on 64 bits */
#define GLIBC_FILE_BYTES 224  /* with its table of functions */

char __sF[3 * BIONIC_FILE_BYTES + GLIBC_FILE_BYTES]; /* stdin, stdout, stderr */

int *__errno(void)
{
    return &errno;
}

size_t __strlen_chk(const char *text, size_t room)
{
    (void)room;
    return strlen(text);
}

int __system_property_get(const char *name, char *value)
{
    (void)name;
    value[0] = '\0';
    return 0;
}

void android_set_abort_message(const char *message)
{
    (void)fprintf(stderr, "abort: %s\n", message);
}

int __android_log_vprint(int priority, const char *tag, const char *format, va_list arguments)
{
    (void)priority;
    (void)tag;
    (void)format;
    (void)arguments;
    return 0;
}

__attribute__((constructor)) static void lend_stderr(void)
{
    memcpy(__sF + 2 * BIONIC_FILE_BYTES, (const void *)stderr, GLIBC_FILE_BYTES);
}
