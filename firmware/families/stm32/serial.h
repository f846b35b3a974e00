/* The UART behind the virtual COM port: circular DMA in, DMA out, no interrupt handler. */
#ifndef STM32_SERIAL_H
#define STM32_SERIAL_H

#include <stdint.h>

void serial_init(void);
/* Whether bytes wait that serial_read has not given out. */
uint32_t serial_waiting(void);
/* Takes back wake-ups of the receiver that have happened, so that the next byte is an event again. Returns non-zero when
 * another came meanwhile: then the core must not sleep yet. */
uint32_t serial_acknowledge(void);
/*
 * Time in which to look at the line again though nothing will wake the core: 0, or that of some bytes in the middle of a
 * record whose end the UART does not tell of. Asked once before each sleep.
 */
uint32_t serial_look_again_micros(void);

#endif
