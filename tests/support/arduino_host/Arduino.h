/* The few things of an Arduino core that a sketch of edgekws uses, on this machine. */
#ifndef ARDUINO_H
#define ARDUINO_H

#include <cstdint>
#include <cstdio>

class HostSerial
{
public:
    void begin(unsigned long) {}
    explicit operator bool() const { return true; }
    void print(const char *text) { std::fputs(text, stdout); }
    void println(const char *text) { std::puts(text); }
};

extern HostSerial Serial;

/* Nothing but a sketch that gave up waits: it ends the program. */
void delay(unsigned long ms);
void setup();
void loop();

#endif
