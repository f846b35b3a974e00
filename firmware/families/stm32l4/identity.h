/* Reset cause and boot counter: read once, before anything else changes them. */
#ifndef STM32L4_IDENTITY_H
#define STM32L4_IDENTITY_H

void identity_init(void);

#endif
