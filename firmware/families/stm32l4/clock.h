/* From the 4 MHz of reset to 80 MHz. */
#ifndef STM32L4_CLOCK_H
#define STM32L4_CLOCK_H

#include <stdint.h>

/* Needs the cycle counter for its deadlines. Reports and resets when an oscillator does not start. */
void clock_init(void);
/* What the core runs at now, also in the middle of clock_init. */
uint32_t clock_hz(void);

#endif
