/*
 * Erase and program of the STM32G0, L4 and L5 (RM0444, RM0394, RM0351, RM0438, chapter FLASH): by double words with an
 * error-correcting code. Where code runs from the bank that is busy, the core waits, and nothing else has to be done.
 */
#include "registers.h"

#if defined(BOARD_STORE_SLOTS) && FAMILY_FLASH_BY == 8

#include <string.h>

#include "store.h"

#define KEY_1 0x45670123u
#define KEY_2 0xCDEF89ABu
#define UNIT_BYTES 8u

static int wait(void)
{
    while ((FLASH_SR & FLASH_SR_BUSY) != 0u) {
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
#if defined(FLASH_ACR_DCEN)
    FLASH_ACR &= ~FLASH_ACR_DCEN;
#endif
}

/* A cache that holds data may hold what stood there before: it is emptied, the L4's while it is off. */
static void lock(void)
{
    FLASH_CR = FLASH_CR_LOCK;
#if defined(FLASH_ACR_DCEN)
    FLASH_ACR |= FLASH_ACR_DCRST;
    FLASH_ACR &= ~FLASH_ACR_DCRST;
    FLASH_ACR |= FLASH_ACR_DCEN;
#endif
#if defined(ICACHE_CR)
    ICACHE_CR |= ICACHE_CR_INVALIDATE;
    while ((ICACHE_SR & ICACHE_SR_BUSY) != 0u) {
    }
#endif
    core_barrier();
}

static uint32_t place_of(uint32_t page)
{
#if BOARD_FLASH_BANKS == 2u
    const uint32_t bank = page / BOARD_FLASH_PAGES_PER_BANK;
    return (page % BOARD_FLASH_PAGES_PER_BANK) << FLASH_CR_PNB_POS | (bank != 0u ? FLASH_CR_BKER : 0u);
#else
    return page << FLASH_CR_PNB_POS;
#endif
}

int flash_erase(uint32_t page)
{
    unlock();
    FLASH_CR = FLASH_CR_PER | place_of(page);
    FLASH_CR |= FLASH_CR_STRT;
    const int done = wait();
    lock();
    return done;
}

int flash_program(uint32_t address, const uint8_t *bytes, uint32_t count)
{
    volatile uint32_t *place = (volatile uint32_t *)(uintptr_t)address;
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

#endif
