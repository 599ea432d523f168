/* Runs a sketch: setup once, then loop until standard input has been played. With an argument N,
 * N blocks of sound come between two loops, so that a ring overflows. */
#include "Arduino.h"
#include "PDM.h"

#include <cstdlib>
#include <cstring>

static const int BLOCK = 512;

HostSerial Serial;
HostMicrophone PDM;

static char block[BLOCK];
static int there;
static void (*received)();

void delay(unsigned long)
{
    std::exit(1);
}

void HostMicrophone::onReceive(void (*callback)())
{
    received = callback;
}

bool HostMicrophone::begin(int channels, int sample_rate_hz)
{
    return channels == 1 && sample_rate_hz == 16000;
}

int HostMicrophone::available()
{
    return there;
}

int HostMicrophone::read(void *to, int bytes)
{
    const int count = bytes < there ? bytes : there;

    std::memcpy(to, block, static_cast<std::size_t>(count));
    std::memmove(block, block + count, static_cast<std::size_t>(there - count));
    there -= count;
    return count;
}

static bool hear()
{
    there = static_cast<int>(std::fread(block, 1, BLOCK, stdin));
    if (there == 0 || received == nullptr) {
        return false;
    }
    received();
    return true;
}

int main(int argc, char **argv)
{
    const int blocks = argc > 1 ? std::atoi(argv[1]) : 1;
    bool more = true;

    setup();
    while (more) {
        for (int i = 0; i < blocks && more; i++) {
            more = hear();
        }
        for (int i = 0; i < 4; i++) {
            loop();
        }
    }
    return 0;
}
