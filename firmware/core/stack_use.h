/* Deepest stack of each command since boot, for stack_use. */
#ifndef NEAI_STACK_USE_H
#define NEAI_STACK_USE_H

#include <stdint.h>

/* Around a call into the library: hal_stack_mark before it, this behind it. */
void stack_use_library(uint8_t command);
/* Around every command. Those that have told of their library call are measured by that alone. */
void stack_use_begin(uint8_t command);
void stack_use_end(uint8_t command);

#endif
