/*
 * HSE, fed by the ST-LINK's 8 MHz -> PLL -> 216 MHz (RM0385, chapters PWR, RCC and FLASH). The internal
 * HSI drifts by several per cent over temperature, a UART needs 1 %.
 */
#include "clock.h"

#include "registers.h"

#if !defined(BOARD_CLOCK_HSE_BYPASS)
#error "this family knows the clock source hse-bypass with PLL only"
#endif

/* The PLL's other output, to 48 MHz at most; nothing here uses it. */
#define VCO_HZ (BOARD_CORE_HZ * BOARD_PLL_DIVIDE_CORE)
#define DIVIDE_Q ((VCO_HZ + 47999999u) / 48000000u)

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

    RCC_APB1ENR |= RCC_APB1_PWR;
    (void)RCC_APB1ENR;
    PWR_CR1 |= PWR_CR1_VOS_SCALE_1; /* taken over when the PLL starts */

    RCC_CR &= ~RCC_CR_HSEON; /* the bypass can be chosen only while HSE is off */
    clock_wait(&RCC_CR, RCC_CR_HSERDY, 0, "no-clock-hse-stop");
    RCC_CR |= RCC_CR_HSEBYP;
    RCC_CR |= RCC_CR_HSEON;
    clock_wait(&RCC_CR, RCC_CR_HSERDY, RCC_CR_HSERDY, "no-clock-hse");

    FLASH_ACR = BOARD_FLASH_WAIT_STATES | FLASH_ACR_PRFTEN;
    clock_wait(&FLASH_ACR, FLASH_ACR_LATENCY_MASK, BOARD_FLASH_WAIT_STATES, "no-clock-flash-wait-states");

    RCC_PLLCFGR = RCC_PLLCFGR_SRC_HSE | BOARD_PLL_DIVIDE_INPUT << RCC_PLLCFGR_M_POS |
                  BOARD_PLL_MULTIPLY << RCC_PLLCFGR_N_POS | (BOARD_PLL_DIVIDE_CORE / 2u - 1u) << RCC_PLLCFGR_P_POS |
                  DIVIDE_Q << RCC_PLLCFGR_Q_POS;
    RCC_CR |= RCC_CR_PLLON;
    clock_wait(&RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY, "no-clock-pll-lock");
    /* Above 180 MHz the regulator runs in over-drive (chapter PWR, entering over-drive mode). */
    PWR_CR1 |= PWR_CR1_ODEN;
    clock_wait(&PWR_CSR1, PWR_CSR1_ODRDY, PWR_CSR1_ODRDY, "no-clock-over-drive");
    PWR_CR1 |= PWR_CR1_ODSWEN;
    clock_wait(&PWR_CSR1, PWR_CSR1_ODSWRDY, PWR_CSR1_ODSWRDY, "no-clock-over-drive-switch");
    /* APB1 runs at 54 MHz at most, APB2 at 108 MHz. */
    RCC_CFGR = (RCC_CFGR & ~RCC_CFGR_SW_MASK) | RCC_CFGR_PPRE1_BY_4 | RCC_CFGR_PPRE2_BY_2 | RCC_CFGR_SW_PLL;
    clock_wait(&RCC_CFGR, RCC_CFGR_SWS_MASK, RCC_CFGR_SWS_PLL, "no-clock-switch-to-pll");

    /* Instructions are cached. Data is not: the DMA and a debugger read and write the same memory. */
    core_barrier();
    SCB_ICIALLU = 0;
    core_barrier();
    SCB_CCR |= SCB_CCR_IC;
    core_barrier();
}

void clock_enable_port(uint32_t port)
{
    RCC_AHB1ENR |= 1u << port;
    (void)RCC_AHB1ENR;
}

void clock_enable_uart(void)
{
    RCC_APB1ENR |= RCC_APB1_USART3;
    RCC_DCKCFGR2 &= ~RCC_DCKCFGR2_USART3SEL_MASK; /* clocked by PCLK1 */
    RCC_APB1RSTR |= RCC_APB1_USART3;
    RCC_APB1RSTR &= ~RCC_APB1_USART3;
}

uint32_t clock_uart_is_on(void)
{
    return RCC_APB1ENR & RCC_APB1_USART3;
}

void clock_enable_dma(void)
{
    RCC_AHB1ENR |= RCC_AHB1_DMA1;
    RCC_AHB1RSTR |= RCC_AHB1_DMA1;
    RCC_AHB1RSTR &= ~RCC_AHB1_DMA1;
}

void clock_enable_timer(void)
{
    RCC_APB1ENR |= RCC_APB1_TIM2;
    RCC_APB1RSTR |= RCC_APB1_TIM2;
    RCC_APB1RSTR &= ~RCC_APB1_TIM2;
    DBGMCU_APB1_FZ |= DBGMCU_APB1_FZ_TIM2_STOP;
}
