/* QEMU's stm32vldiscovery: an STM32F100 (RM0041). Its first serial line is USART1. */
#ifndef WITNESS_CONFIG_H
#define WITNESS_CONFIG_H

#define WITNESS_MACHINE "stm32vldiscovery"
#define WITNESS_RING_BYTES 1024u
#define WITNESS_TICK_HZ 24000000u
#define WITNESS_UART_BASE 0x40013800u

#include "uart_stm32.h"

#endif
