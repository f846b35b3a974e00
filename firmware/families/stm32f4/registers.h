/*
 * Registers of the STM32F401 and F411, names and bits as in RM0368 and RM0383.
 */
#ifndef STM32F4_REGISTERS_H
#define STM32F4_REGISTERS_H

#include "cortex-m/core.h"
#include "board_config.h"

/* Power control, chapter PWR. */
#define PWR_CR REG32(0x40007000u)
#define PWR_CR_VOS_POS 14u
#define PWR_CR_VOS_MASK (3u << 14)

/* Reset and clock control, chapter RCC. */
#define RCC_CR REG32(0x40023800u)
#define RCC_PLLCFGR REG32(0x40023804u)
#define RCC_CFGR REG32(0x40023808u)
#define RCC_CIR REG32(0x4002380Cu)
#define RCC_AHB1RSTR REG32(0x40023810u)
#define RCC_APB1RSTR REG32(0x40023820u)
#define RCC_AHB1ENR REG32(0x40023830u)
#define RCC_APB1ENR REG32(0x40023840u)
#define RCC_CSR REG32(0x40023874u)
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
#define RCC_CFGR_PRESCALERS (0xFu << 4 | 7u << 10 | 7u << 13)
#define RCC_CFGR_PPRE1_BY_2 (4u << 10)
#define RCC_PLLCFGR_M_POS 0u
#define RCC_PLLCFGR_N_POS 6u
#define RCC_PLLCFGR_P_POS 16u
#define RCC_PLLCFGR_SRC_HSE (1u << 22)
#define RCC_PLLCFGR_Q_POS 24u
#define RCC_AHB1_DMA1 (1u << 21)
#define RCC_APB1_TIM2 (1u << 0)
#define RCC_APB1_USART2 (1u << 17)
#define RCC_APB1_PWR (1u << 28)
#define FAMILY_RESET_FORGET (1u << 24)
#define FAMILY_RESET_OPTION_BYTES 0u
#define FAMILY_RESET_POWER_ON (1u << 27)
#define FAMILY_RESET_BROWN_OUT (1u << 25)

/* Embedded flash memory interface, chapter FLASH. */
#define FLASH_ACR REG32(0x40023C00u)
#define FLASH_KEYR REG32(0x40023C04u)
#define FLASH_SR REG32(0x40023C0Cu)
#define FLASH_CR REG32(0x40023C10u)
#define FLASH_ACR_LATENCY_MASK (0xFu << 0)
#define FLASH_ACR_PRFTEN (1u << 8)
#define FLASH_ACR_ICEN (1u << 9)
#define FLASH_ACR_DCEN (1u << 10)
#define FLASH_ACR_DCRST (1u << 12)
#define FLASH_SR_EOP (1u << 0)
/* OPERR, WRPERR, PGAERR, PGPERR, PGSERR, RDERR */
#define FLASH_SR_ERRORS 0x1F2u
#define FLASH_SR_BSY (1u << 16)
#define FLASH_CR_PG (1u << 0)
#define FLASH_CR_SER (1u << 1)
#define FLASH_CR_SNB_POS 3u
#define FLASH_CR_PSIZE_WORD (2u << 8)
#define FLASH_CR_STRT (1u << 16)
#define FLASH_CR_LOCK (1u << 31)

#define FAMILY_GPIO_GENERATION 2
#define FAMILY_GPIO_BASE 0x40020000u
#define FAMILY_UART_GENERATION 1
#define FAMILY_FLASH_BY 4

/* Debug support, chapter DBG. */
#define DBGMCU_APB1_FZ REG32(0xE0042008u)
#define DBGMCU_APB1_FZ_TIM2_STOP (1u << 0)

#endif
