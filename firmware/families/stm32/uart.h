/*
 * The UART's registers, chapter USART (or LPUART) of each family's reference manual. Two generations: one status and one
 * data register (STM32F1, F4), and ISR, ICR, RDR and TDR (all later ones). The LPUART is of the second and has a
 * divider of its own.
 */
#ifndef STM32_UART_H
#define STM32_UART_H

#include "cortex-m/core.h"
#include "registers.h"

#define UART(offset) REG32(BOARD_UART_BASE + (offset))
#define UART_END_OF_RECORD 0x0Au

/* The same bits in SR of the first generation and in ISR and ICR of the second. */
#define UART_FE (1u << 1)
#define UART_NE (1u << 2)
#define UART_ORE (1u << 3)
#define UART_IDLE (1u << 4)
#define UART_RXNE (1u << 5)
#define UART_TC (1u << 6)
#define UART_TXE (1u << 7)
#define UART_ERRORS (UART_FE | UART_NE | UART_ORE)

#define UART_CR1_RE (1u << 2)
#define UART_CR1_TE (1u << 3)
#define UART_CR1_IDLEIE (1u << 4)
#define UART_CR3_EIE (1u << 0)
#define UART_CR3_DMAR (1u << 6)
#define UART_CR3_DMAT (1u << 7)

#if FAMILY_UART_GENERATION == 1

#define UART_SR UART(0x00u)
#define UART_DR UART(0x04u)
#define UART_BRR UART(0x08u)
#define UART_CR1 UART(0x0Cu)
#define UART_CR2 UART(0x10u)
#define UART_CR3 UART(0x14u)
#define UART_CR1_UE (1u << 13)
#define UART_RECEIVE_ADDRESS (BOARD_UART_BASE + 0x04u)
#define UART_TRANSMIT_ADDRESS UART_RECEIVE_ADDRESS
/* No character match: a sleeping core wakes one byte's time after a record, when the line is idle. */
#define UART_CR1_WAKES UART_CR1_IDLEIE
#define UART_CR2_VALUE 0u

static inline uint32_t uart_flags(void)
{
    return UART_SR;
}

/*
 * Flags go down by a read of SR and then of DR. The DMA reads DR for every byte, so the pair is ours to complete only
 * when no byte waits for it; a byte that comes in between is lost, and the frame it belongs to is refused by its CRC and
 * sent again. IDLE rises a whole byte's time after the last byte, so that takes a sender who begins at this very moment.
 */
static inline void uart_clear(uint32_t flags)
{
    if ((flags & (UART_ERRORS | UART_IDLE)) != 0u && (UART_SR & UART_RXNE) == 0u) {
        (void)UART_DR;
    }
}

static inline void uart_clear_wakes(void)
{
    uart_clear(UART_SR & UART_IDLE);
}

static inline void uart_clear_sent(void)
{
    UART_SR = ~UART_TC;
}

/* Nothing here tells of the newline that ends a record. */
#define UART_MATCHES_END 0u

#else

#define UART_CR1 UART(0x00u)
#define UART_CR2 UART(0x04u)
#define UART_CR3 UART(0x08u)
#define UART_BRR UART(0x0Cu)
#define UART_ISR UART(0x1Cu)
#define UART_ICR UART(0x20u)
#define UART_CR1_UE (1u << 0)
#define UART_CR1_CMIE (1u << 14)
#define UART_CM (1u << 17)
#define UART_RECEIVE_ADDRESS (BOARD_UART_BASE + 0x24u)
#define UART_TRANSMIT_ADDRESS (BOARD_UART_BASE + 0x28u)
#define UART_CR1_WAKES (UART_CR1_IDLEIE | UART_CR1_CMIE)
#define UART_CR2_VALUE (UART_END_OF_RECORD << 24)
#define UART_MATCHES_END 1u

static inline uint32_t uart_flags(void)
{
    return UART_ISR;
}

static inline void uart_clear(uint32_t flags)
{
    UART_ICR = flags & UART_ERRORS;
}

static inline void uart_clear_wakes(void)
{
    UART_ICR = UART_IDLE | UART_CM;
}

static inline void uart_clear_sent(void)
{
    UART_ICR = UART_TC;
}

#endif

#if defined(BOARD_UART_LPUART1)
/* The LPUART divides 256 times its clock: BRR from 0x300 to 0xFFFFF. */
#define UART_BRR_LEAST 0x300u
#define UART_BRR_MOST 0xFFFFFu
#define UART_CLOCK_FACTOR 256u
#else
#define UART_BRR_LEAST 16u
#define UART_BRR_MOST 0xFFFFu
#define UART_CLOCK_FACTOR 1u
#endif

/* BRR for a rate at a clock, rounded to the nearest. */
static inline uint32_t uart_divisor(uint32_t hz, uint32_t baud)
{
    return (uint32_t)(((uint64_t)hz * UART_CLOCK_FACTOR + baud / 2u) / baud);
}

/* The rate that a BRR makes. */
static inline uint32_t uart_rate(uint32_t hz, uint32_t divisor)
{
    return (uint32_t)((uint64_t)hz * UART_CLOCK_FACTOR / divisor);
}

static inline void uart_send(uint32_t byte)
{
    REG32(UART_TRANSMIT_ADDRESS) = byte;
}

#endif
