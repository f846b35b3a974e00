import { type ClockTreeFacts, dividedClocks } from './clock-tree.ts';

/** Register offsets of RM0444, chapter RCC. */
export const RCC_G0 = {
  CR: 0x00,
  ICSCR: 0x04,
  CFGR: 0x08,
  PLLCFGR: 0x0c,
  CIER: 0x18,
  CIFR: 0x1c,
  CICR: 0x20,
  IOPRSTR: 0x24,
  AHBRSTR: 0x28,
  APBRSTR1: 0x2c,
  APBRSTR2: 0x30,
  IOPENR: 0x34,
  AHBENR: 0x38,
  APBENR1: 0x3c,
  APBENR2: 0x40,
  IOPSMENR: 0x44,
  AHBSMENR: 0x48,
  APBSMENR1: 0x4c,
  APBSMENR2: 0x50,
  CCIPR: 0x54,
  BDCR: 0x5c,
  CSR: 0x60,
} as const;
export const G0_HSI_HZ = 16e6;
export const G0_LSI_HZ = 32e3;
const PLL_R_ENABLE = 1 << 28;

const plain = (reset: number, writable: number) => ({ reset, writable });

/** RCC of the STM32G071 (RM0444). */
export const G0_CLOCKS: ClockTreeFacts = {
  registers: {
    [RCC_G0.CR]: plain(0x500, 0x010d3b00),
    [RCC_G0.ICSCR]: plain(0x4000, 0x7f00),
    [RCC_G0.CFGR]: plain(0, 0x77007f07),
    [RCC_G0.PLLCFGR]: plain(0x1000, 0xff3f7f73),
    [RCC_G0.CIER]: plain(0, 0x3b),
    [RCC_G0.CIFR]: plain(0, 0),
    [RCC_G0.CICR]: plain(0, 0),
    [RCC_G0.IOPRSTR]: plain(0, 0x2f),
    [RCC_G0.AHBRSTR]: plain(0, 0x1101),
    [RCC_G0.APBRSTR1]: plain(0, 0xff7e4033),
    [RCC_G0.APBRSTR2]: plain(0, 0x0017d801),
    [RCC_G0.IOPENR]: plain(0, 0x2f),
    [RCC_G0.AHBENR]: plain(0x100, 0x1101),
    [RCC_G0.APBENR1]: plain(0, 0xff7e4c33),
    [RCC_G0.APBENR2]: plain(0, 0x0017d801),
    [RCC_G0.IOPSMENR]: plain(0x2f, 0x2f),
    [RCC_G0.AHBSMENR]: plain(0x1301, 0x1301),
    [RCC_G0.APBSMENR1]: plain(0xff7e4c33, 0xff7e4c33),
    [RCC_G0.APBSMENR2]: plain(0x0017d801, 0x0017d801),
    [RCC_G0.CCIPR]: plain(0, 0xc17cfc4f),
    [RCC_G0.BDCR]: plain(0, 0x0301837d),
  },
  oscillators: {
    hsi: {
      register: RCC_G0.CR,
      on: 1 << 8,
      ready: 1 << 10,
      startNs: 1e3,
      hz: () => G0_HSI_HZ,
    },
    // HSISYS, the system clock's input: HSI16 by HSIDIV.
    hsisys: {
      register: RCC_G0.CR,
      on: 1 << 8,
      ready: 1 << 10,
      startNs: 1e3,
      hz: (register) => G0_HSI_HZ / 2 ** ((register(RCC_G0.CR) >>> 11) & 7),
    },
    // Neither crystal nor clock stands at OSC_IN of this board.
    hse: { register: RCC_G0.CR, on: 1 << 16, ready: 1 << 17, startNs: 0, hz: () => 0 },
    lsi: { register: RCC_G0.CSR, on: 1, ready: 2, startNs: 80e3, hz: () => G0_LSI_HZ },
  },
  pll: {
    register: RCC_G0.CR,
    on: 1 << 24,
    ready: 1 << 25,
    startNs: 15e3,
    frozen: [[RCC_G0.PLLCFGR, 0xee3e7f73]],
    plan: (register, hz) => {
      const word = register(RCC_G0.PLLCFGR);
      const sourceHz = (word & 3) === 2 ? hz('hsi') : 0;
      const inputHz = sourceHz / (((word >>> 4) & 7) + 1);
      const n = (word >>> 8) & 0x7f;
      const vcoHz = inputHz * n;
      const outputHz = word & PLL_R_ENABLE ? vcoHz / ((word >>> 29) + 1) : 0;
      if (sourceHz === 0) return { outputHz: 0, refusal: 'its source is not selected or not ready' };
      if (n < 8 || n > 86) return { outputHz, refusal: `PLLN = ${n} is outside 8-86` };
      if (inputHz < 2.66e6 || inputHz > 16e6)
        return { outputHz, refusal: `its input of ${inputHz / 1e6} MHz is outside 2.66-16 MHz` };
      if (vcoHz < 64e6 || vcoHz > 344e6)
        return { outputHz, refusal: `its VCO at ${vcoHz / 1e6} MHz is outside 64-344 MHz` };
      if (word >>> 29 === 0) return { outputHz, refusal: 'PLLR = 0 is reserved' };
      return { outputHz };
    },
  },
  switch: {
    register: RCC_G0.CFGR,
    mask: 7,
    statusShift: 3,
    sources: { 0: 'hsisys', 1: 'hse', 2: 'pll', 3: 'lsi' },
  },
  buses: (register, sysclkHz) => {
    const cfgr = register(RCC_G0.CFGR);
    return dividedClocks(sysclkHz, cfgr >>> 8, cfgr >>> 12, cfgr >>> 12);
  },
  csr: {
    offset: RCC_G0.CSR,
    writable: 1,
    remove: 1 << 23,
    flags: { pin: 1 << 26, powerOn: 1 << 27, software: 1 << 28, watchdog: 1 << 29 },
  },
  resets: {
    [RCC_G0.IOPRSTR]: RCC_G0.IOPENR,
    [RCC_G0.AHBRSTR]: RCC_G0.AHBENR,
    [RCC_G0.APBRSTR1]: RCC_G0.APBENR1,
    [RCC_G0.APBRSTR2]: RCC_G0.APBENR2,
  },
  loud: [
    [RCC_G0.CR, 1 << 19, 'clock security system'],
    [RCC_G0.CFGR, 0x77000000, 'clock output'],
    [RCC_G0.CIER, 0x3b, 'interrupts of RCC'],
    [RCC_G0.BDCR, 0xffffffff, 'backup domain'],
  ],
};
