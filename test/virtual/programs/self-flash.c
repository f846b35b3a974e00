/*
 * Erases page 8 and programs it double word by double word, from code in flash, written from the reference manual alone.
 * RAM words from 0x20000100: erase begun, double words done, NMIs, what the page held at start.
 */
#include <stdint.h>

#define REG(address) (*(volatile uint32_t *)(address))
#define FLASH_KEYR REG(0x40022008)
#define FLASH_SR REG(0x40022010)
#define FLASH_CR REG(0x40022014)
#define FLASH_ECCR REG(0x40022018)
#define ERASES REG(0x20000100)
#define WORDS REG(0x20000104)
#define NMIS REG(0x20000108)
#define READ_BACK REG(0x2000010C)
#define PAGE 0x08004000u

static void wait(void)
{
  while (FLASH_SR & (1u << 16)) {
  }
}

void start(void)
{
  ERASES = 0;
  WORDS = 0;
  NMIS = 0;
  READ_BACK = REG(PAGE + 8u);
  FLASH_KEYR = 0x45670123u;
  FLASH_KEYR = 0xCDEF89ABu;
  ERASES = 1;
  FLASH_CR = 2u | (8u << 3);
  FLASH_CR |= 1u << 16;
  wait();
  FLASH_CR = 1;
  for (uint32_t at = 0; at < 2048u; at += 8u) {
    REG(PAGE + at) = at;
    REG(PAGE + at + 4u) = ~at;
    wait();
    WORDS++;
  }
  FLASH_CR = 0x80000000u;
  for (;;) {
  }
}

static void nmi(void)
{
  NMIS++;
  FLASH_ECCR = 0x80000000u;
}

static void stop(void)
{
  for (;;) {
  }
}

__attribute__((section(".vectors"), used)) static void (*const vectors[])(void) = {
    (void (*)(void))0x20004000, start, nmi, stop, stop, stop, stop};
