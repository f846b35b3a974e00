/*
 * The two DMA transfers of the UART, chapter DMA of each family's reference manual: a ring that never stops, and one
 * buffer out. Channels (STM32F0, F1, L4; behind a DMAMUX on G0 and L5) or streams (F4, F7).
 */
#ifndef STM32_DMA_H
#define STM32_DMA_H

#include "cortex-m/core.h"
#include "registers.h"

#define DMA(offset) REG32(BOARD_DMA_BASE + (offset))
#define RX BOARD_DMA_RX_CHANNEL
#define TX BOARD_DMA_TX_CHANNEL

#if defined(BOARD_DMA_STREAMS)

/* Streams count from 0; the flags of streams 0 to 3 stand in LISR, those of 4 to 7 in HISR. */
#define DMA_ISR(stream) DMA(0x00u + 4u * ((stream) / 4u))
#define DMA_IFCR(stream) DMA(0x08u + 4u * ((stream) / 4u))
#define DMA_CR(stream) DMA(0x10u + 0x18u * (stream))
#define DMA_NDTR(stream) DMA(0x14u + 0x18u * (stream))
#define DMA_PAR(stream) DMA(0x18u + 0x18u * (stream))
#define DMA_MAR(stream) DMA(0x1Cu + 0x18u * (stream))
#define DMA_FLAG_POS(stream) (6u * ((stream) % 2u) + 16u * (((stream) % 4u) / 2u))
#define DMA_FLAG_TE(stream) (1u << 3 << DMA_FLAG_POS(stream))
#define DMA_FLAG_HT(stream) (1u << 4 << DMA_FLAG_POS(stream))
#define DMA_FLAG_TC(stream) (1u << 5 << DMA_FLAG_POS(stream))
#define DMA_FLAG_ALL(stream) (0x3Du << DMA_FLAG_POS(stream))
#define DMA_CR_EN (1u << 0)
#define DMA_CR_HTIE (1u << 3)
#define DMA_CR_TCIE (1u << 4)
#define DMA_CR_FROM_MEMORY (1u << 6)
#define DMA_CR_CIRC (1u << 8)
#define DMA_CR_MINC (1u << 10)
#define DMA_CR_PL_HIGH (2u << 16)
#define DMA_CR_REQUEST(number) ((number) << 25)

static inline void dma_select(uint32_t stream, uint32_t request)
{
    /* A stream takes its time to stop, and its registers can be written only then. */
    DMA_CR(stream) = 0;
    while ((DMA_CR(stream) & DMA_CR_EN) != 0u) {
    }
    (void)request; /* stands in CR: see DMA_CR_REQUEST */
}

#else

/* Channels count from 1. */
#define DMA_ISR(channel) DMA(0x00u)
#define DMA_IFCR(channel) DMA(0x04u)
#define DMA_CR(channel) DMA(0x08u + 20u * ((channel) - 1u))
#define DMA_NDTR(channel) DMA(0x0Cu + 20u * ((channel) - 1u))
#define DMA_PAR(channel) DMA(0x10u + 20u * ((channel) - 1u))
#define DMA_MAR(channel) DMA(0x14u + 20u * ((channel) - 1u))
#define DMA_FLAG_TC(channel) (2u << (4u * ((channel) - 1u)))
#define DMA_FLAG_HT(channel) (4u << (4u * ((channel) - 1u)))
#define DMA_FLAG_TE(channel) (8u << (4u * ((channel) - 1u)))
#define DMA_FLAG_ALL(channel) (0xFu << (4u * ((channel) - 1u)))
#define DMA_CR_EN (1u << 0)
#define DMA_CR_TCIE (1u << 1)
#define DMA_CR_HTIE (1u << 2)
#define DMA_CR_FROM_MEMORY (1u << 4)
#define DMA_CR_CIRC (1u << 5)
#define DMA_CR_MINC (1u << 7)
#define DMA_CR_PL_HIGH (2u << 12)
#define DMA_CR_REQUEST(number) 0u

#if defined(BOARD_DMA_DMAMUX)
#define DMAMUX_CCR(channel) REG32(FAMILY_DMAMUX_BASE + 4u * ((channel) - 1u))
#elif defined(BOARD_DMA_RX_REQUEST)
#define DMA_CSELR DMA(0xA8u)
#endif

static inline void dma_select(uint32_t channel, uint32_t request)
{
    DMA_CR(channel) = 0;
#if defined(BOARD_DMA_DMAMUX)
    DMAMUX_CCR(channel) = request;
#elif defined(BOARD_DMA_RX_REQUEST)
    const uint32_t position = 4u * (channel - 1u);
    DMA_CSELR = (DMA_CSELR & ~(0xFu << position)) | request << position;
#else
    (void)request; /* hard-wired */
#endif
}

#endif

#if !defined(BOARD_DMA_RX_REQUEST)
#define BOARD_DMA_RX_REQUEST 0u
#define BOARD_DMA_TX_REQUEST 0u
#endif

/* Prepares both transfers and starts the ring. */
static inline void dma_start(uint8_t *ring, uint32_t bytes, uint32_t receive_address, uint32_t transmit_address)
{
    dma_select(TX, BOARD_DMA_TX_REQUEST);
    DMA_PAR(TX) = transmit_address;
    dma_select(RX, BOARD_DMA_RX_REQUEST);
    DMA_IFCR(RX) = DMA_FLAG_ALL(RX);
    DMA_IFCR(TX) = DMA_FLAG_ALL(TX);
    DMA_PAR(RX) = receive_address;
    DMA_MAR(RX) = (uint32_t)(uintptr_t)ring;
    DMA_NDTR(RX) = bytes;
    const uint32_t mode = DMA_CR_PL_HIGH | DMA_CR_MINC | DMA_CR_CIRC | DMA_CR_HTIE | DMA_CR_TCIE;
    DMA_CR(RX) = mode | DMA_CR_REQUEST(BOARD_DMA_RX_REQUEST) | DMA_CR_EN;
}

static inline void dma_send(const uint8_t *bytes, uint32_t count)
{
    DMA_MAR(TX) = (uint32_t)(uintptr_t)bytes;
    DMA_NDTR(TX) = count;
    const uint32_t mode = DMA_CR_MINC | DMA_CR_FROM_MEMORY | DMA_CR_TCIE;
    DMA_CR(TX) = mode | DMA_CR_REQUEST(BOARD_DMA_TX_REQUEST) | DMA_CR_EN;
}

static inline void dma_end_sending(void)
{
    dma_select(TX, BOARD_DMA_TX_REQUEST);
    DMA_IFCR(TX) = DMA_FLAG_ALL(TX);
    (void)DMA_ISR(TX);
}

#endif
