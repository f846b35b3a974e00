/* The line rate: raised on request, given up for the rate after reset when nobody is heard. */
#ifndef NEAI_BAUD_H
#define NEAI_BAUD_H

#include <stdint.h>

uint32_t baud_now(void);
/* Flushes, then changes the rate. */
void baud_change(uint32_t baud);
/* A valid frame was handled; starts the time of silence anew, so that time inside a call does not count. */
void baud_heard(void);
/* Falls back when it is time to. Returns how long the board may sleep in ms, 0: for ever. */
uint32_t baud_watch(void);

#endif
