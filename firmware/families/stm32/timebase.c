/*
 * A timer counts over 32 bits: microseconds where the core has a cycle counter of its own, core clocks where it has none
 * (ARMv6-M), because then it is the cycle counter as well. Not CYCCNT: that stops when the core sleeps. Not SysTick: 24
 * bits wrap every 0.2 s and would wake the core for nothing.
 */
#include "timebase.h"

#include "clock.h"
#include "hal.h"
#include "timer.h"

#if defined(__ARM_ARCH_6M__)
#define COUNTS_PER_MICRO (BOARD_TIMER_HZ / 1000000u)
#define DIVIDE_CLOCK_BY 1u
_Static_assert(BOARD_TIMER_HZ == BOARD_CORE_HZ, "the timer stands in for the cycle counter");
_Static_assert(TIMER_MASK == 0xFFFFFFFFu, "a cycle counter has 32 bits");
#else
#define COUNTS_PER_MICRO 1u
#define DIVIDE_CLOCK_BY (BOARD_TIMER_HZ / 1000000u)
#endif
/* Half a turn of the compare register: farther times look as if they had passed. */
#define FARTHEST_WAKE (TIMER_MASK / 2u)

static uint32_t wraps;

#if defined(BOARD_TURNS_BASE)

#define WRAP_SR TURNS_SR
#define WRAP_IRQ BOARD_TURNS_IRQ
#define WAKES_ALWAYS 0u

static void start(void)
{
    TURNS_PSC = 0;
    TURNS_ARR = 0xFFFFu;
    TURNS_SMCR = TURNS_SMCR_VALUE;
    TURNS_CR1 = TIM_CR1_URS;
    TURNS_EGR = TIM_EGR_UG;
    TURNS_SR = 0;
    TURNS_DIER = TIM_DIER_UIE;
    TURNS_CR1 = TIM_CR1_URS | TIM_CR1_CEN;
    TIM_CR2 = TIM_CR2_MMS_UPDATE;
}

/* The second timer follows the first a few clocks later: just after a turn nobody can say which turn it is. */
static uint32_t count_now(void)
{
    for (;;) {
        const uint32_t turns = TURNS_CNT;
        const uint32_t count = TIM_CNT;
        if (count >= TURN_SEEN_AFTER && TURNS_CNT == turns) {
            return turns << 16 | count;
        }
    }
}

#else

#define WRAP_SR TIM_SR
#define WRAP_IRQ BOARD_TIMER_IRQ
#define WAKES_ALWAYS TIM_DIER_UIE

static void start(void)
{
}

static uint32_t count_now(void)
{
    return TIM_CNT;
}

#endif

void timebase_init(void)
{
    clock_enable_timer();
    TIM_PSC = DIVIDE_CLOCK_BY - 1u;
    TIM_ARR = TIMER_MASK;
    TIM_CR1 = TIM_CR1_URS;
    TIM_EGR = TIM_EGR_UG; /* takes the prescaler over; URS keeps it from looking like a wrap */
    TIM_SR = 0;
    start();
    TIM_DIER = WAKES_ALWAYS;
    TIM_CR1 = TIM_CR1_URS | TIM_CR1_CEN;
    wraps = 0;
}

static uint64_t counts(void)
{
    uint32_t count = count_now();
    if ((WRAP_SR & TIM_UIF) != 0u) {
        WRAP_SR = ~TIM_UIF;
        wraps++;
        count = count_now(); /* whether the first reading was before or after the wrap, this one is after it */
    }
    return (uint64_t)wraps << 32 | count;
}

uint64_t timebase_micros(void)
{
    return counts() / COUNTS_PER_MICRO;
}

void timebase_wake_at(uint64_t micros)
{
    const uint64_t wanted = micros * COUNTS_PER_MICRO;
    const uint64_t farthest = counts() + FARTHEST_WAKE;
    TIM_CCR1 = (uint32_t)(wanted < farthest ? wanted : farthest) & TIMER_MASK;
    TIM_SR = ~TIM_CC1IF;
    TIM_DIER = WAKES_ALWAYS | TIM_DIER_CC1IE;
}

uint32_t timebase_acknowledge(void)
{
    (void)counts();
    TIM_DIER = WAKES_ALWAYS;
    TIM_SR = ~TIM_CC1IF;
    (void)TIM_SR; /* the flag is down before the pending bit is taken back */
#if defined(BOARD_TURNS_BASE)
    const uint32_t turned = core_clear_pending(WRAP_IRQ);
#else
    const uint32_t turned = 0;
#endif
    return core_clear_pending(BOARD_TIMER_IRQ) | turned;
}

uint32_t hal_ticks(void)
{
#if defined(__ARM_ARCH_6M__)
    return TIM_CNT;
#else
    return DWT_CYCCNT;
#endif
}
