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

#endif
