/* A microphone that plays standard input, raw int16, in blocks of 512 bytes. */
#ifndef PDM_H
#define PDM_H

#include <cstdint>

class HostMicrophone
{
public:
    void onReceive(void (*callback)());
    bool begin(int channels, int sample_rate_hz);
    int available();
    int read(void *to, int bytes);
};

extern HostMicrophone PDM;

#endif
