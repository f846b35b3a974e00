/*
 * The flash pages that keep knowledge (RM0394, chapter FLASH: erase and program sequences, error flags, data cache, ECC).
 * The part has one bank: code that runs from flash waits while an operation runs, and nothing else has to be done.
 */
#include "cortex-m/family.h"

#include <string.h>

#include "hal.h"
#include "registers.h"

#ifdef BOARD_STORE_SLOTS

#define KEY_1 0x45670123u
#define KEY_2 0xCDEF89ABu
#define UNIT_BYTES 8u
/* Reads of a register that the bus answers long after an NMI would have come. */
#define NMI_PATIENCE 1000u

static volatile uint32_t torn;
static volatile uint32_t guarded;

static int wait(void)
{
    while ((FLASH_SR & FLASH_SR_BSY) != 0u) {
    }
    return (FLASH_SR & FLASH_SR_ERRORS) == 0u;
}

/* Waits for whatever runs, opens the control register, and forgets the errors of earlier operations. */
static void unlock(void)
{
    (void)wait();
    if ((FLASH_CR & FLASH_CR_LOCK) != 0u) {
        FLASH_KEYR = KEY_1;
        FLASH_KEYR = KEY_2;
    }
    FLASH_SR = FLASH_SR_ERRORS | FLASH_SR_EOP;
    FLASH_ACR &= ~FLASH_ACR_DCEN;
}

/* The data cache may hold what stood there before: it is emptied while it is off. */
static void lock(void)
{
    FLASH_CR = FLASH_CR_LOCK;
    FLASH_ACR |= FLASH_ACR_DCRST;
    FLASH_ACR &= ~FLASH_ACR_DCRST;
    FLASH_ACR |= FLASH_ACR_DCEN;
    core_barrier();
}

void hal_store(hal_store_t *store)
{
    *store = (hal_store_t){
        .slots = BOARD_STORE_SLOTS,
        .slot_bytes = BOARD_STORE_SLOT_BYTES,
        .page_bytes = BOARD_STORE_PAGE_BYTES,
        .address = BOARD_STORE_BASE,
        .erase_max_us = BOARD_STORE_ERASE_MAX_US,
        .program_max_us = BOARD_STORE_PROGRAM_MAX_US,
    };
}

int hal_store_erase(uint32_t offset)
{
    const uint32_t page = (BOARD_STORE_BASE - BOARD_FLASH_BASE + offset) / BOARD_STORE_PAGE_BYTES;
    unlock();
    FLASH_CR = FLASH_CR_PER | page << FLASH_CR_PNB_POS;
    FLASH_CR |= FLASH_CR_STRT;
    const int done = wait();
    lock();
    return done;
}

int hal_store_program(uint32_t offset, const uint8_t *bytes, uint32_t count)
{
    volatile uint32_t *place = (volatile uint32_t *)(uintptr_t)(BOARD_STORE_BASE + offset);
    int done = 1;
    unlock();
    FLASH_CR = FLASH_CR_PG;
    for (uint32_t at = 0; at < count && done; at += UNIT_BYTES) {
        uint32_t words[2];
        memcpy(words, &bytes[at], sizeof words);
        /* The operation starts with the second word of the double word. */
        *place++ = words[0];
        core_barrier();
        *place++ = words[1];
        done = wait();
    }
    lock();
    return done;
}

int hal_store_read(uint32_t offset, uint8_t *bytes, uint32_t count)
{
    const volatile uint8_t *place = (const volatile uint8_t *)(uintptr_t)(BOARD_STORE_BASE + offset);
    torn = 0u;
    guarded = 1u;
    core_barrier();
    for (uint32_t at = 0; at < count; at++) {
        bytes[at] = place[at];
    }
    core_barrier();
    for (uint32_t looks = 0; looks < NMI_PATIENCE && (FLASH_ECCR & FLASH_ECCR_ECCD) != 0u; looks++) {
    }
    guarded = 0u;
    return torn == 0u;
}

int family_nmi_expected(void)
{
    if (!guarded || (FLASH_ECCR & FLASH_ECCR_ECCD) == 0u) {
        return 0;
    }
    torn = 1u;
    FLASH_ECCR = FLASH_ECCR_ECCD;
    return 1;
}

#else

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

int family_nmi_expected(void)
{
    return 0;
}

#endif
