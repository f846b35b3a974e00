/*
 * HSE, fed by the ST-LINK's 8 MHz -> PLL -> 48 MHz (RM0091, chapters RCC and FLASH). The internal HSI drifts by several
 * per cent over temperature, a UART needs 1 %.
 */
#include "clock.h"

#include "registers.h"

#if !defined(BOARD_CLOCK_HSE_BYPASS)
#error "this family knows the clock source hse-bypass with PLL only"
#endif

uint32_t clock_hz(void)
{
    return (RCC_CFGR & RCC_CFGR_SWS_MASK) == RCC_CFGR_SWS_PLL ? BOARD_CORE_HZ : BOARD_RESET_HZ;
}

/* A debugger or a boot loader may have left other clocks behind than a reset does. */
static void back_to_hsi(void)
{
    RCC_CR |= RCC_CR_HSION;
    clock_wait(&RCC_CR, RCC_CR_HSIRDY, RCC_CR_HSIRDY, "no-clock-hsi");
    RCC_CFGR = (RCC_CFGR & ~RCC_CFGR_SW_MASK) | RCC_CFGR_SW_HSI;
    clock_wait(&RCC_CFGR, RCC_CFGR_SWS_MASK, RCC_CFGR_SWS_HSI, "no-clock-switch-to-hsi");
    RCC_CR &= ~RCC_CR_PLLON;
    clock_wait(&RCC_CR, RCC_CR_PLLRDY, 0, "no-clock-pll-stop");
    RCC_CFGR &= ~RCC_CFGR_PRESCALERS;
}

void clock_init(void)
{
    RCC_CIR = 0;
    back_to_hsi();

    RCC_CR &= ~RCC_CR_HSEON; /* the bypass can be chosen only while HSE is off */
    clock_wait(&RCC_CR, RCC_CR_HSERDY, 0, "no-clock-hse-stop");
    RCC_CR |= RCC_CR_HSEBYP;
    RCC_CR |= RCC_CR_HSEON;
    clock_wait(&RCC_CR, RCC_CR_HSERDY, RCC_CR_HSERDY, "no-clock-hse");

    FLASH_ACR = BOARD_FLASH_WAIT_STATES | FLASH_ACR_PRFTBE;
    clock_wait(&FLASH_ACR, FLASH_ACR_LATENCY_MASK, BOARD_FLASH_WAIT_STATES, "no-clock-flash-wait-states");

    RCC_CFGR2 = BOARD_PLL_DIVIDE_INPUT - 1u;
    RCC_CFGR = (RCC_CFGR & ~RCC_CFGR_PLL_MASK) | RCC_CFGR_PLLSRC_HSE | (BOARD_PLL_MULTIPLY - 2u) << RCC_CFGR_PLLMUL_POS;
    RCC_CR |= RCC_CR_PLLON;
    clock_wait(&RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY, "no-clock-pll-lock");
    RCC_CFGR = (RCC_CFGR & ~RCC_CFGR_SW_MASK) | RCC_CFGR_SW_PLL;
    clock_wait(&RCC_CFGR, RCC_CFGR_SWS_MASK, RCC_CFGR_SWS_PLL, "no-clock-switch-to-pll");
}

void clock_enable_port(uint32_t port)
{
    RCC_AHBENR |= 1u << (RCC_AHB_IOPA_POS + port);
    (void)RCC_AHBENR;
}

void clock_enable_uart(void)
{
    RCC_APB1ENR |= RCC_APB1_USART2;
    RCC_CFGR3 &= ~RCC_CFGR3_USART2SW_MASK; /* clocked by PCLK */
    RCC_APB1RSTR |= RCC_APB1_USART2;
    RCC_APB1RSTR &= ~RCC_APB1_USART2;
}

uint32_t clock_uart_is_on(void)
{
    return RCC_APB1ENR & RCC_APB1_USART2;
}

/* This family cannot reset its DMA; dma_start writes every register it uses. */
void clock_enable_dma(void)
{
    RCC_AHBENR |= RCC_AHB_DMA1;
    (void)RCC_AHBENR;
}

void clock_enable_timer(void)
{
    RCC_APB1ENR |= RCC_APB1_TIM2;
    RCC_APB1RSTR |= RCC_APB1_TIM2;
    RCC_APB1RSTR &= ~RCC_APB1_TIM2;
    RCC_APB2ENR |= RCC_APB2_DBGMCU;
    (void)RCC_APB2ENR;
    DBGMCU_APB1_FZ |= DBGMCU_APB1_FZ_TIM2_STOP;
}
