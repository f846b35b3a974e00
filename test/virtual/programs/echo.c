/*
 * Echo over USART2 of an STM32L432, written from the reference manual alone: polling, or circular DMA into a ring.
 * MODE: 0 polling, 1 DMA ring. Clock: HSI16. BAUD at 16 MHz.
 */
#include <stdint.h>

#define REG(address) (*(volatile uint32_t *)(address))
#define RCC_CR REG(0x40021000)
#define RCC_CFGR REG(0x40021008)
#define RCC_AHB1ENR REG(0x40021048)
#define RCC_AHB2ENR REG(0x4002104C)
#define RCC_APB1ENR1 REG(0x40021058)
#define GPIOA_MODER REG(0x48000000)
#define GPIOA_AFRL REG(0x48000020)
#define GPIOA_AFRH REG(0x48000024)
#define USART2_CR1 REG(0x40004400)
#define USART2_CR3 REG(0x40004408)
#define USART2_BRR REG(0x4000440C)
#define USART2_ISR REG(0x4000441C)
#define USART2_ICR REG(0x40004420)
#define USART2_RDR REG(0x40004424)
#define USART2_TDR REG(0x40004428)
#define DMA1_CCR6 REG(0x4002006C)
#define DMA1_CNDTR6 REG(0x40020070)
#define DMA1_CPAR6 REG(0x40020074)
#define DMA1_CMAR6 REG(0x40020078)
#define DMA1_CSELR REG(0x400200A8)

#ifndef BAUD
#define BAUD 115200
#endif
#ifndef MODE
#define MODE 0
#endif
#define RING 1024u

static volatile uint8_t ring[RING];

static void send(uint32_t byte)
{
  while (!(USART2_ISR & (1u << 7))) {
  }
  USART2_TDR = byte;
}

void start(void)
{
  RCC_CR |= 1u << 8;
  while (!(RCC_CR & (1u << 10))) {
  }
  RCC_CFGR = 1;
  while ((RCC_CFGR & 12u) != 4u) {
  }
  RCC_AHB1ENR |= 1u;
  RCC_AHB2ENR |= 1u;
  RCC_APB1ENR1 |= 1u << 17;
  (void)RCC_APB1ENR1;
  GPIOA_AFRL = (GPIOA_AFRL & ~0xF00u) | 0x700u;
  GPIOA_AFRH = (GPIOA_AFRH & ~0xF0000000u) | 0x30000000u;
  GPIOA_MODER = (GPIOA_MODER & ~0xC0000030u) | 0x80000020u;
  USART2_BRR = (16000000u + BAUD / 2u) / BAUD;
#if MODE == 1
  DMA1_CSELR = 2u << 20;
  DMA1_CPAR6 = 0x40004424u;
  DMA1_CMAR6 = (uint32_t)ring;
  DMA1_CNDTR6 = RING;
  DMA1_CCR6 = (1u << 7) | (1u << 5) | 1u;
  USART2_CR3 = 1u << 6;
#endif
  USART2_CR1 = (1u << 3) | (1u << 2) | 1u;
  for (const char *text = "echo\n"; *text; text++) send((uint32_t)*text);
  uint32_t read = 0;
  for (;;) {
    uint32_t errors = USART2_ISR & 0xEu;
    if (errors) {
      USART2_ICR = errors;
      if (errors & 2u) send('F');
      if (errors & 8u) send('O');
    }
#if MODE == 1
    if (read != RING - DMA1_CNDTR6) {
      send(ring[read]);
      read = (read + 1u) % RING;
    }
#else
    (void)read;
    if (USART2_ISR & (1u << 5)) send(USART2_RDR);
#endif
  }
}

static void stop(void)
{
  for (;;) {
  }
}

__attribute__((section(".vectors"), used)) static void (*const vectors[])(void) = {
    (void (*)(void))0x20004000, start, stop, stop, stop, stop, stop};
