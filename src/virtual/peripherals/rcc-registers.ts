/** Register offsets of RM0394 chapter "Reset and clock control". */
export const RCC_OFFSET = {
  CR: 0x00,
  ICSCR: 0x04,
  CFGR: 0x08,
  PLLCFGR: 0x0c,
  PLLSAI1CFGR: 0x10,
  PLLSAI2CFGR: 0x14,
  CIER: 0x18,
  CIFR: 0x1c,
  CICR: 0x20,
  AHB1RSTR: 0x28,
  AHB2RSTR: 0x2c,
  AHB3RSTR: 0x30,
  APB1RSTR1: 0x38,
  APB1RSTR2: 0x3c,
  APB2RSTR: 0x40,
  AHB1ENR: 0x48,
  AHB2ENR: 0x4c,
  AHB3ENR: 0x50,
  APB1ENR1: 0x58,
  APB1ENR2: 0x5c,
  APB2ENR: 0x60,
  AHB1SMENR: 0x68,
  AHB2SMENR: 0x6c,
  AHB3SMENR: 0x70,
  APB1SMENR1: 0x78,
  APB1SMENR2: 0x7c,
  APB2SMENR: 0x80,
  CCIPR: 0x88,
  BDCR: 0x90,
  CSR: 0x94,
  CRRCR: 0x98,
  CCIPR2: 0x9c,
} as const;

export const CR_WRITABLE = 0x05_0d_0b_fd;
export const MSI = { on: 1 << 0, ready: 1 << 1, rangeSelect: 1 << 3 };
export const HSI = { on: 1 << 8, ready: 1 << 10 };
export const HSE = { on: 1 << 16 };
export const CSS_ON = 1 << 19;
export const PLL = { on: 1 << 24, ready: 1 << 25 };
export const SAI1_ON = 1 << 26;
export const LS = { on: 1 << 0, ready: 1 << 1 };

/** Interrupt flags of CIER, CIFR and CICR. */
export const READY_FLAG = { lsi: 1 << 0, lse: 1 << 1, msi: 1 << 2, hsi: 1 << 3, pll: 1 << 5, hsi48: 1 << 10 };
export const CSR_FLAGS = { pin: 1 << 26, brownOut: 1 << 27, software: 1 << 28, watchdog: 1 << 29 };
export const CSR_REMOVE = 1 << 23;
export const BDCR_BACKUP_RESET = 1 << 16;

/** Plain read-write registers: reset value and writable bits. */
export type PlainRegisters = Readonly<Record<number, { readonly reset: number; readonly writable: number }>>;

/** Bits that the STM32L432 has (RM0394). */
export const L43X_PLAIN: PlainRegisters = {
  [RCC_OFFSET.ICSCR]: { reset: 0x40800080, writable: 0x7f00ff00 },
  [RCC_OFFSET.PLLSAI1CFGR]: { reset: 0x00001000, writable: 0xff737f00 },
  [RCC_OFFSET.AHB1RSTR]: { reset: 0, writable: 0x00011103 },
  [RCC_OFFSET.AHB2RSTR]: { reset: 0, writable: 0x00042087 },
  [RCC_OFFSET.AHB3RSTR]: { reset: 0, writable: 0x00000100 },
  [RCC_OFFSET.APB1RSTR1]: { reset: 0, writable: 0xf7a28031 },
  [RCC_OFFSET.APB1RSTR2]: { reset: 0, writable: 0x00000025 },
  [RCC_OFFSET.APB2RSTR]: { reset: 0, writable: 0x00235801 },
  [RCC_OFFSET.AHB1ENR]: { reset: 0x00000100, writable: 0x00011103 },
  [RCC_OFFSET.AHB2ENR]: { reset: 0, writable: 0x00042087 },
  [RCC_OFFSET.AHB3ENR]: { reset: 0, writable: 0x00000100 },
  [RCC_OFFSET.APB1ENR1]: { reset: 0x00000400, writable: 0xf7a28c31 },
  [RCC_OFFSET.APB1ENR2]: { reset: 0, writable: 0x00000025 },
  [RCC_OFFSET.APB2ENR]: { reset: 0, writable: 0x00235881 },
  [RCC_OFFSET.AHB1SMENR]: { reset: 0x00011303, writable: 0x00011303 },
  [RCC_OFFSET.AHB2SMENR]: { reset: 0x00042287, writable: 0x00042287 },
  [RCC_OFFSET.AHB3SMENR]: { reset: 0x00000100, writable: 0x00000100 },
  [RCC_OFFSET.APB1SMENR1]: { reset: 0xf7a28c31, writable: 0xf7a28c31 },
  [RCC_OFFSET.APB1SMENR2]: { reset: 0x00000025, writable: 0x00000025 },
  [RCC_OFFSET.APB2SMENR]: { reset: 0x00235801, writable: 0x00235801 },
  [RCC_OFFSET.CCIPR]: { reset: 0, writable: 0x7ffff3ff },
};

/** Bits that the STM32L476 has (RM0351). */
export const L47X_PLAIN: PlainRegisters = {
  [RCC_OFFSET.ICSCR]: { reset: 0x10800080, writable: 0x1f00ff00 },
  [RCC_OFFSET.PLLSAI1CFGR]: { reset: 0x00001000, writable: 0x07737f00 },
  [RCC_OFFSET.PLLSAI2CFGR]: { reset: 0x00001000, writable: 0x07037f00 },
  [RCC_OFFSET.AHB1RSTR]: { reset: 0, writable: 0x00011103 },
  [RCC_OFFSET.AHB2RSTR]: { reset: 0, writable: 0x000430ff },
  [RCC_OFFSET.AHB3RSTR]: { reset: 0, writable: 0x00000101 },
  [RCC_OFFSET.APB1RSTR1]: { reset: 0, writable: 0xf2fec23f },
  [RCC_OFFSET.APB1RSTR2]: { reset: 0, writable: 0x00000025 },
  [RCC_OFFSET.APB2RSTR]: { reset: 0, writable: 0x01677c01 },
  [RCC_OFFSET.AHB1ENR]: { reset: 0x00000100, writable: 0x00011103 },
  [RCC_OFFSET.AHB2ENR]: { reset: 0, writable: 0x000430ff },
  [RCC_OFFSET.AHB3ENR]: { reset: 0, writable: 0x00000101 },
  [RCC_OFFSET.APB1ENR1]: { reset: 0, writable: 0xf2feca3f },
  [RCC_OFFSET.APB1ENR2]: { reset: 0, writable: 0x00000025 },
  [RCC_OFFSET.APB2ENR]: { reset: 0, writable: 0x01677c81 },
  [RCC_OFFSET.AHB1SMENR]: { reset: 0x00011303, writable: 0x00011303 },
  [RCC_OFFSET.AHB2SMENR]: { reset: 0x000432ff, writable: 0x000432ff },
  [RCC_OFFSET.AHB3SMENR]: { reset: 0x00000101, writable: 0x00000101 },
  [RCC_OFFSET.APB1SMENR1]: { reset: 0xf2feca3f, writable: 0xf2feca3f },
  [RCC_OFFSET.APB1SMENR2]: { reset: 0x00000025, writable: 0x00000025 },
  [RCC_OFFSET.APB2SMENR]: { reset: 0x01677c01, writable: 0x01677c01 },
  [RCC_OFFSET.CCIPR]: { reset: 0, writable: 0xffffffff },
};

/** Bits that the STM32L552 has (RM0438, TrustZone off). */
export const L5_PLAIN: PlainRegisters = {
  [RCC_OFFSET.ICSCR]: { reset: 0x40800080, writable: 0x7f00ff00 },
  [RCC_OFFSET.PLLSAI1CFGR]: { reset: 0, writable: 0xff737ff3 },
  [RCC_OFFSET.PLLSAI2CFGR]: { reset: 0, writable: 0xf8037ff3 },
  [RCC_OFFSET.AHB1RSTR]: { reset: 0, writable: 0x00011107 },
  [RCC_OFFSET.AHB2RSTR]: { reset: 0, writable: 0x004620ff },
  [RCC_OFFSET.AHB3RSTR]: { reset: 0, writable: 0x00000101 },
  [RCC_OFFSET.APB1RSTR1]: { reset: 0, writable: 0xf1fec03f },
  [RCC_OFFSET.APB1RSTR2]: { reset: 0, writable: 0x00a00263 },
  [RCC_OFFSET.APB2RSTR]: { reset: 0, writable: 0x01677801 },
  [RCC_OFFSET.AHB1ENR]: { reset: 0x00000100, writable: 0x00411107 },
  [RCC_OFFSET.AHB2ENR]: { reset: 0, writable: 0x004620ff },
  [RCC_OFFSET.AHB3ENR]: { reset: 0, writable: 0x00000101 },
  [RCC_OFFSET.APB1ENR1]: { reset: 0, writable: 0xf1fecc3f },
  [RCC_OFFSET.APB1ENR2]: { reset: 0, writable: 0x00a00263 },
  [RCC_OFFSET.APB2ENR]: { reset: 0, writable: 0x01677801 },
  [RCC_OFFSET.AHB1SMENR]: { reset: 0x00c11307, writable: 0x00c11307 },
  [RCC_OFFSET.AHB2SMENR]: { reset: 0x004622ff, writable: 0x004622ff },
  [RCC_OFFSET.AHB3SMENR]: { reset: 0x00000101, writable: 0x00000101 },
  [RCC_OFFSET.APB1SMENR1]: { reset: 0xf1fecc3f, writable: 0xf1fecc3f },
  [RCC_OFFSET.APB1SMENR2]: { reset: 0x00a00263, writable: 0x00a00263 },
  [RCC_OFFSET.APB2SMENR]: { reset: 0x01677801, writable: 0x01677801 },
  [RCC_OFFSET.CCIPR]: { reset: 0, writable: 0x3fffffff },
  [RCC_OFFSET.CCIPR2]: { reset: 0, writable: 0x003047ff },
};
