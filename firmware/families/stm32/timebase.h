/* The board's own time, which goes on while the core sleeps. */
#ifndef STM32_TIMEBASE_H
#define STM32_TIMEBASE_H

#include <stdint.h>

void timebase_init(void);
/* Since timebase_init. Has to be called once in every turn of the counter, a minute or more; the wrap wakes a sleeping
 * core for that. */
uint64_t timebase_micros(void);
/* From now on the timer wakes a sleeping core once, at this time or earlier: half a turn of the timer from now at most. */
void timebase_wake_at(uint64_t micros);
/* Takes back a wake-up that has happened, so that the next one is an event again. Returns non-zero when another came
 * meanwhile: then the core must not sleep yet. */
uint32_t timebase_acknowledge(void);

#endif
