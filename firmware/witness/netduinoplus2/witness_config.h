/* QEMU's netduinoplus2: an STM32F405 (RM0090). Its first serial line is USART1. */
#ifndef WITNESS_CONFIG_H
#define WITNESS_CONFIG_H

#define WITNESS_MACHINE "netduinoplus2"
#define WITNESS_RING_BYTES 4096u
#define WITNESS_TICK_HZ 168000000u
#define WITNESS_UART_BASE 0x40011000u

#include "uart_stm32.h"

#endif
