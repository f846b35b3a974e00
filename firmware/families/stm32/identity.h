/* Reset cause and boot counter: read once, before anything else changes them. */
#ifndef STM32_IDENTITY_H
#define STM32_IDENTITY_H

void identity_init(void);

#endif
