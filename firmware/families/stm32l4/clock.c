/*
 * HSI16 -> PLL -> 80 MHz (RM0394, chapters PWR, RCC and FLASH). HSI16 and not MSI: a UART needs its 1 %, MSI without a
 * crystal drifts by 3.5 % (DS11451, oscillator characteristics).
 */
#include "clock.h"

#include "registers.h"

#if !defined(BOARD_CLOCK_HSI16)
#error "this family knows the clock source hsi16 with PLL only"
#endif

#if BOARD_RESET_HZ != 4000000u
#error "MSI range 6 is what the parts of this family start with"
#endif

uint32_t clock_hz(void)
{
    return (RCC_CFGR & RCC_CFGR_SWS_MASK) == RCC_CFGR_SWS_PLL ? BOARD_CORE_HZ : BOARD_RESET_HZ;
}

/* A debugger or a boot loader may have left other clocks behind than a reset does. */
static void back_to_msi(void)
{
    RCC_CR |= RCC_CR_MSION;
    clock_wait(&RCC_CR, RCC_CR_MSIRDY, RCC_CR_MSIRDY, "no-clock-msi");
    /* OpenOCD's "reset init" leaves 24 MHz; the range may change while MSI is ready. */
    RCC_CR = (RCC_CR & ~RCC_CR_MSIRANGE_MASK) | RCC_CR_MSIRANGE_4_MHZ | RCC_CR_MSIRGSEL;
    clock_wait(&RCC_CR, RCC_CR_MSIRDY, RCC_CR_MSIRDY, "no-clock-msi-range");
    RCC_CFGR = (RCC_CFGR & ~RCC_CFGR_SW_MASK) | RCC_CFGR_SW_MSI;
    clock_wait(&RCC_CFGR, RCC_CFGR_SWS_MASK, RCC_CFGR_SWS_MSI, "no-clock-switch-to-msi");
    RCC_CR &= ~RCC_CR_PLLON;
    clock_wait(&RCC_CR, RCC_CR_PLLRDY, 0, "no-clock-pll-stop");
    RCC_CFGR &= ~RCC_CFGR_PRESCALERS;
}

void clock_init(void)
{
    RCC_CIER = 0;
    back_to_msi();

    RCC_APB1ENR1 |= RCC_APB1_PWR;
    (void)RCC_APB1ENR1; /* two clock cycles pass before the peripheral can be reached */
    PWR_CR1 = (PWR_CR1 & ~PWR_CR1_VOS_MASK) | PWR_CR1_VOS_RANGE_1;
    clock_wait(&PWR_SR2, PWR_SR2_VOSF, 0, "no-clock-voltage-range");

    /* More wait states first, then the faster clock. */
    FLASH_ACR = BOARD_FLASH_WAIT_STATES | FLASH_ACR_PRFTEN | FLASH_ACR_ICEN | FLASH_ACR_DCEN;
    clock_wait(&FLASH_ACR, FLASH_ACR_LATENCY_MASK, BOARD_FLASH_WAIT_STATES, "no-clock-flash-wait-states");

    RCC_CR |= RCC_CR_HSION;
    clock_wait(&RCC_CR, RCC_CR_HSIRDY, RCC_CR_HSIRDY, "no-clock-hsi16");
    RCC_PLLCFGR = RCC_PLLCFGR_SRC_HSI16 | (BOARD_PLL_DIVIDE_INPUT - 1u) << RCC_PLLCFGR_M_POS |
                  BOARD_PLL_MULTIPLY << RCC_PLLCFGR_N_POS | (BOARD_PLL_DIVIDE_CORE / 2u - 1u) << RCC_PLLCFGR_R_POS |
                  RCC_PLLCFGR_REN;
    RCC_CR |= RCC_CR_PLLON;
    clock_wait(&RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY, "no-clock-pll-lock");
    RCC_CFGR = (RCC_CFGR & ~RCC_CFGR_SW_MASK) | RCC_CFGR_SW_PLL;
    clock_wait(&RCC_CFGR, RCC_CFGR_SWS_MASK, RCC_CFGR_SWS_PLL, "no-clock-switch-to-pll");
}

void clock_enable_port(uint32_t port)
{
    RCC_AHB2ENR |= 1u << port;
    (void)RCC_AHB2ENR;
}

void clock_enable_uart(void)
{
    RCC_APB1ENR1 |= RCC_APB1_USART2;
    RCC_CCIPR &= ~RCC_CCIPR_USART2SEL_MASK; /* clocked by PCLK1 */
    RCC_APB1RSTR1 |= RCC_APB1_USART2;
    RCC_APB1RSTR1 &= ~RCC_APB1_USART2;
}

uint32_t clock_uart_is_on(void)
{
    return RCC_APB1ENR1 & RCC_APB1_USART2;
}

void clock_enable_dma(void)
{
    RCC_AHB1ENR |= RCC_AHB1_DMA1;
    RCC_AHB1RSTR |= RCC_AHB1_DMA1;
    RCC_AHB1RSTR &= ~RCC_AHB1_DMA1;
}

void clock_enable_timer(void)
{
    RCC_APB1ENR1 |= RCC_APB1_TIM2;
    RCC_APB1RSTR1 |= RCC_APB1_TIM2;
    RCC_APB1RSTR1 &= ~RCC_APB1_TIM2;
    DBGMCU_APB1FZR1 |= DBGMCU_APB1FZR1_TIM2_STOP;
}
