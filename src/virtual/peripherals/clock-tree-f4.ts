import { type ClockTreeFacts, dividedClocks, type PllPlan } from './clock-tree.ts';

/** Register offsets of RM0368, RM0383 and RM0385, chapter RCC. */
export const RCC_F4 = {
  CR: 0x00,
  PLLCFGR: 0x04,
  CFGR: 0x08,
  CIR: 0x0c,
  AHB1RSTR: 0x10,
  AHB2RSTR: 0x14,
  AHB3RSTR: 0x18,
  APB1RSTR: 0x20,
  APB2RSTR: 0x24,
  AHB1ENR: 0x30,
  AHB2ENR: 0x34,
  AHB3ENR: 0x38,
  APB1ENR: 0x40,
  APB2ENR: 0x44,
  AHB1LPENR: 0x50,
  AHB2LPENR: 0x54,
  AHB3LPENR: 0x58,
  APB1LPENR: 0x60,
  APB2LPENR: 0x64,
  BDCR: 0x70,
  CSR: 0x74,
  SSCGR: 0x80,
  PLLI2SCFGR: 0x84,
  PLLSAICFGR: 0x88,
  DCKCFGR: 0x8c,
  DCKCFGR2: 0x90,
} as const;
const HSI_ON = 1 << 0;
const HSE_ON = 1 << 16;
const HSE_BYPASS = 1 << 18;
const PLL_ON = 1 << 24;
const TIMER_PRESCALER = 1 << 24;
const PLL_FROM_HSE = 1 << 22;
export const HSI_HZ = 16e6;

/** What tells the devices apart. */
interface F4Clocks {
  /** Enable bits that exist: AHB1 to 3, APB1, APB2. */
  readonly enables: readonly [ahb1: number, ahb2: number, ahb3: number, apb1: number, apb2: number];
  readonly ahb1Reset: number;
  /** Clock fed to OSC_IN. */
  readonly hseHz: number;
  readonly lsiHz: number;
  readonly pllN: readonly [lowest: number, highest: number];
  readonly vcoHz: readonly [lowest: number, highest: number];
  /** Registers that only some devices have: DCKCFGR2 and PLLSAICFGR of the F7. */
  readonly more: ClockTreeFacts['registers'];
}

/** Facts of an F4 or F7. */
export function f4Clocks(device: F4Clocks): ClockTreeFacts {
  const [ahb1, ahb2, ahb3, apb1, apb2] = device.enables;
  const pair = (reset: number, enable: number, writable: number, enabled = 0) => ({
    [reset]: { reset: 0, writable },
    [enable]: { reset: enabled, writable: writable | enabled },
    [enable + 0x20]: { reset: writable, writable: 0xffffffff },
  });
  const plan = (register: (offset: number) => number, hz: (source: string) => number): PllPlan => {
    const word = register(RCC_F4.PLLCFGR);
    const m = word & 0x3f;
    const n = (word >>> 6) & 0x1ff;
    const sourceHz = hz(word & PLL_FROM_HSE ? 'hse' : 'hsi');
    const inputHz = m < 2 ? 0 : sourceHz / m;
    const vcoHz = inputHz * n;
    const outputHz = vcoHz / (2 * (((word >>> 16) & 3) + 1));
    if (sourceHz === 0) return { outputHz: 0, refusal: 'its source is not ready' };
    if (m < 2) return { outputHz: 0, refusal: `PLLM = ${m} is below 2` };
    if (inputHz < 0.95e6 || inputHz > 2.1e6)
      return { outputHz, refusal: `its input of ${inputHz / 1e6} MHz is outside 1-2 MHz` };
    if (n < device.pllN[0] || n > device.pllN[1])
      return { outputHz, refusal: `PLLN = ${n} is outside ${device.pllN.join('-')}` };
    if (vcoHz < device.vcoHz[0] || vcoHz > device.vcoHz[1])
      return { outputHz, refusal: `its VCO at ${vcoHz / 1e6} MHz is out of its limits` };
    return { outputHz };
  };
  return {
    registers: {
      [RCC_F4.CR]: { reset: 0x83, writable: 0x3d0d00f9 },
      [RCC_F4.PLLCFGR]: { reset: 0x24003010, writable: 0x0f437fff },
      [RCC_F4.CFGR]: { reset: 0, writable: 0xfffffcf3 },
      [RCC_F4.CIR]: { reset: 0, writable: 0x7f00 },
      [RCC_F4.BDCR]: { reset: 0, writable: 0x0001831d },
      [RCC_F4.SSCGR]: { reset: 0, writable: 0xcfffffff },
      [RCC_F4.PLLI2SCFGR]: { reset: 0x24003000, writable: 0x7f037fff },
      [RCC_F4.DCKCFGR]: { reset: 0, writable: 0x01f31f1f },
      ...pair(RCC_F4.AHB1RSTR, RCC_F4.AHB1ENR, ahb1, device.ahb1Reset),
      ...pair(RCC_F4.AHB2RSTR, RCC_F4.AHB2ENR, ahb2),
      ...(ahb3 === 0 ? {} : pair(RCC_F4.AHB3RSTR, RCC_F4.AHB3ENR, ahb3)),
      ...pair(RCC_F4.APB1RSTR, RCC_F4.APB1ENR, apb1),
      ...pair(RCC_F4.APB2RSTR, RCC_F4.APB2ENR, apb2),
      ...device.more,
    },
    oscillators: {
      hsi: { register: RCC_F4.CR, on: HSI_ON, ready: 1 << 1, startNs: 2.2e3, hz: () => HSI_HZ },
      hse: {
        register: RCC_F4.CR,
        on: HSE_ON,
        ready: 1 << 17,
        startNs: 2e3,
        // No crystal stands on the board: only the probe's clock, taken in bypass, is there.
        hz: (register) => (register(RCC_F4.CR) & HSE_BYPASS ? device.hseHz : 0),
      },
      lsi: { register: RCC_F4.CSR, on: 1, ready: 2, startNs: 15e3, hz: () => device.lsiHz },
    },
    pll: {
      register: RCC_F4.CR,
      on: PLL_ON,
      ready: 1 << 25,
      startNs: 100e3,
      frozen: [[RCC_F4.PLLCFGR, 0x0f437fff]],
      plan,
    },
    switch: {
      register: RCC_F4.CFGR,
      mask: 3,
      statusShift: 2,
      sources: { 0: 'hsi', 1: 'hse', 2: 'pll' },
    },
    buses: (register, sysclkHz) => {
      const cfgr = register(RCC_F4.CFGR);
      const clocks = dividedClocks(sysclkHz, cfgr >>> 4, cfgr >>> 10, cfgr >>> 13);
      if (!(register(RCC_F4.DCKCFGR) & TIMER_PRESCALER)) return clocks;
      return { ...clocks, timer1Hz: Math.min(clocks.hclkHz, 4 * clocks.pclk1Hz) };
    },
    csr: {
      offset: RCC_F4.CSR,
      writable: 1,
      remove: 1 << 24,
      flags: {
        pin: 1 << 26,
        powerOn: (1 << 27) | (1 << 25),
        software: 1 << 28,
        watchdog: 1 << 29,
      },
    },
    resets: {
      [RCC_F4.AHB1RSTR]: RCC_F4.AHB1ENR,
      [RCC_F4.AHB2RSTR]: RCC_F4.AHB2ENR,
      [RCC_F4.APB1RSTR]: RCC_F4.APB1ENR,
      [RCC_F4.APB2RSTR]: RCC_F4.APB2ENR,
    },
    loud: [
      [RCC_F4.CR, 0x3c080000, 'clock security system, PLLI2S and PLLSAI: they never lock'],
      [RCC_F4.CFGR, 0xffe00000, 'clock outputs'],
      [RCC_F4.CIR, 0x7f00, 'interrupts of RCC'],
      [RCC_F4.BDCR, 0xffffffff, 'backup domain'],
      [RCC_F4.SSCGR, 0x80000000, 'spread spectrum'],
    ],
  };
}
