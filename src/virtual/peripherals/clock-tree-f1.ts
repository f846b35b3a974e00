import { type ClockTreeFacts, dividedClocks } from './clock-tree.ts';

/** Register offsets of RM0008 and RM0091, chapter RCC; those from AHBRSTR on exist on the F0 only. */
export const RCC_F1 = {
  CR: 0x00,
  CFGR: 0x04,
  CIR: 0x08,
  APB2RSTR: 0x0c,
  APB1RSTR: 0x10,
  AHBENR: 0x14,
  APB2ENR: 0x18,
  APB1ENR: 0x1c,
  BDCR: 0x20,
  CSR: 0x24,
  AHBRSTR: 0x28,
  CFGR2: 0x2c,
  CFGR3: 0x30,
  CR2: 0x34,
} as const;
const HSE_BYPASS = 1 << 18;
export const F1_HSI_HZ = 8e6;

interface F1Clocks {
  /** Enable bits that exist: AHB, APB1, APB2. */
  readonly enables: readonly [ahb: number, apb1: number, apb2: number];
  readonly ahbReset: number;
  readonly hseHz: number;
  readonly lsiHz: number;
  /** The F0's second and third configuration register, and one APB. */
  readonly isF0: boolean;
  readonly pllHz: readonly [lowest: number, highest: number];
}

/** Facts of an F103 or F072. */
export function f1Clocks(device: F1Clocks): ClockTreeFacts {
  const [ahb, apb1, apb2] = device.enables;
  const { isF0 } = device;
  /** The PLL's input: HSI/2, or HSE (through the divider that the family has). */
  const inputHz = (register: (offset: number) => number, hz: (source: string) => number): number => {
    const cfgr = register(RCC_F1.CFGR);
    if (!isF0) return (cfgr >>> 16) & 1 ? hz('hse') / (((cfgr >>> 17) & 1) + 1) : hz('hsi') / 2;
    const predivider = (register(RCC_F1.CFGR2) & 15) + 1;
    return [hz('hsi') / 2, hz('hsi') / predivider, hz('hse') / predivider, 0][(cfgr >>> 15) & 3]!;
  };
  const plain = (reset: number, writable: number) => ({ reset, writable });
  return {
    registers: {
      [RCC_F1.CR]: plain(0x83, 0x010d00f9),
      [RCC_F1.CFGR]: plain(0, isF0 ? 0xff7fc7f3 : 0x077ffff3),
      [RCC_F1.CIR]: plain(0, 0x1f00),
      [RCC_F1.APB2RSTR]: plain(0, apb2),
      [RCC_F1.APB1RSTR]: plain(0, apb1),
      [RCC_F1.AHBENR]: plain(device.ahbReset, ahb),
      [RCC_F1.APB2ENR]: plain(0, apb2),
      [RCC_F1.APB1ENR]: plain(0, apb1),
      [RCC_F1.BDCR]: plain(0, 0x0001831d),
      ...(isF0 && {
        [RCC_F1.AHBRSTR]: plain(0, 0x017e0000),
        [RCC_F1.CFGR2]: plain(0, 0xf),
        [RCC_F1.CFGR3]: plain(0, 0x000300d3),
        [RCC_F1.CR2]: plain(0x80, 0x000100fd),
      }),
    },
    oscillators: {
      hsi: { register: RCC_F1.CR, on: 1, ready: 2, startNs: 1.5e3, hz: () => F1_HSI_HZ },
      hse: {
        register: RCC_F1.CR,
        on: 1 << 16,
        ready: 1 << 17,
        startNs: 2e3,
        // No crystal stands on the board: only the probe's clock, taken in bypass, is there.
        hz: (register) => (register(RCC_F1.CR) & HSE_BYPASS ? device.hseHz : 0),
      },
      lsi: { register: RCC_F1.CSR, on: 1, ready: 2, startNs: 85e3, hz: () => device.lsiHz },
    },
    pll: {
      register: RCC_F1.CR,
      on: 1 << 24,
      ready: 1 << 25,
      startNs: 100e3,
      frozen: [
        [RCC_F1.CFGR, isF0 ? 0x003f8000 : 0x003f0000],
        [RCC_F1.CFGR2, 0xf],
      ],
      plan: (register, hz) => {
        const sourceHz = inputHz(register, hz);
        const outputHz = sourceHz * Math.min(16, ((register(RCC_F1.CFGR) >>> 18) & 15) + 2);
        if (sourceHz === 0) return { outputHz, refusal: 'its source is not ready' };
        if (sourceHz < 1e6 || sourceHz > 25e6)
          return { outputHz, refusal: `its input of ${sourceHz / 1e6} MHz is outside 1-25 MHz` };
        const [lowest, highest] = device.pllHz;
        if (outputHz < lowest || outputHz > highest)
          return { outputHz, refusal: `its output of ${outputHz / 1e6} MHz is out of its limits` };
        return { outputHz };
      },
    },
    switch: {
      register: RCC_F1.CFGR,
      mask: 3,
      statusShift: 2,
      sources: { 0: 'hsi', 1: 'hse', 2: 'pll' },
    },
    buses: (register, sysclkHz) => {
      const cfgr = register(RCC_F1.CFGR);
      return dividedClocks(sysclkHz, cfgr >>> 4, cfgr >>> 8, isF0 ? cfgr >>> 8 : cfgr >>> 11);
    },
    csr: {
      offset: RCC_F1.CSR,
      writable: 1,
      remove: 1 << 24,
      flags: { pin: 1 << 26, powerOn: 1 << 27, software: 1 << 28, watchdog: 1 << 29 },
    },
    resets: {
      [RCC_F1.APB2RSTR]: RCC_F1.APB2ENR,
      [RCC_F1.APB1RSTR]: RCC_F1.APB1ENR,
      ...(isF0 && { [RCC_F1.AHBRSTR]: RCC_F1.AHBENR }),
    },
    loud: [
      [RCC_F1.CR, 1 << 19, 'clock security system'],
      [RCC_F1.CFGR, 0x07000000, 'clock output'],
      [RCC_F1.CIR, 0x1f00, 'interrupts of RCC'],
      [RCC_F1.BDCR, 0xffffffff, 'backup domain'],
      [RCC_F1.CR2, 0x00010001, 'HSI14 and HSI48: they never start'],
    ],
  };
}
