/*
 * Registers of the STM32L43x, names and bits as in RM0394.
 */
#ifndef STM32L4_REGISTERS_H
#define STM32L4_REGISTERS_H

#include "cortex-m/core.h"
#include "board_config.h"

/* Power control, chapter PWR. */
#define PWR_CR1 REG32(0x40007000u)
#define PWR_SR2 REG32(0x40007014u)
#define PWR_CR1_VOS_MASK (3u << 9)
#define PWR_CR1_VOS_RANGE_1 (1u << 9)
#define PWR_SR2_VOSF (1u << 10)

/* Reset and clock control, chapter RCC. */
#define RCC_CR REG32(0x40021000u)
#define RCC_CFGR REG32(0x40021008u)
#define RCC_PLLCFGR REG32(0x4002100Cu)
#define RCC_CIER REG32(0x40021018u)
#define RCC_AHB1RSTR REG32(0x40021028u)
#define RCC_APB1RSTR1 REG32(0x40021038u)
#define RCC_AHB1ENR REG32(0x40021048u)
#define RCC_AHB2ENR REG32(0x4002104Cu)
#define RCC_APB1ENR1 REG32(0x40021058u)
#define RCC_CCIPR REG32(0x40021088u)
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
#define RCC_CFGR_PRESCALERS (0x3Fu << 8 | 0xFu << 4)
#define RCC_PLLCFGR_SRC_HSI16 (2u << 0)
#define RCC_PLLCFGR_M_POS 4u
#define RCC_PLLCFGR_N_POS 8u
#define RCC_PLLCFGR_REN (1u << 24)
#define RCC_PLLCFGR_R_POS 25u
#define RCC_AHB1_DMA1 (1u << 0)
#define RCC_APB1_TIM2 (1u << 0)
#define RCC_APB1_USART2 (1u << 17)
#define RCC_APB1_PWR (1u << 28)
#define RCC_CCIPR_USART2SEL_MASK (3u << 2)
#define RCC_CSR_RMVF (1u << 23)
#define RCC_CSR_FWRSTF (1u << 24)
#define RCC_CSR_OBLRSTF (1u << 25)
#define RCC_CSR_PINRSTF (1u << 26)
#define RCC_CSR_BORRSTF (1u << 27)
#define RCC_CSR_SFTRSTF (1u << 28)
#define RCC_CSR_IWDGRSTF (1u << 29)
#define RCC_CSR_WWDGRSTF (1u << 30)
#define RCC_CSR_LPWRRSTF (1u << 31)

/* Embedded flash memory interface, chapter FLASH. */
#define FLASH_ACR REG32(0x40022000u)
#define FLASH_KEYR REG32(0x40022008u)
#define FLASH_SR REG32(0x40022010u)
#define FLASH_CR REG32(0x40022014u)
#define FLASH_ECCR REG32(0x40022018u)
#define FLASH_ACR_LATENCY_MASK (7u << 0)
#define FLASH_ACR_PRFTEN (1u << 8)
#define FLASH_ACR_ICEN (1u << 9)
#define FLASH_ACR_DCEN (1u << 10)
#define FLASH_ACR_DCRST (1u << 12)
#define FLASH_SR_EOP (1u << 0)
/* OPERR, PROGERR, WRPERR, PGAERR, SIZERR, PGSERR, MISERR, FASTERR, RDERR, OPTVERR */
#define FLASH_SR_ERRORS 0xC3FAu
#define FLASH_SR_BSY (1u << 16)
#define FLASH_CR_PG (1u << 0)
#define FLASH_CR_PER (1u << 1)
#define FLASH_CR_PNB_POS 3u
#define FLASH_CR_STRT (1u << 16)
#define FLASH_CR_LOCK (1u << 31)
#define FLASH_ECCR_ECCD (1u << 31)

/* General-purpose I/O, chapter GPIO: port A is 0. */
#define GPIO_MODER(port) REG32(0x48000000u + 0x400u * (port))
#define GPIO_OSPEEDR(port) REG32(0x48000008u + 0x400u * (port))
#define GPIO_PUPDR(port) REG32(0x4800000Cu + 0x400u * (port))
#define GPIO_AFR(port, pin) REG32(0x48000020u + 0x400u * (port) + 4u * ((pin) / 8u))
#define GPIO_MODE_ALTERNATE 2u
#define GPIO_SPEED_MEDIUM 1u
#define GPIO_PULL_UP 1u

/* Direct memory access controller, chapter DMA: channels count from 1. */
#define DMA_ISR REG32(BOARD_DMA_BASE + 0x00u)
#define DMA_IFCR REG32(BOARD_DMA_BASE + 0x04u)
#define DMA_CCR(channel) REG32(BOARD_DMA_BASE + 0x08u + 20u * ((channel) - 1u))
#define DMA_CNDTR(channel) REG32(BOARD_DMA_BASE + 0x0Cu + 20u * ((channel) - 1u))
#define DMA_CPAR(channel) REG32(BOARD_DMA_BASE + 0x10u + 20u * ((channel) - 1u))
#define DMA_CMAR(channel) REG32(BOARD_DMA_BASE + 0x14u + 20u * ((channel) - 1u))
#define DMA_CSELR REG32(BOARD_DMA_BASE + 0xA8u)
#define DMA_CSELR_POS(channel) (4u * ((channel) - 1u))
/* The four flags of a channel: global, transfer complete, half transfer, transfer error. */
#define DMA_FLAG_TC(channel) (2u << (4u * ((channel) - 1u)))
#define DMA_FLAG_HT(channel) (4u << (4u * ((channel) - 1u)))
#define DMA_FLAG_TE(channel) (8u << (4u * ((channel) - 1u)))
#define DMA_CCR_EN (1u << 0)
#define DMA_CCR_TCIE (1u << 1)
#define DMA_CCR_HTIE (1u << 2)
#define DMA_CCR_DIR_FROM_MEMORY (1u << 4)
#define DMA_CCR_CIRC (1u << 5)
#define DMA_CCR_MINC (1u << 7)
#define DMA_CCR_PL_HIGH (2u << 12)

/* Universal synchronous/asynchronous receiver transmitter, chapter USART. */
#define USART_CR1 REG32(BOARD_UART_BASE + 0x00u)
#define USART_CR2 REG32(BOARD_UART_BASE + 0x04u)
#define USART_CR3 REG32(BOARD_UART_BASE + 0x08u)
#define USART_BRR REG32(BOARD_UART_BASE + 0x0Cu)
#define USART_ISR REG32(BOARD_UART_BASE + 0x1Cu)
#define USART_ICR REG32(BOARD_UART_BASE + 0x20u)
#define USART_RDR_ADDRESS (BOARD_UART_BASE + 0x24u)
#define USART_TDR_ADDRESS (BOARD_UART_BASE + 0x28u)
#define USART_TDR REG32(USART_TDR_ADDRESS)
#define USART_CR1_UE (1u << 0)
#define USART_CR1_RE (1u << 2)
#define USART_CR1_TE (1u << 3)
#define USART_CR1_IDLEIE (1u << 4)
#define USART_CR1_CMIE (1u << 14)
#define USART_CR2_ADD_POS 24u
#define USART_CR3_EIE (1u << 0)
#define USART_CR3_DMAR (1u << 6)
#define USART_CR3_DMAT (1u << 7)
/* The same bit in ISR (is set) and ICR (clear it). */
#define USART_FE (1u << 1)
#define USART_NE (1u << 2)
#define USART_ORE (1u << 3)
#define USART_IDLE (1u << 4)
#define USART_TC (1u << 6)
#define USART_CM (1u << 17)
#define USART_ISR_TXE (1u << 7)

/* Timer 2, chapter General-purpose timers. */
#define TIM_CR1 REG32(BOARD_TIMER_BASE + 0x00u)
#define TIM_DIER REG32(BOARD_TIMER_BASE + 0x0Cu)
#define TIM_SR REG32(BOARD_TIMER_BASE + 0x10u)
#define TIM_EGR REG32(BOARD_TIMER_BASE + 0x14u)
#define TIM_CNT REG32(BOARD_TIMER_BASE + 0x24u)
#define TIM_PSC REG32(BOARD_TIMER_BASE + 0x28u)
#define TIM_ARR REG32(BOARD_TIMER_BASE + 0x2Cu)
#define TIM_CCR1 REG32(BOARD_TIMER_BASE + 0x34u)
#define TIM_CR1_CEN (1u << 0)
#define TIM_CR1_URS (1u << 2)
#define TIM_DIER_UIE (1u << 0)
#define TIM_DIER_CC1IE (1u << 1)
#define TIM_SR_UIF (1u << 0)
#define TIM_SR_CC1IF (1u << 1)
#define TIM_EGR_UG (1u << 0)

/* Debug support, chapter DBG. */
#define DBGMCU_APB1FZR1 REG32(0xE0042008u)
#define DBGMCU_APB1FZR1_TIM2_STOP (1u << 0)

#endif
