/* The clock tree of a family, and what hangs on it: from the clock of reset to the one in board.json. */
#ifndef STM32_CLOCK_H
#define STM32_CLOCK_H

#include <stdint.h>

/* Reports and resets when an oscillator does not start. */
void clock_init(void);
/* What the core runs at now, also in the middle of clock_init. */
uint32_t clock_hz(void);

/* Waits until the masked bits have this value, at most a tenth of a second; then it reports `failure` and resets. */
void clock_wait(volatile uint32_t *where, uint32_t mask, uint32_t value, const char *failure);

/* Each switches the clock of a block on, and resets the block where the family can. */
void clock_enable_port(uint32_t port);
void clock_enable_uart(void);
void clock_enable_dma(void);
/* Time also stands still while a debugger holds the core. */
void clock_enable_timer(void);
/* Whether the UART has been switched on since reset. */
uint32_t clock_uart_is_on(void);

#endif
