/*
 * Registers of the STM32F07x, names and bits as in RM0091.
 */
#ifndef STM32F0_REGISTERS_H
#define STM32F0_REGISTERS_H

#include "cortex-m/core.h"
#include "board_config.h"

/* Reset and clock control, chapter RCC. */
#define RCC_CR REG32(0x40021000u)
#define RCC_CFGR REG32(0x40021004u)
#define RCC_CIR REG32(0x40021008u)
#define RCC_APB1RSTR REG32(0x40021010u)
#define RCC_AHBENR REG32(0x40021014u)
#define RCC_APB2ENR REG32(0x40021018u)
#define RCC_APB1ENR REG32(0x4002101Cu)
#define RCC_CSR REG32(0x40021024u)
#define RCC_CFGR2 REG32(0x4002102Cu)
#define RCC_CFGR3 REG32(0x40021030u)
#define RCC_CR_HSION (1u << 0)
#define RCC_CR_HSIRDY (1u << 1)
#define RCC_CR_HSEON (1u << 16)
#define RCC_CR_HSERDY (1u << 17)
#define RCC_CR_HSEBYP (1u << 18)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_CFGR_SW_MASK (3u << 0)
#define RCC_CFGR_SW_HSI (0u << 0)
#define RCC_CFGR_SW_PLL (2u << 0)
#define RCC_CFGR_SWS_MASK (3u << 2)
#define RCC_CFGR_SWS_HSI (0u << 2)
#define RCC_CFGR_SWS_PLL (2u << 2)
#define RCC_CFGR_PRESCALERS (0xFu << 4 | 7u << 8)
#define RCC_CFGR_PLLSRC_HSE (2u << 15)
#define RCC_CFGR_PLLMUL_POS 18u
#define RCC_CFGR_PLL_MASK (3u << 15 | 1u << 17 | 0xFu << 18)
#define RCC_AHB_DMA1 (1u << 0)
#define RCC_AHB_IOPA_POS 17u
#define RCC_APB1_TIM2 (1u << 0)
#define RCC_APB1_USART2 (1u << 17)
#define RCC_APB2_DBGMCU (1u << 22)
#define RCC_CFGR3_USART2SW_MASK (3u << 16)
#define FAMILY_RESET_FORGET (1u << 24)
#define FAMILY_RESET_OPTION_BYTES (1u << 25)
#define FAMILY_RESET_POWER_ON (1u << 27)
#define FAMILY_RESET_BROWN_OUT 0u

/* Embedded flash memory interface, chapter FLASH. */
#define FLASH_ACR REG32(0x40022000u)
#define FLASH_KEYR REG32(0x40022004u)
#define FLASH_SR REG32(0x4002200Cu)
#define FLASH_CR REG32(0x40022010u)
#define FLASH_AR REG32(0x40022014u)
#define FLASH_ACR_LATENCY_MASK (7u << 0)
#define FLASH_ACR_PRFTBE (1u << 4)
#define FLASH_SR_BSY (1u << 0)
/* PGERR, WRPRTERR */
#define FLASH_SR_ERRORS (1u << 2 | 1u << 4)
#define FLASH_SR_EOP (1u << 5)
#define FLASH_CR_PG (1u << 0)
#define FLASH_CR_PER (1u << 1)
#define FLASH_CR_STRT (1u << 6)
#define FLASH_CR_LOCK (1u << 7)

#define FAMILY_GPIO_GENERATION 2
#define FAMILY_GPIO_BASE 0x48000000u
#define FAMILY_UART_GENERATION 2
#define FAMILY_FLASH_BY 2

/* Debug support, chapter DBG. */
#define DBGMCU_APB1_FZ REG32(0x40015808u)
#define DBGMCU_APB1_FZ_TIM2_STOP (1u << 0)

#endif
