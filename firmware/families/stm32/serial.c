/*
 * UART with DMA (uart.h and dma.h name the manuals). Receiving never stops: the DMA writes a ring and starts over, and
 * the core follows it by the count of what is left. The line going idle, the newline that ends a record (where the UART
 * can match it), half and whole turns of the ring, and errors wake a sleeping core; nothing else has to.
 */
#include "serial.h"

#include <string.h>

#include "cortex-m/family.h"
#include "clock.h"
#include "dma.h"
#include "gpio.h"
#include "hal.h"
#include "timebase.h"
#include "uart.h"

#define RING_BYTES BOARD_RECEIVE_RING_BYTES
#define BITS_PER_BYTE 10u
#define LOOK_AGAIN_BYTES 96u
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

static void uart_init(uint32_t hz)
{
    clock_enable_uart();
    clock_enable_port(BOARD_UART_TX_PORT);
    clock_enable_port(BOARD_UART_RX_PORT);
    gpio_uart_pins();
    serial.baud = BOARD_UART_DEFAULT_BAUD;
    UART_CR2 = UART_CR2_VALUE;
    UART_CR3 = UART_CR3_EIE | UART_CR3_DMAR | UART_CR3_DMAT;
    UART_BRR = uart_divisor(hz, serial.baud);
}

void serial_init(void)
{
    uart_init(BOARD_UART_HZ);
    clock_enable_dma();
    dma_start(ring, RING_BYTES, UART_RECEIVE_ADDRESS, UART_TRANSMIT_ADDRESS);
    UART_CR1 = UART_CR1_UE | UART_CR1_RE | UART_CR1_TE | UART_CR1_WAKES;
}

static void count_errors(void)
{
    const uint32_t flags = uart_flags() & UART_ERRORS;
    if (flags == 0u) {
        return;
    }
    uart_clear(flags);
    serial.errors.framing += (flags & UART_FE) != 0u;
    serial.errors.noise += (flags & UART_NE) != 0u;
    serial.errors.overrun += (flags & UART_ORE) != 0u;
}

/*
 * Follows the DMA around the ring. `written` says where it is; the transfer-complete flag says that it has passed the
 * end since the last look. More than one turn in between, and the bytes that waited are overwritten.
 */
static void follow_ring(void)
{
    uint32_t left = DMA_NDTR(RX);
    uint32_t turned = DMA_ISR(RX) & DMA_FLAG_TC(RX);
    if (turned != 0u) {
        DMA_IFCR(RX) = DMA_FLAG_TC(RX);
        left = DMA_NDTR(RX); /* the first reading may be from before the turn */
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

/*
 * Where both transfers share an interrupt, the flag of one that has ended would hold the request up until the next
 * answer, and the core would not sleep between two requests.
 */
static void end_what_is_sent(void)
{
#if BOARD_DMA_RX_IRQ == BOARD_DMA_TX_IRQ
    if (serial.sending != 0u && (DMA_ISR(TX) & DMA_FLAG_TC(TX)) != 0u) {
        dma_end_sending();
        serial.sending = 0;
    }
#endif
}

uint32_t serial_acknowledge(void)
{
    count_errors();
    end_what_is_sent();
    follow_ring();
    uart_clear_wakes();
    DMA_IFCR(RX) = DMA_FLAG_HT(RX);
    /* Both buses have taken the writes, so the flags are down before the pending bits are taken back. */
    (void)uart_flags();
    (void)DMA_ISR(RX);
    const uint32_t uart = core_clear_pending(BOARD_UART_IRQ);
    return core_clear_pending(BOARD_DMA_RX_IRQ) | uart;
}

/*
 * Without a match on the newline the end of a unit shows when the line goes idle or half a ring is full: with the next
 * unit behind it up to half a ring late, and the host waits for its answer. So as long as a record is coming in, and only
 * then, the timer is asked too. A line that stops in mid-record is looked at once more, and left to its idle flag.
 */
uint32_t serial_look_again_micros(void)
{
    static uint32_t looked_at;
    const uint32_t has_moved = serial.written != looked_at;
    looked_at = serial.written;
    if (UART_MATCHES_END || !has_moved || ring[(serial.written + RING_BYTES - 1u) % RING_BYTES] == UART_END_OF_RECORD) {
        return 0;
    }
    return LOOK_AGAIN_BYTES * BITS_PER_BYTE * 1000000u / serial.baud;
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

/*
 * Lets what may share an interrupt with the transfer go down, and arms the timer: after this only the end of the
 * transfer, or the deadline, is left to end a sleep; anything else wakes the loop for another look.
 */
static void prepare_to_wait(uint64_t deadline)
{
    (void)timebase_acknowledge(); /* an old wake-up that still pends would swallow this one */
    timebase_wake_at(deadline);
#if BOARD_DMA_RX_IRQ == BOARD_DMA_TX_IRQ
    follow_ring();
    DMA_IFCR(RX) = DMA_FLAG_HT(RX);
#endif
    (void)DMA_ISR(TX);
    (void)core_clear_pending(BOARD_DMA_TX_IRQ);
}

static void finish_sending(void)
{
    if (serial.sending == 0u) {
        return;
    }
    const uint64_t deadline = timebase_micros() + SEND_SLACK_MICROS +
                              (uint64_t)serial.sending * BITS_PER_BYTE * 1000000u / serial.baud;
    for (;;) {
        prepare_to_wait(deadline);
        const uint32_t flags = DMA_ISR(TX);
        if ((flags & DMA_FLAG_TC(TX)) != 0u) {
            break;
        }
        if ((flags & DMA_FLAG_TE(TX)) != 0u || timebase_micros() >= deadline) {
            family_panic("no-dma-sending");
        }
        core_wait_for_event();
    }
    dma_end_sending();
    (void)core_clear_pending(BOARD_DMA_TX_IRQ);
    (void)timebase_acknowledge();
    serial.sending = 0;
}

static void send_by_polling(const uint8_t *bytes, uint32_t count)
{
    for (uint32_t index = 0; index < count; index++) {
        while ((uart_flags() & UART_TXE) == 0u) {
        }
        uart_send(bytes[index]);
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
        uart_clear_sent();
        dma_send(outgoing, part);
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
    while ((uart_flags() & UART_TC) == 0u) {
    }
}

uint32_t hal_baud_possible(uint32_t baud)
{
    if (baud == 0u || baud > BOARD_UART_MAX_BAUD) {
        return 0;
    }
    const uint32_t divisor = uart_divisor(BOARD_UART_HZ, baud);
    if (divisor < UART_BRR_LEAST || divisor > UART_BRR_MOST) {
        return 0;
    }
    const uint32_t made = uart_rate(BOARD_UART_HZ, divisor);
    const uint32_t off = made > baud ? made - baud : baud - made;
    return off > baud / 100u ? 0u : made;
}

void hal_set_baud(uint32_t baud)
{
    const uint32_t enabled = UART_CR1;
    UART_CR1 = enabled & ~UART_CR1_UE; /* BRR can be written only while the UART is off */
    UART_BRR = uart_divisor(BOARD_UART_HZ, baud);
    serial.baud = baud;
    UART_CR1 = enabled;
}

void family_panic_line(void)
{
    serial.polling = 1;
    if (clock_hz() != BOARD_CORE_HZ || !clock_uart_is_on()) {
        uart_init(clock_hz() == BOARD_CORE_HZ ? BOARD_UART_HZ : clock_hz());
    } else {
        DMA_CR(TX) = 0;
    }
    UART_CR3 = 0;
    UART_CR1 = UART_CR1_UE | UART_CR1_TE;
}
