/* QEMU's microbit: an nRF51822 (nRF51 Series Reference Manual, chapter UART). */
#ifndef WITNESS_CONFIG_H
#define WITNESS_CONFIG_H

#include "cortex-m/core.h"

#define WITNESS_MACHINE "microbit"
#define WITNESS_RING_BYTES 1024u
#define WITNESS_TICK_HZ 16000000u

#define UART(offset) REG32(0x40002000u + (offset))
#define UART_STARTRX UART(0x000u)
#define UART_STARTTX UART(0x008u)
#define UART_RXDRDY UART(0x108u)
#define UART_TXDRDY UART(0x11Cu)
#define UART_ENABLE UART(0x500u)
#define UART_RXD UART(0x518u)
#define UART_TXD UART(0x51Cu)
#define UART_ENABLED 4u

static inline void witness_uart_init(void)
{
    UART_ENABLE = UART_ENABLED;
    UART_STARTRX = 1;
    UART_STARTTX = 1;
}

static inline int witness_uart_has_byte(void)
{
    return UART_RXDRDY != 0u;
}

static inline uint32_t witness_uart_take(void)
{
    UART_RXDRDY = 0;
    return UART_RXD;
}

static inline void witness_uart_send(uint32_t byte)
{
    UART_TXDRDY = 0;
    UART_TXD = byte;
    while (UART_TXDRDY == 0u) {
    }
}

#endif
