/*
 * The nRF52 driver on a made-up PDM: registers are a table here, and time goes by while the driver
 * sleeps, or when the test says so. Every block that the PDM fills counts on from the last one, so
 * a sample that is lost, doubled or swapped is seen. Arguments: what to do; see main().
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_REGISTERS 64

static uint32_t addresses[MOST_REGISTERS];
static volatile uint32_t values[MOST_REGISTERS];
static int registers;
static void (*first_vectors[16])(void);

static volatile uint32_t *fake(uint32_t address)
{
    int i;

    for (i = 0; i < registers; i++) {
        if (addresses[i] == address) {
            return &values[i];
        }
    }
    if (registers == MOST_REGISTERS) {
        exit(9);
    }
    addresses[registers] = address;
    if (address == 0xE000ED08u) {
        values[registers] = (uint32_t)(uintptr_t)first_vectors;
    }
    return &values[registers++];
}

static void sleep_until_interrupt(void);
static int masked;
static volatile uint32_t *watched(uint32_t address);

#define KWS_REGISTER(address) (*watched(address))
#define KWS_MASK_INTERRUPTS() (masked = 1)
#define KWS_UNMASK_INTERRUPTS() unmask()
#define KWS_SLEEP() sleep_until_interrupt()
#define KWS_BARRIER() ((void)0)
static void unmask(void);

#include "audio/nrf52_pdm.c"

static uint16_t next_sample;
static int filling = -1; /* block of the ring */
static int pending;      /* an interrupt that is masked */

/* The crystal starts when it is asked to. */
static volatile uint32_t *watched(uint32_t address)
{
    if (address == 0x40000100u && *fake(0x40000000u) == 1) {
        *fake(address) = 1;
    }
    return fake(address);
}

static void interrupt(void)
{
    if (masked) {
        pending = 1;
    } else if (*fake(0x4001D304u) == 1 && *fake(0xE000E100u) == 1u << 29) {
        vectors[16 + 29]();
    }
}

static void unmask(void)
{
    masked = 0;
    if (pending) {
        pending = 0;
        interrupt();
    }
}

static int placed_block(void)
{
    unsigned i;

    for (i = 0; i < BLOCKS; i++) {
        if ((uint32_t)(uintptr_t)ring[i] == *fake(0x4001D560u)) {
            return (int)i;
        }
    }
    exit(8);
}

static void fill(unsigned from, unsigned to)
{
    unsigned i;

    for (i = from; filling >= 0 && i < to; i++) {
        ring[filling][i] = (int16_t)next_sample++;
    }
}

/* The block that is half filled gets full, and the PDM goes on with the one it was told. */
static void pass_a_block(void)
{
    if (*fake(0x4001D000u) != 1 || *fake(0x4001D500u) != 1) {
        exit(7);
    }
    fill(BLOCK_SAMPLES / 2, BLOCK_SAMPLES);
    filling = placed_block();
    fill(0, BLOCK_SAMPLES / 2);
    *fake(0x4001D100u) = 1;
    interrupt();
}

static void sleep_until_interrupt(void)
{
    pass_a_block();
}

static void print_registers(void)
{
    int i;

    for (i = 0; i < registers; i++) {
        (void)printf("%08x %08x\n", (unsigned)addresses[i], (unsigned)values[i]);
    }
}

/* registers | READS CHUNK SLOW: so many reads of up to CHUNK samples, SLOW blocks after each. */
int main(int argc, char **argv)
{
    static int16_t got[4096];
    uint16_t expected = 0;
    uint32_t known = 0;
    int32_t count, chunk = 1;
    int i, k;

    if (argc == 2) {
        (void)kws_board_audio_read(got, 1);
        print_registers();
        return 0;
    }
    chunk = (int32_t)strtol(argv[2], NULL, 10);
    for (i = 0; i < strtol(argv[1], NULL, 10); i++) {
        count = kws_board_audio_read(got, chunk);
        if (count < 1 || count > chunk) {
            return 2;
        }
        if (kws_board_audio_lost() != known) {
            known = kws_board_audio_lost();
            expected = (uint16_t)got[0]; /* a gap is allowed where it is counted */
        }
        for (k = 0; k < count; k++) {
            if ((uint16_t)got[k] != expected++) {
                (void)printf("read %d: sample %d is %d\n", i, k, got[k]);
                return 1;
            }
        }
        for (k = 0; k < strtol(argv[3], NULL, 10); k++) {
            pass_a_block();
        }
    }
    (void)printf("lost %u\n", (unsigned)kws_board_audio_lost());
    return 0;
}
