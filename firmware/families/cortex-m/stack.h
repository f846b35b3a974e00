/* The stack lies at the bottom of RAM: what overflows leaves RAM and faults. Paint tells how deep it went. */
#ifndef CORTEX_M_STACK_H
#define CORTEX_M_STACK_H

#include <stdint.h>

extern uint32_t stack_bottom[], stack_top[];

void stack_paint(void);
/* Deepest use since stack_paint, in bytes. */
uint32_t stack_high_water(void);

#endif
