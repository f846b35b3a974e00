/*
 * USART with DMA (RM0394, chapters USART and DMA). Receiving never stops: the DMA writes a ring and starts over, and
 * the core follows it by the channel's count of what is left. The line going idle, the newline that ends a record,
 * half and whole turns of the ring, and errors wake a sleeping core; nothing else has to.
 */
#include "serial.h"

#include <string.h>

#include "cortex-m/family.h"
#include "clock.h"
#include "hal.h"
#include "registers.h"
#include "timebase.h"

#define RING_BYTES BOARD_RECEIVE_RING_BYTES
#define RX BOARD_DMA_RX_CHANNEL
#define TX BOARD_DMA_TX_CHANNEL
#define BITS_PER_BYTE 10u
#define END_OF_RECORD 0x0Au
/* Beyond the time the bytes take: a DMA that does not move at all is what this finds. */
#define SEND_SLACK_MICROS 100000u

static uint8_t ring[RING_BYTES];
static uint8_t outgoing[BOARD_TRANSMIT_BUFFER_BYTES];

static struct {
    uint32_t read;    /* place in the ring of the next byte to give out */
    uint32_t written; /* place the DMA had reached when it was last looked at */
    uint32_t waiting; /* bytes between the two */
    uint32_t baud;
    uint32_t sending; /* a transfer from `outgoing` is under way */
    uint32_t polling; /* after a panic: no DMA, no sleep */
    hal_rx_errors_t errors;
} serial;

static uint32_t divisor_of(uint32_t hz, uint32_t baud)
{
    return (hz + baud / 2u) / baud;
}

static void pin_init(uint32_t port, uint32_t pin, uint32_t function)
{
    RCC_AHB2ENR |= 1u << port;
    (void)RCC_AHB2ENR;
    const uint32_t position = 4u * (pin % 8u);
    GPIO_AFR(port, pin) = (GPIO_AFR(port, pin) & ~(0xFu << position)) | function << position;
    GPIO_OSPEEDR(port) = (GPIO_OSPEEDR(port) & ~(3u << 2u * pin)) | GPIO_SPEED_MEDIUM << 2u * pin;
    /* A pull-up keeps an unconnected line idle instead of receiving noise. */
    GPIO_PUPDR(port) = (GPIO_PUPDR(port) & ~(3u << 2u * pin)) | GPIO_PULL_UP << 2u * pin;
    GPIO_MODER(port) = (GPIO_MODER(port) & ~(3u << 2u * pin)) | GPIO_MODE_ALTERNATE << 2u * pin;
}

static void uart_init(uint32_t hz)
{
    RCC_APB1ENR1 |= RCC_APB1_USART2;
    RCC_CCIPR &= ~RCC_CCIPR_USART2SEL_MASK; /* clocked by PCLK1 */
    RCC_APB1RSTR1 |= RCC_APB1_USART2;
    RCC_APB1RSTR1 &= ~RCC_APB1_USART2;
    pin_init(BOARD_UART_TX_PORT, BOARD_UART_TX_PIN, BOARD_UART_TX_FUNCTION);
    pin_init(BOARD_UART_RX_PORT, BOARD_UART_RX_PIN, BOARD_UART_RX_FUNCTION);
    serial.baud = BOARD_UART_DEFAULT_BAUD;
    USART_CR2 = END_OF_RECORD << USART_CR2_ADD_POS;
    USART_CR3 = USART_CR3_EIE | USART_CR3_DMAR | USART_CR3_DMAT;
    USART_BRR = divisor_of(hz, serial.baud);
}

void serial_init(void)
{
    uart_init(BOARD_UART_HZ);

    RCC_AHB1ENR |= RCC_AHB1_DMA1;
    RCC_AHB1RSTR |= RCC_AHB1_DMA1;
    RCC_AHB1RSTR &= ~RCC_AHB1_DMA1;
    DMA_CSELR = (DMA_CSELR & ~(0xFu << DMA_CSELR_POS(RX) | 0xFu << DMA_CSELR_POS(TX))) |
                BOARD_DMA_RX_REQUEST << DMA_CSELR_POS(RX) | BOARD_DMA_TX_REQUEST << DMA_CSELR_POS(TX);
    DMA_CPAR(RX) = USART_RDR_ADDRESS;
    DMA_CMAR(RX) = (uint32_t)(uintptr_t)ring;
    DMA_CNDTR(RX) = RING_BYTES;
    DMA_CCR(RX) = DMA_CCR_PL_HIGH | DMA_CCR_MINC | DMA_CCR_CIRC | DMA_CCR_HTIE | DMA_CCR_TCIE | DMA_CCR_EN;
    DMA_CPAR(TX) = USART_TDR_ADDRESS;

    USART_CR1 = USART_CR1_UE | USART_CR1_RE | USART_CR1_TE | USART_CR1_IDLEIE | USART_CR1_CMIE;
}

static void count_errors(void)
{
    const uint32_t flags = USART_ISR & (USART_FE | USART_NE | USART_ORE);
    if (flags == 0u) {
        return;
    }
    USART_ICR = flags;
    serial.errors.framing += (flags & USART_FE) != 0u;
    serial.errors.noise += (flags & USART_NE) != 0u;
    serial.errors.overrun += (flags & USART_ORE) != 0u;
}

/*
 * Follows the DMA around the ring. `written` says where it is; the transfer-complete flag says that it has passed the
 * end since the last look. More than one turn in between, and the bytes that waited are overwritten.
 */
static void follow_ring(void)
{
    uint32_t left = DMA_CNDTR(RX);
    uint32_t turned = DMA_ISR & DMA_FLAG_TC(RX);
    if (turned != 0u) {
        DMA_IFCR = DMA_FLAG_TC(RX);
        left = DMA_CNDTR(RX); /* the first reading may be from before the turn */
    }
    const uint32_t written = (RING_BYTES - left) % RING_BYTES;
    if (turned == 0u && written < serial.written) {
        return; /* at the end, the count reloaded and the flag not yet up: the next look sees both */
    }
    const uint32_t passed = turned != 0u ? RING_BYTES + written - serial.written : written - serial.written;
    serial.written = written;
    serial.waiting += passed;
    if (serial.waiting >= RING_BYTES) {
        serial.errors.ring_overflow++;
        serial.waiting = 0;
        serial.read = written;
    }
}

uint32_t serial_waiting(void)
{
    follow_ring();
    return serial.waiting;
}

uint32_t serial_acknowledge(void)
{
    count_errors();
    follow_ring();
    USART_ICR = USART_IDLE | USART_CM;
    DMA_IFCR = DMA_FLAG_HT(RX);
    /* Both buses have taken the writes, so the flags are down before the pending bits are taken back. */
    (void)USART_ISR;
    (void)DMA_ISR;
    const uint32_t uart = core_clear_pending(BOARD_UART_IRQ);
    return core_clear_pending(BOARD_DMA_RX_IRQ) | uart;
}

uint32_t hal_rx_read(uint8_t *bytes, uint32_t max)
{
    count_errors();
    follow_ring();
    const uint32_t count = serial.waiting < max ? serial.waiting : max;
    const uint32_t to_end = RING_BYTES - serial.read;
    const uint32_t first = count < to_end ? count : to_end;
    memcpy(bytes, ring + serial.read, first);
    memcpy(bytes + first, ring, count - first);
    serial.read = (serial.read + count) % RING_BYTES;
    serial.waiting -= count;
    return count;
}

void hal_rx_errors(hal_rx_errors_t *errors)
{
    *errors = serial.errors;
}

uint32_t hal_rx_window(void)
{
    return RING_BYTES - 1u; /* a full ring looks like an empty one */
}

static void finish_sending(void)
{
    if (serial.sending == 0u) {
        return;
    }
    const uint64_t deadline = timebase_micros() + SEND_SLACK_MICROS +
                              (uint64_t)serial.sending * BITS_PER_BYTE * 1000000u / serial.baud;
    (void)timebase_acknowledge(); /* an old wake-up that still pends would swallow this one */
    timebase_wake_at(deadline);
    while ((DMA_ISR & DMA_FLAG_TC(TX)) == 0u) {
        if ((DMA_ISR & DMA_FLAG_TE(TX)) != 0u || timebase_micros() >= deadline) {
            family_panic("no-dma-sending");
        }
        core_wait_for_event();
    }
    DMA_CCR(TX) = 0;
    DMA_IFCR = DMA_FLAG_TC(TX) | DMA_FLAG_HT(TX);
    (void)DMA_ISR;
    (void)core_clear_pending(BOARD_DMA_TX_IRQ);
    (void)timebase_acknowledge();
    serial.sending = 0;
}

static void send_by_polling(const uint8_t *bytes, uint32_t count)
{
    for (uint32_t index = 0; index < count; index++) {
        while ((USART_ISR & USART_ISR_TXE) == 0u) {
        }
        USART_TDR = bytes[index];
    }
}

void hal_tx(const uint8_t *bytes, uint32_t count)
{
    if (serial.polling) {
        send_by_polling(bytes, count);
        return;
    }
    while (count > 0u) {
        const uint32_t part = count < sizeof outgoing ? count : (uint32_t)sizeof outgoing;
        finish_sending();
        memcpy(outgoing, bytes, part);
        core_barrier();
        USART_ICR = USART_TC;
        DMA_CMAR(TX) = (uint32_t)(uintptr_t)outgoing;
        DMA_CNDTR(TX) = part;
        DMA_CCR(TX) = DMA_CCR_MINC | DMA_CCR_DIR_FROM_MEMORY | DMA_CCR_TCIE | DMA_CCR_EN;
        serial.sending = part;
        bytes += part;
        count -= part;
    }
}

void hal_tx_flush(void)
{
    if (!serial.polling) {
        finish_sending();
    }
    /* The last byte has left the DMA, and is in the shift register for one byte's time at most. */
    while ((USART_ISR & USART_TC) == 0u) {
    }
}

uint32_t hal_baud_possible(uint32_t baud)
{
    if (baud == 0u || baud > BOARD_UART_MAX_BAUD) {
        return 0;
    }
    const uint32_t divisor = divisor_of(BOARD_UART_HZ, baud);
    if (divisor < 16u || divisor > 0xFFFFu) {
        return 0;
    }
    const uint32_t made = BOARD_UART_HZ / divisor;
    const uint32_t off = made > baud ? made - baud : baud - made;
    return off > baud / 100u ? 0u : made;
}

void hal_set_baud(uint32_t baud)
{
    const uint32_t enabled = USART_CR1;
    USART_CR1 = enabled & ~USART_CR1_UE; /* BRR can be written only while the USART is off */
    USART_BRR = divisor_of(BOARD_UART_HZ, baud);
    serial.baud = baud;
    USART_CR1 = enabled;
}

void family_panic_line(void)
{
    serial.polling = 1;
    if (clock_hz() != BOARD_CORE_HZ || (RCC_APB1ENR1 & RCC_APB1_USART2) == 0u) {
        uart_init(clock_hz());
    } else {
        DMA_CCR(TX) = 0;
    }
    USART_CR3 = 0;
    USART_CR1 = USART_CR1_UE | USART_CR1_TE;
}
