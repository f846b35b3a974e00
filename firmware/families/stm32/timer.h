/*
 * The counter behind the time base, chapter General-purpose timers of each family's reference manual: one timer of 32
 * bits, or one of 16 whose turns a second one counts (STM32F1, which has no other).
 */
#ifndef STM32_TIMER_H
#define STM32_TIMER_H

#include "cortex-m/core.h"
#include "registers.h"

#define TIM(offset) REG32(BOARD_TIMER_BASE + (offset))
#define TIM_CR1 TIM(0x00u)
#define TIM_CR2 TIM(0x04u)
#define TIM_DIER TIM(0x0Cu)
#define TIM_SR TIM(0x10u)
#define TIM_EGR TIM(0x14u)
#define TIM_CNT TIM(0x24u)
#define TIM_PSC TIM(0x28u)
#define TIM_ARR TIM(0x2Cu)
#define TIM_CCR1 TIM(0x34u)
#define TIM_CR1_CEN (1u << 0)
#define TIM_CR1_URS (1u << 2)
#define TIM_CR2_MMS_UPDATE (2u << 4)
#define TIM_DIER_UIE (1u << 0)
#define TIM_DIER_CC1IE (1u << 1)
#define TIM_UIF (1u << 0)
#define TIM_CC1IF (1u << 1)
#define TIM_EGR_UG (1u << 0)

#if defined(BOARD_TURNS_BASE)
#define TURNS(offset) REG32(BOARD_TURNS_BASE + (offset))
#define TURNS_CR1 TURNS(0x00u)
#define TURNS_SMCR TURNS(0x08u)
#define TURNS_DIER TURNS(0x0Cu)
#define TURNS_SR TURNS(0x10u)
#define TURNS_EGR TURNS(0x14u)
#define TURNS_CNT TURNS(0x24u)
#define TURNS_PSC TURNS(0x28u)
#define TURNS_ARR TURNS(0x2Cu)
/* Counts on the rising edges of its internal trigger: external clock mode 1. */
#define TURNS_SMCR_VALUE (BOARD_TURNS_TRIGGER << 4 | 7u)
#define TIMER_MASK 0xFFFFu
/* Counts of the first timer after its turn until the second has surely seen it. */
#define TURN_SEEN_AFTER 4u
#else
#define TIMER_MASK 0xFFFFFFFFu
#endif

#endif
