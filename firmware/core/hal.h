/*
 * What the core asks of a board. Declared here, implemented by firmware/families/<family>/ (and by host/ for the build
 * that runs on a desk). The core reaches hardware through these functions and nothing else.
 *
 * No function here is called from an interrupt handler; the core itself has none.
 */
#ifndef NEAI_HAL_H
#define NEAI_HAL_H

#include <stdint.h>

/* Order of the table RESET_CAUSES in src/protocol/codes.ts. */
typedef enum {
    RESET_UNKNOWN = 0,
    RESET_POWER_ON = 1,
    RESET_PIN = 2,
    RESET_SOFTWARE = 3,
    RESET_WATCHDOG = 4,
    RESET_BROWN_OUT = 5,
    RESET_LOW_POWER = 6,
    RESET_OPTION_BYTES = 7
} reset_cause_t;

/* Errors of the receiver since boot; they only ever count up. */
typedef struct {
    uint32_t framing;
    uint32_t noise;
    uint32_t overrun;
    uint32_t ring_overflow; /* the DMA ring was overwritten before it was read */
} hal_rx_errors_t;

/* Clocks, cycle counter, unique id, reset cause, painted stack, UART at 115200 8N1 with circular DMA receive. */
void hal_init(void);

/* Copies at most `max` received bytes, oldest first; returns how many. Clears error flags of the receiver and counts
 * them; goes on receiving after any of them. After a ring overflow it returns the bytes after the gap. */
uint32_t hal_rx_read(uint8_t *bytes, uint32_t max);
void hal_rx_errors(hal_rx_errors_t *errors);
/* Line bytes that may wait unread without loss: what hello promises as the window. */
uint32_t hal_rx_window(void);

/* Sends all bytes; returns when the last one is handed to the transmitter. */
void hal_tx(const uint8_t *bytes, uint32_t count);
/* Returns when the last stop bit has left. */
void hal_tx_flush(void);

/* The rate the board would really make for `baud`, or 0 when that is off by more than 1 %. Changes nothing. */
uint32_t hal_baud_possible(uint32_t baud);
/* Changes the rate of transmitter and receiver; the caller has flushed. */
void hal_set_baud(uint32_t baud);

/* Cycle counter of the core clock, wraps at 2^32. */
uint32_t hal_ticks(void);
uint32_t hal_core_clock_hz(void);
/* Own time since boot. */
uint64_t hal_millis(void);
/* Sleeps until something arrives or `max_ms` have passed; 0: no limit. Something that arrived between the last
 * hal_rx_read and this call must wake it at once (WFE with SEVONPEND). May return early at any time. */
void hal_sleep(uint32_t max_ms);
/* System reset by software. Does not return. */
_Noreturn void hal_reset(void);

void hal_unique_id(uint32_t words[3]);
/* DBGMCU_IDCODE as it reads: device in the low 12 bits, revision in the upper half word. */
uint32_t hal_device_id(void);
reset_cause_t hal_reset_cause(void);
/* 1 after power-on, one more with every other reset. */
uint32_t hal_boot_counter(void);
/* Deepest stack since boot in bytes, from the paint. */
uint32_t hal_stack_high_water(void);
/* Paints the free stack anew: what follows is measured. */
void hal_stack_mark(void);
/* Deepest since hal_stack_mark, in bytes: from the top of the stack, and below the frame that called hal_stack_mark (a
 * few words of it are those of measuring). */
void hal_stack_used(uint32_t *total, uint32_t *below_caller);
/* Id of the board as in board.json. */
const char *hal_board_id(void);
/* Build id of this image (the linker's note); *count at most 32. */
const uint8_t *hal_firmware_hash(uint32_t *count);

/* Flash pages that hold stored knowledge and nothing else. */
typedef struct {
    uint32_t slots; /* 0: this board has none, and nothing below is called */
    uint32_t slot_bytes;
    uint32_t page_bytes; /* erased at once; a slot is a whole number of them */
    uint32_t address;
    uint32_t erase_max_us;   /* of one page */
    uint32_t program_max_us; /* of eight bytes */
} hal_store_t;

void hal_store(hal_store_t *store);
/* Offsets count from the start of the store. Each returns 1 when done. */
/* 0 when what lies there is torn: a loss of power has left it half written. */
int hal_store_read(uint32_t offset, uint8_t *bytes, uint32_t count);
/* Erases the page that starts at `offset`. */
int hal_store_erase(uint32_t offset);
/* Writes erased flash; `offset` and `count` are multiples of eight. */
int hal_store_program(uint32_t offset, const uint8_t *bytes, uint32_t count);

/* What a fault handler in the family code knows. Registers a core does not have are 0. */
typedef struct {
    const char *kind; /* "HardFault", "NMI", … */
    uint32_t r[4];
    uint32_t r12;
    uint32_t lr;
    uint32_t pc;
    uint32_t psr;
    uint32_t sp;
    uint32_t cfsr; /* fault status registers: 0 on cores without them */
    uint32_t hfsr;
    uint32_t mmfar;
    uint32_t bfar;
} panic_info_t;

/* For the family's fault handlers: prints the report as one line of text and resets the board. hal_tx must work
 * without interrupts, and the stack must be usable (the handler points it to the top of RAM first). */
_Noreturn void panic_report(const panic_info_t *info);

/* The core's main; the family's reset handler calls it after .data and .bss are set up. */
int main(void);

#endif
