/* Erase and program of the STM32F0 and F1 (PM0075; RM0091, chapter Embedded flash memory): by half words. */
#include "registers.h"

#if defined(BOARD_STORE_SLOTS) && FAMILY_FLASH_BY == 2

#include <string.h>

#include "store.h"

#define KEY_1 0x45670123u
#define KEY_2 0xCDEF89ABu

static int wait(void)
{
    (void)FLASH_SR; /* BSY rises a clock after the operation has begun */
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

int flash_erase(uint32_t page)
{
    unlock();
    FLASH_CR = FLASH_CR_PER;
    FLASH_AR = BOARD_FLASH_BASE + page * BOARD_STORE_PAGE_BYTES;
    FLASH_CR = FLASH_CR_PER | FLASH_CR_STRT;
    const int done = wait();
    FLASH_CR = FLASH_CR_LOCK;
    return done;
}

int flash_program(uint32_t address, const uint8_t *bytes, uint32_t count)
{
    volatile uint16_t *place = (volatile uint16_t *)(uintptr_t)address;
    int done = 1;
    unlock();
    FLASH_CR = FLASH_CR_PG;
    for (uint32_t at = 0; at < count && done; at += 2u) {
        uint16_t half;
        memcpy(&half, &bytes[at], sizeof half);
        *place++ = half;
        done = wait();
    }
    FLASH_CR = FLASH_CR_LOCK;
    return done;
}

#endif
