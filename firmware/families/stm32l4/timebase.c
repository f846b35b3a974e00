/*
 * TIM2 counts microseconds over 32 bits (RM0394, chapter General-purpose timers). Not the cycle counter: CYCCNT stops
 * when the core sleeps. Not SysTick: 24 bits wrap every 0.2 s and would wake the core for nothing.
 */
#include "timebase.h"

#include "registers.h"

#define FARTHEST_WAKE_MICROS 0x7FFFFFFFu

static uint32_t wraps;

void timebase_init(void)
{
    RCC_APB1ENR1 |= RCC_APB1_TIM2;
    RCC_APB1RSTR1 |= RCC_APB1_TIM2;
    RCC_APB1RSTR1 &= ~RCC_APB1_TIM2;
    /* Own time stands still while a debugger holds the core: nothing times out because somebody looks. */
    DBGMCU_APB1FZR1 |= DBGMCU_APB1FZR1_TIM2_STOP;
    TIM_PSC = BOARD_TIMER_HZ / 1000000u - 1u;
    TIM_ARR = 0xFFFFFFFFu;
    TIM_CR1 = TIM_CR1_URS;
    TIM_EGR = TIM_EGR_UG; /* takes the prescaler over; URS keeps it from looking like a wrap */
    TIM_SR = 0;
    TIM_DIER = TIM_DIER_UIE;
    TIM_CR1 = TIM_CR1_URS | TIM_CR1_CEN;
    wraps = 0;
}

uint64_t timebase_micros(void)
{
    uint32_t count = TIM_CNT;
    if ((TIM_SR & TIM_SR_UIF) != 0u) {
        TIM_SR = ~TIM_SR_UIF;
        wraps++;
        count = TIM_CNT; /* whether the first reading was before or after the wrap, this one is after it */
    }
    return (uint64_t)wraps << 32 | count;
}

void timebase_wake_at(uint64_t micros)
{
    const uint64_t now = timebase_micros();
    const uint64_t farthest = now + FARTHEST_WAKE_MICROS;
    TIM_CCR1 = (uint32_t)(micros < farthest ? micros : farthest);
    TIM_SR = ~TIM_SR_CC1IF;
    TIM_DIER = TIM_DIER_UIE | TIM_DIER_CC1IE;
}

uint32_t timebase_acknowledge(void)
{
    (void)timebase_micros();
    TIM_DIER = TIM_DIER_UIE;
    TIM_SR = ~TIM_SR_CC1IF;
    (void)TIM_SR; /* the flag is down before the pending bit is taken back */
    return core_clear_pending(BOARD_TIMER_IRQ);
}
