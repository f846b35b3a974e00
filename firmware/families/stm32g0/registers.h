/*
 * Registers of the STM32G071, names and bits as in RM0444.
 */
#ifndef STM32G0_REGISTERS_H
#define STM32G0_REGISTERS_H

#include "cortex-m/core.h"
#include "board_config.h"

/* Reset and clock control, chapter RCC. */
#define RCC_CR REG32(0x40021000u)
#define RCC_CFGR REG32(0x40021008u)
#define RCC_PLLCFGR REG32(0x4002100Cu)
#define RCC_CIER REG32(0x40021018u)
#define RCC_AHBRSTR REG32(0x40021028u)
#define RCC_APBRSTR1 REG32(0x4002102Cu)
#define RCC_IOPENR REG32(0x40021034u)
#define RCC_AHBENR REG32(0x40021038u)
#define RCC_APBENR1 REG32(0x4002103Cu)
#define RCC_CCIPR REG32(0x40021054u)
#define RCC_CSR REG32(0x40021060u)
#define RCC_CR_HSION (1u << 8)
#define RCC_CR_HSIRDY (1u << 10)
#define RCC_CR_HSIDIV_MASK (7u << 11)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_CFGR_SW_MASK (7u << 0)
#define RCC_CFGR_SW_HSISYS (0u << 0)
#define RCC_CFGR_SW_PLL (2u << 0)
#define RCC_CFGR_SWS_MASK (7u << 3)
#define RCC_CFGR_SWS_HSISYS (0u << 3)
#define RCC_CFGR_SWS_PLL (2u << 3)
#define RCC_CFGR_PRESCALERS (0xFu << 8 | 7u << 12)
#define RCC_PLLCFGR_SRC_HSI16 (2u << 0)
#define RCC_PLLCFGR_M_POS 4u
#define RCC_PLLCFGR_N_POS 8u
#define RCC_PLLCFGR_REN (1u << 28)
#define RCC_PLLCFGR_R_POS 29u
#define RCC_AHB_DMA1 (1u << 0)
#define RCC_APB1_TIM2 (1u << 0)
#define RCC_APB1_USART2 (1u << 17)
#define RCC_APB1_DBG (1u << 27)
#define RCC_CCIPR_USART2SEL_MASK (3u << 2)
/* Power-on and brown-out show alike. */
#define FAMILY_RESET_FORGET (1u << 23)
#define FAMILY_RESET_OPTION_BYTES (1u << 25)
#define FAMILY_RESET_POWER_ON (1u << 27)
#define FAMILY_RESET_BROWN_OUT 0u

/* Embedded flash memory interface, chapter FLASH. */
#define FLASH_ACR REG32(0x40022000u)
#define FLASH_KEYR REG32(0x40022008u)
#define FLASH_SR REG32(0x40022010u)
#define FLASH_CR REG32(0x40022014u)
#define FLASH_ECCR REG32(0x40022018u)
#define FLASH_ACR_LATENCY_MASK (7u << 0)
#define FLASH_ACR_PRFTEN (1u << 8)
#define FLASH_ACR_ICEN (1u << 9)
#define FLASH_SR_EOP (1u << 0)
/* OPERR, PROGERR, WRPERR, PGAERR, SIZERR, PGSERR, MISERR, FASTERR, RDERR, OPTVERR */
#define FLASH_SR_ERRORS 0xC3FAu
/* BSY1, CFGBSY */
#define FLASH_SR_BUSY (1u << 16 | 1u << 18)
#define FLASH_CR_PG (1u << 0)
#define FLASH_CR_PER (1u << 1)
#define FLASH_CR_PNB_POS 3u
#define FLASH_CR_STRT (1u << 16)
#define FLASH_CR_LOCK (1u << 31)
#define FLASH_ECCR_ECCD (1u << 31)

#define FAMILY_GPIO_GENERATION 2
#define FAMILY_GPIO_BASE 0x50000000u
#define FAMILY_UART_GENERATION 2
#define FAMILY_FLASH_BY 8
/* Chapter DMAMUX: channel 1 of DMA1 is its channel 0. */
#define FAMILY_DMAMUX_BASE 0x40020800u

/* Debug support, chapter DBG. */
#define DBG_APB_FZ1 REG32(0x40015808u)
#define DBG_APB_FZ1_TIM2_STOP (1u << 0)

#endif
