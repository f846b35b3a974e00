/*
 * The flash pages that keep knowledge: where they lie, and how they are read. A family with an error-correcting code
 * answers a read of a half-written word with NMI; that one returns (see family_nmi_expected).
 */
#include "store.h"

#include "cortex-m/family.h"
#include "hal.h"
#include "registers.h"

#ifdef BOARD_STORE_SLOTS

#define STORE_FIRST_PAGE BOARD_STORE_FIRST_PAGE

static volatile uint32_t torn;
static volatile uint32_t guarded;

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
    return flash_erase(STORE_FIRST_PAGE + offset / BOARD_STORE_PAGE_BYTES);
}

int hal_store_program(uint32_t offset, const uint8_t *bytes, uint32_t count)
{
    return flash_program(BOARD_STORE_BASE + offset, bytes, count);
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
#if BOARD_FLASH_ECC
    /* Reads of a register that the bus answers long after an NMI would have come. */
    for (uint32_t looks = 0; looks < 1000u && (FLASH_ECCR & FLASH_ECCR_ECCD) != 0u; looks++) {
    }
#endif
    guarded = 0u;
    return torn == 0u;
}

int family_nmi_expected(void)
{
#if BOARD_FLASH_ECC
    if (guarded && (FLASH_ECCR & FLASH_ECCR_ECCD) != 0u) {
        torn = 1u;
        FLASH_ECCR = FLASH_ECCR_ECCD;
        return 1;
    }
#endif
    return 0;
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

const char *family_nmi_cause(void)
{
#if BOARD_FLASH_ECC
    if ((FLASH_ECCR & FLASH_ECCR_ECCD) != 0u) {
        return "NMI-torn-flash-word";
    }
#endif
    return "NMI";
}
