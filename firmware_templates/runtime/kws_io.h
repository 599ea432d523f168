/*
 * Files and text of the machine that runs the program, or that debugs the board it runs on.
 *
 * kws_io_host.c does it with stdio, kws_io_semihosting.c through a debugger or emulator of an Arm
 * core. Built with KWS_NO_SEMIHOSTING the latter opens nothing and prints nothing, so that a board
 * runs alone.
 */
#ifndef KWS_IO_H
#define KWS_IO_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Opens a file of raw bytes to read it, or to write it from its start. Below 0: cannot. */
int32_t kws_io_open_to_read(const char *path);
int32_t kws_io_open_to_write(const char *path);

/* Reads up to this many bytes; answers how many came, 0 at the end of the file. */
int32_t kws_io_read(int32_t file, void *data, int32_t bytes);

/* Answers how many bytes were written; fewer than asked means an error. */
int32_t kws_io_write(int32_t file, const void *data, int32_t bytes);

void kws_io_close(int32_t file);

/* Prints text as it is: a line ends where the text says so. */
void kws_io_print(const char *text);

/* Prints a decimal number, filled with this character on the left up to this many digits. */
void kws_io_print_number(int32_t value, int32_t digits, char fill);

/* Prints 0x and eight hexadecimal digits. */
void kws_io_print_hex(uint32_t value);

/*
 * For startup.c, on a core only. Splits the command line at spaces, except inside double quotes,
 * into at most limit - 1 words, and ends them with a null pointer. The words live in line.
 * Answers how many there are; 0 when there is no command line or it is longer than line.
 */
int32_t kws_io_arguments(char *line, int32_t line_bytes, char **words, int32_t limit);

/* For startup.c, on a core only. Ends the emulation with this status; alone, waits for ever. */
void kws_io_exit(int32_t status);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KWS_IO_H */
