/* The first generation of the STM32 USART (RM0041, RM0090, chapter USART), polled. */
#ifndef WITNESS_UART_STM32_H
#define WITNESS_UART_STM32_H

#include "cortex-m/core.h"

#define USART_SR REG32(WITNESS_UART_BASE + 0x00u)
#define USART_DR REG32(WITNESS_UART_BASE + 0x04u)
#define USART_CR1 REG32(WITNESS_UART_BASE + 0x0Cu)
#define USART_SR_RXNE (1u << 5)
#define USART_SR_TXE (1u << 7)
#define USART_CR1_RE_TE_UE (1u << 2 | 1u << 3 | 1u << 13)

static inline void witness_uart_init(void)
{
    USART_CR1 = USART_CR1_RE_TE_UE;
}

static inline int witness_uart_has_byte(void)
{
    return (USART_SR & USART_SR_RXNE) != 0u;
}

static inline uint32_t witness_uart_take(void)
{
    return USART_DR;
}

static inline void witness_uart_send(uint32_t byte)
{
    while ((USART_SR & USART_SR_TXE) == 0u) {
    }
    USART_DR = byte;
}

#endif
