/*
 * The board of a machine that others have modelled: QEMU's. Nothing of ours stands behind these UARTs, so what the
 * firmware answers here is a second opinion on our virtual boards (docs/virtual-board.md, "Witnesses").
 *
 * QEMU's machines have no DMA for the UART and no clock tree, and most of their identity registers are missing: this file
 * takes the place of firmware/families/stm32 and the family. Everything else is the firmware as it is shipped.
 */
#include <string.h>

#include "cortex-m/core.h"
#include "cortex-m/family.h"
#include "cortex-m/stack.h"
#include "hal.h"
#include "witness_config.h"

#define RING_BYTES WITNESS_RING_BYTES
#define SYSTICK_MASK 0x00FFFFFFu
#define BUILD_ID_BYTES 32u

static uint8_t ring[RING_BYTES];
static uint32_t written;
static uint32_t given;
static uint32_t last_tick;
static uint64_t ticks;
extern const uint8_t build_id[];

/* SysTick is read often enough: the core's loop never sleeps here. */
static uint64_t time_in_ticks(void)
{
    const uint32_t now = SYSTICK_CVR;
    ticks += (last_tick - now) & SYSTICK_MASK;
    last_tick = now;
    return ticks;
}

void hal_init(void)
{
    SYSTICK_RVR = SYSTICK_MASK;
    SYSTICK_CSR = SYSTICK_CSR_ENABLE | SYSTICK_CSR_CORE_CLOCK;
    last_tick = SYSTICK_CVR;
    witness_uart_init();
}

static void take_bytes(void)
{
    while (written - given < RING_BYTES && witness_uart_has_byte()) {
        ring[written++ % RING_BYTES] = (uint8_t)witness_uart_take();
    }
}

uint32_t hal_rx_read(uint8_t *bytes, uint32_t max)
{
    take_bytes();
    uint32_t count = 0;
    while (count < max && given != written) {
        bytes[count++] = ring[given++ % RING_BYTES];
    }
    return count;
}

void hal_rx_errors(hal_rx_errors_t *errors)
{
    *errors = (hal_rx_errors_t){0};
}

uint32_t hal_rx_window(void)
{
    return RING_BYTES - 1u;
}

void hal_tx(const uint8_t *bytes, uint32_t count)
{
    for (uint32_t index = 0; index < count; index++) {
        witness_uart_send(bytes[index]);
        take_bytes();
    }
}

void hal_tx_flush(void)
{
}

uint32_t hal_baud_possible(uint32_t baud)
{
    return baud == 115200u ? baud : 0u;
}

void hal_set_baud(uint32_t baud)
{
    (void)baud;
}

uint32_t hal_ticks(void)
{
    return (uint32_t)time_in_ticks();
}

uint32_t hal_core_clock_hz(void)
{
    return WITNESS_TICK_HZ;
}

uint64_t hal_millis(void)
{
    return time_in_ticks() / (WITNESS_TICK_HZ / 1000u);
}

void hal_sleep(uint32_t max_ms)
{
    (void)max_ms;
}

_Noreturn void hal_reset(void)
{
    SCB_AIRCR = AIRCR_KEY | AIRCR_SYSRESETREQ;
    for (;;) {
    }
}

void hal_unique_id(uint32_t words[3])
{
    memcpy(words, "QEMU-WITNESS", 12);
}

uint32_t hal_device_id(void)
{
    return 0;
}

reset_cause_t hal_reset_cause(void)
{
    return RESET_UNKNOWN;
}

uint32_t hal_boot_counter(void)
{
    return 1;
}

uint32_t hal_stack_high_water(void)
{
    return stack_high_water();
}

const char *hal_board_id(void)
{
    return "witness-" WITNESS_MACHINE;
}

const uint8_t *hal_firmware_hash(uint32_t *count)
{
    *count = BUILD_ID_BYTES;
    return build_id;
}

void hal_store(hal_store_t *store)
{
    *store = (hal_store_t){.slots = 0u};
}

int hal_store_erase(uint32_t offset)
{
    (void)offset;
    return 0;
}

int hal_store_program(uint32_t offset, const uint8_t *bytes, uint32_t count)
{
    (void)offset;
    (void)bytes;
    (void)count;
    return 0;
}

int hal_store_read(uint32_t offset, uint8_t *bytes, uint32_t count)
{
    (void)offset;
    (void)bytes;
    (void)count;
    return 0;
}

void family_panic_line(void)
{
}

const char *family_nmi_cause(void)
{
    return "NMI";
}

int family_nmi_expected(void)
{
    return 0;
}
