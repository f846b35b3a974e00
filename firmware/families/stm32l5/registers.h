/*
 * Registers of the STM32L552 with TrustZone off, names and bits as in RM0438.
 */
#ifndef STM32L5_REGISTERS_H
#define STM32L5_REGISTERS_H

#include "cortex-m/core.h"
#include "board_config.h"

/* Power control, chapter PWR. */
#define PWR_CR1 REG32(0x40007000u)
#define PWR_CR2 REG32(0x40007004u)
#define PWR_SR2 REG32(0x40007014u)
#define PWR_CR1_VOS_MASK (3u << 9)
#define PWR_CR1_VOS_RANGE_0 (0u << 9)
#define PWR_CR2_IOSV (1u << 9)
#define PWR_SR2_VOSF (1u << 10)

/* Reset and clock control, chapter RCC. */
#define RCC_CR REG32(0x40021000u)
#define RCC_CFGR REG32(0x40021008u)
#define RCC_PLLCFGR REG32(0x4002100Cu)
#define RCC_CIER REG32(0x40021018u)
#define RCC_AHB1RSTR REG32(0x40021028u)
#define RCC_APB1RSTR1 REG32(0x40021038u)
#define RCC_APB1RSTR2 REG32(0x4002103Cu)
#define RCC_AHB1ENR REG32(0x40021048u)
#define RCC_AHB2ENR REG32(0x4002104Cu)
#define RCC_APB1ENR1 REG32(0x40021058u)
#define RCC_APB1ENR2 REG32(0x4002105Cu)
#define RCC_CCIPR1 REG32(0x40021088u)
#define RCC_CSR REG32(0x40021094u)
#define RCC_CR_MSION (1u << 0)
#define RCC_CR_MSIRDY (1u << 1)
#define RCC_CR_MSIRGSEL (1u << 3)
#define RCC_CR_MSIRANGE_MASK (0xFu << 4)
#define RCC_CR_MSIRANGE_4_MHZ (6u << 4)
#define RCC_CR_HSION (1u << 8)
#define RCC_CR_HSIRDY (1u << 10)
#define RCC_CR_PLLON (1u << 24)
#define RCC_CR_PLLRDY (1u << 25)
#define RCC_CFGR_SW_MASK (3u << 0)
#define RCC_CFGR_SW_MSI (0u << 0)
#define RCC_CFGR_SW_PLL (3u << 0)
#define RCC_CFGR_SWS_MASK (3u << 2)
#define RCC_CFGR_SWS_MSI (0u << 2)
#define RCC_CFGR_SWS_PLL (3u << 2)
#define RCC_CFGR_HPRE_MASK (0xFu << 4)
#define RCC_CFGR_HPRE_BY_2 (8u << 4)
#define RCC_CFGR_PRESCALERS (0x3Fu << 8 | 0xFu << 4)
#define RCC_PLLCFGR_SRC_HSI16 (2u << 0)
#define RCC_PLLCFGR_M_POS 4u
#define RCC_PLLCFGR_N_POS 8u
#define RCC_PLLCFGR_REN (1u << 24)
#define RCC_PLLCFGR_R_POS 25u
#define RCC_AHB1_DMA1 (1u << 0)
#define RCC_AHB1_DMAMUX1 (1u << 2)
#define RCC_APB1_TIM2 (1u << 0)
#define RCC_APB1_PWR (1u << 28)
#define RCC_APB1_2_LPUART1 (1u << 0)
#define RCC_CCIPR1_LPUART1SEL_MASK (3u << 10)
/* RCC_CSR: power-on shows as brown-out. */
#define FAMILY_RESET_FORGET (1u << 23)
#define FAMILY_RESET_OPTION_BYTES (1u << 25)
#define FAMILY_RESET_POWER_ON (1u << 27)
#define FAMILY_RESET_BROWN_OUT 0u

/* Embedded flash memory interface, chapter FLASH: the non-secure registers, which are the only ones here. */
#define FLASH_ACR REG32(0x40022000u)
#define FLASH_KEYR REG32(0x40022008u)
#define FLASH_SR REG32(0x40022020u)
#define FLASH_CR REG32(0x40022028u)
#define FLASH_ECCR REG32(0x40022030u)
#define FLASH_ACR_LATENCY_MASK (0xFu << 0)
#define FLASH_SR_EOP (1u << 0)
/* OPERR, PROGERR, WRPERR, PGAERR, SIZERR, PGSERR, OPTWERR */
#define FLASH_SR_ERRORS 0x20FAu
#define FLASH_SR_BUSY (1u << 16)
#define FLASH_CR_PG (1u << 0)
#define FLASH_CR_PER (1u << 1)
#define FLASH_CR_PNB_POS 3u
#define FLASH_CR_BKER (1u << 11)
#define FLASH_CR_STRT (1u << 16)
#define FLASH_CR_LOCK (1u << 31)
#define FLASH_ECCR_ECCD (1u << 31)

/* Instruction cache, chapter ICACHE: it caches whatever is read through the code bus, data in flash included. */
#define ICACHE_CR REG32(0x40030400u)
#define ICACHE_SR REG32(0x40030404u)
#define ICACHE_CR_ENABLE (1u << 0)
#define ICACHE_CR_INVALIDATE (1u << 1)
#define ICACHE_SR_BUSY (1u << 0)

#define FAMILY_GPIO_GENERATION 2
#define FAMILY_GPIO_BASE 0x42020000u
#define FAMILY_UART_GENERATION 2
#define FAMILY_FLASH_BY 8
/* Chapter DMAMUX: channel 1 of DMA1 is its channel 0. */
#define FAMILY_DMAMUX_BASE 0x40020800u

/* Debug support, chapter DBG. */
#define DBGMCU_APB1FZR1 REG32(0xE0044008u)
#define DBGMCU_APB1FZR1_TIM2_STOP (1u << 0)

#endif
