/* Brings the part up in the order its pieces need each other, and puts it to sleep. */
#include "cortex-m/family.h"
#include "cortex-m/stack.h"
#include "clock.h"
#include "hal.h"
#include "identity.h"
#include "registers.h"
#include "serial.h"
#include "timebase.h"

void hal_init(void)
{
#if !defined(__ARM_ARCH_6M__)
    CORE_DEMCR |= DEMCR_TRCENA;
    DWT_CYCCNT = 0;
    DWT_CTRL |= DWT_CTRL_CYCCNTENA;
#endif
    SCB_SCR |= SCR_SEVONPEND;
    identity_init();
    clock_init();
    timebase_init();
    serial_init();
}

uint32_t hal_core_clock_hz(void)
{
    return BOARD_CORE_HZ;
}

uint64_t hal_millis(void)
{
    return timebase_micros() / 1000u;
}

void hal_sleep(uint32_t max_ms)
{
    const uint64_t now = timebase_micros();
    const uint64_t longest = (uint64_t)max_ms * 1000u;
    const uint64_t soon = serial_look_again_micros();
    const uint64_t wake = now + (longest == 0u || (soon > 0u && soon < longest) ? soon : longest);
    /* Flags first, then the question: what arrives after the question pends anew and ends the sleep. */
    const uint32_t serial_again = serial_acknowledge();
    const uint32_t timer_again = timebase_acknowledge();
    if ((serial_again | timer_again) != 0u || serial_waiting() > 0u) {
        return;
    }
    if (wake > now) {
        timebase_wake_at(wake);
        if (timebase_micros() >= wake) {
            return;
        }
    }
    core_wait_for_event();
}

_Noreturn void hal_reset(void)
{
    core_barrier();
    SCB_AIRCR = AIRCR_KEY | AIRCR_SYSRESETREQ;
    core_barrier();
    for (;;) {
    }
}

uint32_t hal_stack_high_water(void)
{
    return stack_high_water();
}
