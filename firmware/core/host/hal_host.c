/*
 * A board made of two pipes: the real core over standard input and output. Its resets are new starts of the program;
 * it ends when standard input ends. Environment variables, for tests only:
 *   NEAI_HOST_RESET_AT   number of the frame or text line whose sending is replaced by a watchdog reset
 *   NEAI_HOST_PANIC_AT   the same, with a panic report
 *   NEAI_HOST_TIME       own time runs so many times faster than the wall clock
 *   NEAI_HOST_WINDOW     line bytes promised as the window
 *   NEAI_HOST_STORE      file that is the flash store; without it the board has none
 *   NEAI_HOST_STORE_CUT  number of the erase or eight bytes programmed before which power is lost
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "hal.h"
#include "protocol.h"

static uint64_t start_ns;
static uint8_t out[4096];
static uint32_t out_count;
static uint32_t records_sent;

static unsigned long setting(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);
    return text == NULL ? otherwise : strtoul(text, NULL, 10);
}

static uint64_t wall_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static _Noreturn void start_again(const char *cause)
{
    char boot[16];
    (void)snprintf(boot, sizeof boot, "%u", (unsigned)hal_boot_counter() + 1u);
    setenv("NEAI_HOST_BOOT", boot, 1);
    setenv("NEAI_HOST_CAUSE", cause, 1);
    unsetenv("NEAI_HOST_RESET_AT");
    unsetenv("NEAI_HOST_PANIC_AT");
    char path[] = "/proc/self/exe";
    char *arguments[] = {path, NULL};
    execv(path, arguments);
    abort();
}

void hal_init(void)
{
    start_ns = wall_ns();
}

uint32_t hal_rx_read(uint8_t *bytes, uint32_t max)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    if (poll(&input, 1, 0) <= 0) {
        return 0;
    }
    ssize_t count = read(STDIN_FILENO, bytes, max);
    if (count == 0) {
        exit(0);
    }
    return count < 0 ? 0u : (uint32_t)count;
}

void hal_rx_errors(hal_rx_errors_t *errors)
{
    *errors = (hal_rx_errors_t){0};
}

uint32_t hal_rx_window(void)
{
    return (uint32_t)setting("NEAI_HOST_WINDOW", 4096);
}

void hal_tx_flush(void)
{
    uint32_t sent = 0;
    while (sent < out_count) {
        ssize_t count = write(STDOUT_FILENO, &out[sent], out_count - sent);
        if (count < 0 && errno != EINTR) {
            exit(0);
        }
        sent += count < 0 ? 0u : (uint32_t)count;
    }
    out_count = 0;
}

/* A record is complete: it leaves, or the fault asked for happens in its place. */
static void record_done(void)
{
    records_sent++;
    if (records_sent == setting("NEAI_HOST_RESET_AT", 0)) {
        start_again("4");
    }
    if (records_sent == setting("NEAI_HOST_PANIC_AT", 0)) {
        out_count = 0;
        unsetenv("NEAI_HOST_PANIC_AT");
        panic_report(&(panic_info_t){.kind = "HardFault", .pc = 0x08001234u, .lr = 0x08004321u, .cfsr = 0x00008200u});
    }
    hal_tx_flush();
}

void hal_tx(const uint8_t *bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (out_count == sizeof out) {
            hal_tx_flush();
        }
        out[out_count++] = bytes[i];
        if (bytes[i] == '\n' && out_count > 1u) {
            record_done();
        }
    }
}

uint32_t hal_baud_possible(uint32_t baud)
{
    return baud >= 9600u && baud <= 2000000u ? baud : 0u;
}

void hal_set_baud(uint32_t baud)
{
    (void)baud;
}

uint32_t hal_ticks(void)
{
    return (uint32_t)wall_ns();
}

uint32_t hal_core_clock_hz(void)
{
    return 1000000000u;
}

uint64_t hal_millis(void)
{
    return (wall_ns() - start_ns) * setting("NEAI_HOST_TIME", 1) / 1000000u;
}

void hal_sleep(uint32_t max_ms)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    unsigned long wall_ms = max_ms / setting("NEAI_HOST_TIME", 1) + 1u;
    poll(&input, 1, max_ms == 0u ? -1 : (int)wall_ms);
}

_Noreturn void hal_reset(void)
{
    hal_tx_flush();
    start_again("3");
}

void hal_unique_id(uint32_t words[3])
{
    words[0] = 0x484f5354u;
    words[1] = 0u;
    words[2] = 1u;
}

uint32_t hal_device_id(void)
{
    return 0u;
}

reset_cause_t hal_reset_cause(void)
{
    return (reset_cause_t)setting("NEAI_HOST_CAUSE", RESET_POWER_ON);
}

uint32_t hal_boot_counter(void)
{
    return (uint32_t)setting("NEAI_HOST_BOOT", 1);
}

uint32_t hal_stack_high_water(void)
{
    return 0u;
}

void hal_stack_mark(void)
{
}

void hal_stack_used(uint32_t *total, uint32_t *below_caller)
{
    *total = 0u;
    *below_caller = 0u;
}

const char *hal_board_id(void)
{
    return "host";
}

const uint8_t *hal_firmware_hash(uint32_t *count)
{
    static const uint8_t hash[4] = {0x68, 0x6f, 0x73, 0x74};
    *count = sizeof hash;
    return hash;
}

/* ---- the flash store: a file, erased bytes 0xFF ---- */

#define STORE_SLOTS 2u
#define STORE_PAGE_BYTES 64u
#define STORE_SLOT_BYTES (4u * STORE_PAGE_BYTES)

static uint32_t store_operations;

static FILE *store_file(void)
{
    const char *path = getenv("NEAI_HOST_STORE");
    FILE *file = fopen(path, "r+b");
    if (file == NULL) {
        file = fopen(path, "w+b");
        for (uint32_t i = 0; file != NULL && i < STORE_SLOTS * STORE_SLOT_BYTES; i++) {
            (void)fputc(0xFF, file);
        }
    }
    if (file == NULL) {
        abort();
    }
    return file;
}

/* Power is lost before the operation that a test asked for: the board starts again with what the flash then holds. */
static void store_operation(void)
{
    store_operations++;
    if (store_operations == setting("NEAI_HOST_STORE_CUT", 0)) {
        unsetenv("NEAI_HOST_STORE_CUT");
        out_count = 0;
        start_again("1");
    }
}

void hal_store(hal_store_t *store)
{
    *store = (hal_store_t){.slots = getenv("NEAI_HOST_STORE") == NULL ? 0u : STORE_SLOTS,
                           .slot_bytes = STORE_SLOT_BYTES,
                           .page_bytes = STORE_PAGE_BYTES,
                           .address = 0u,
                           .erase_max_us = 1000u,
                           .program_max_us = 100u};
}

int hal_store_read(uint32_t offset, uint8_t *bytes, uint32_t count)
{
    FILE *file = store_file();
    (void)fseek(file, (long)offset, SEEK_SET);
    size_t got = fread(bytes, 1, count, file);
    (void)fclose(file);
    return got == count;
}

int hal_store_erase(uint32_t offset)
{
    store_operation();
    FILE *file = store_file();
    (void)fseek(file, (long)offset, SEEK_SET);
    for (uint32_t i = 0; i < STORE_PAGE_BYTES; i++) {
        (void)fputc(0xFF, file);
    }
    (void)fclose(file);
    return 1;
}

int hal_store_program(uint32_t offset, const uint8_t *bytes, uint32_t count)
{
    for (uint32_t done = 0; done < count; done += 8u) {
        uint8_t now[8];
        if (!hal_store_read(offset + done, now, sizeof now)) {
            return 0;
        }
        for (uint32_t i = 0; i < sizeof now; i++) {
            if (now[i] != 0xFFu) {
                return 0; /* only erased flash takes anything */
            }
        }
        store_operation();
        FILE *file = store_file();
        (void)fseek(file, (long)(offset + done), SEEK_SET);
        (void)fwrite(&bytes[done], 1, 8u, file);
        (void)fclose(file);
    }
    return 1;
}
