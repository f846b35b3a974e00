/*
 * HSI16 -> PLL -> 64 MHz (RM0444, chapters PWR, RCC and FLASH). HSI16 keeps within 1 % from 0 to 85 C (DS12232, HSI16
 * oscillator characteristics), which is what a UART needs; the regulator starts in range 1.
 */
#include "clock.h"

#include "registers.h"

#if !defined(BOARD_CLOCK_HSI16)
#error "this family knows the clock source hsi16 with PLL only"
#endif

uint32_t clock_hz(void)
{
    return (RCC_CFGR & RCC_CFGR_SWS_MASK) == RCC_CFGR_SWS_PLL ? BOARD_CORE_HZ : BOARD_RESET_HZ;
}

/* A debugger or a boot loader may have left other clocks behind than a reset does. */
static void back_to_hsi(void)
{
    RCC_CR |= RCC_CR_HSION;
    clock_wait(&RCC_CR, RCC_CR_HSIRDY, RCC_CR_HSIRDY, "no-clock-hsi16");
    RCC_CR &= ~RCC_CR_HSIDIV_MASK;
    RCC_CFGR = (RCC_CFGR & ~RCC_CFGR_SW_MASK) | RCC_CFGR_SW_HSISYS;
    clock_wait(&RCC_CFGR, RCC_CFGR_SWS_MASK, RCC_CFGR_SWS_HSISYS, "no-clock-switch-to-hsi16");
    RCC_CR &= ~RCC_CR_PLLON;
    clock_wait(&RCC_CR, RCC_CR_PLLRDY, 0, "no-clock-pll-stop");
    RCC_CFGR &= ~RCC_CFGR_PRESCALERS;
}

void clock_init(void)
{
    RCC_CIER = 0;
    back_to_hsi();

    FLASH_ACR = (FLASH_ACR & ~FLASH_ACR_LATENCY_MASK) | BOARD_FLASH_WAIT_STATES | FLASH_ACR_PRFTEN | FLASH_ACR_ICEN;
    clock_wait(&FLASH_ACR, FLASH_ACR_LATENCY_MASK, BOARD_FLASH_WAIT_STATES, "no-clock-flash-wait-states");

    RCC_PLLCFGR = RCC_PLLCFGR_SRC_HSI16 | (BOARD_PLL_DIVIDE_INPUT - 1u) << RCC_PLLCFGR_M_POS |
                  BOARD_PLL_MULTIPLY << RCC_PLLCFGR_N_POS | (BOARD_PLL_DIVIDE_CORE - 1u) << RCC_PLLCFGR_R_POS;
    RCC_CR |= RCC_CR_PLLON;
    clock_wait(&RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY, "no-clock-pll-lock");
    RCC_PLLCFGR |= RCC_PLLCFGR_REN;
    RCC_CFGR = (RCC_CFGR & ~RCC_CFGR_SW_MASK) | RCC_CFGR_SW_PLL;
    clock_wait(&RCC_CFGR, RCC_CFGR_SWS_MASK, RCC_CFGR_SWS_PLL, "no-clock-switch-to-pll");
}

void clock_enable_port(uint32_t port)
{
    RCC_IOPENR |= 1u << port;
    (void)RCC_IOPENR;
}

void clock_enable_uart(void)
{
    RCC_APBENR1 |= RCC_APB1_USART2;
    RCC_CCIPR &= ~RCC_CCIPR_USART2SEL_MASK; /* clocked by PCLK */
    RCC_APBRSTR1 |= RCC_APB1_USART2;
    RCC_APBRSTR1 &= ~RCC_APB1_USART2;
}

uint32_t clock_uart_is_on(void)
{
    return RCC_APBENR1 & RCC_APB1_USART2;
}

/* The DMAMUX has the same enable and reset bits. */
void clock_enable_dma(void)
{
    RCC_AHBENR |= RCC_AHB_DMA1;
    RCC_AHBRSTR |= RCC_AHB_DMA1;
    RCC_AHBRSTR &= ~RCC_AHB_DMA1;
}

void clock_enable_timer(void)
{
    RCC_APBENR1 |= RCC_APB1_TIM2 | RCC_APB1_DBG;
    RCC_APBRSTR1 |= RCC_APB1_TIM2;
    RCC_APBRSTR1 &= ~RCC_APB1_TIM2;
    DBG_APB_FZ1 |= DBG_APB_FZ1_TIM2_STOP;
}
