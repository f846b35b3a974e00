/*
 * The vector table: the same on every board but for the number of interrupts. No interrupt is ever enabled; each entry
 * leads to a report all the same, so that a stray one is seen.
 */
#include "board_config.h"

    .syntax unified
    .section .vectors, "a", %progbits
    .global vectors
    .type vectors, %object
vectors:
    .word stack_top
    .word reset_handler
    .word nmi_handler
    .word hardfault_handler
    .rept 12 + BOARD_INTERRUPTS
    .word unexpected_handler
    .endr
    .size vectors, . - vectors
