/*
 * Waiting for an oscillator, with a deadline. SysTick measures it: every core has one, it needs no clock of its own, and
 * nothing else uses it.
 */
#include "clock.h"

#include "cortex-m/core.h"
#include "cortex-m/family.h"

/* The data sheets' worst start-up times are below 5 ms; a part that needs 100 ms has no such oscillator. */
#define DEADLINE_MS 100u
#define SYSTICK_MASK 0x00FFFFFFu

void clock_wait(volatile uint32_t *where, uint32_t mask, uint32_t value, const char *failure)
{
    const uint32_t limit = clock_hz() / 1000u * DEADLINE_MS;
    SYSTICK_RVR = SYSTICK_MASK;
    SYSTICK_CSR = SYSTICK_CSR_ENABLE | SYSTICK_CSR_CORE_CLOCK;
    const uint32_t start = SYSTICK_CVR;
    while ((*where & mask) != value) {
        if (((start - SYSTICK_CVR) & SYSTICK_MASK) > limit) {
            family_panic(failure);
        }
    }
    SYSTICK_CSR = 0;
}
