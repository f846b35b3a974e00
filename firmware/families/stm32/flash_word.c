/* Erase and program of the STM32F4 and F7 (RM0383, RM0385, chapter Embedded flash memory): by words, at 2.7 to 3.6 V. */
#include "registers.h"

#if defined(BOARD_STORE_SLOTS) && FAMILY_FLASH_BY == 4

#include <string.h>

#include "store.h"

#define KEY_1 0x45670123u
#define KEY_2 0xCDEF89ABu

static int wait(void)
{
    core_barrier();
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
}

/* A data cache may hold what stood there before: it is emptied while it is off. */
static void lock(void)
{
    FLASH_CR = FLASH_CR_LOCK;
#if defined(FLASH_ACR_DCEN)
    FLASH_ACR &= ~FLASH_ACR_DCEN;
    FLASH_ACR |= FLASH_ACR_DCRST;
    FLASH_ACR &= ~FLASH_ACR_DCRST;
    FLASH_ACR |= FLASH_ACR_DCEN;
#endif
    core_barrier();
}

int flash_erase(uint32_t sector)
{
    unlock();
    FLASH_CR = FLASH_CR_PSIZE_WORD | FLASH_CR_SER | sector << FLASH_CR_SNB_POS;
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
    FLASH_CR = FLASH_CR_PSIZE_WORD | FLASH_CR_PG;
    for (uint32_t at = 0; at < count && done; at += 4u) {
        uint32_t word;
        memcpy(&word, &bytes[at], sizeof word);
        *place++ = word;
        done = wait();
    }
    lock();
    return done;
}

#endif
