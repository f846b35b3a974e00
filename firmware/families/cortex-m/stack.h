/* The stack lies at the bottom of RAM: what overflows leaves RAM and faults. Paint tells how deep it went. */
#ifndef CORTEX_M_STACK_H
#define CORTEX_M_STACK_H

#include <stdint.h>

/* Above stack_top, up to panic_stack_top, lies the one for the report of a fault. */
extern uint32_t stack_bottom[], stack_top[], panic_stack_top[];

void stack_paint(void);
/* Deepest use since stack_paint, in bytes, whatever was painted anew since. */
uint32_t stack_high_water(void);

#endif
