import { HSI, LS, MSI, PLL } from './rcc-registers.ts';

/** MSI frequencies by range number (RM0394 RCC_CR.MSIRANGE); the numbers above 11 are write-protected. */
const MSI_HZ = [100e3, 200e3, 400e3, 800e3, 1e6, 2e6, 4e6, 8e6, 16e6, 24e6, 32e6, 48e6] as const;
const HSI16_HZ = 16e6;
export const LSI_HZ = 32e3;
const LSE_HZ = 32768;

/** Typical start-up times (DS11451, electrical characteristics of the clock sources), nanoseconds. */
export const START_NS = {
  msi: (range: number): number =>
    [10e3, 5e3, 4e3, 3e3, 3e3, 3e3, 3e3, 3e3, 2.5e3, 2.5e3, 2.5e3, 2.5e3][range]!,
  hsi16: 3.8e3,
  hsi48: 2.5e3,
  pll: 15e3,
  lsi: 125e3,
  lse: 2e9,
} as const;

/** AHB prescaler by HPRE, APB prescaler by PPRE. */
const AHB_DIVIDER = [1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 8, 16, 64, 128, 256, 512] as const;
const APB_DIVIDER = [1, 1, 1, 1, 2, 4, 8, 16] as const;

/** What the main PLL would do with a configuration word. */
interface PllPlan {
  readonly outputHz: number;
  /** Why it cannot lock, in the manual's terms; undefined when it can. */
  readonly refusal?: string;
}

/** Limits of a device: PLL divider and VCO, and the highest HCLK by wait states in each voltage range. */
export interface ClockLimits {
  /** The field PLLM holds M - 1 in so many bits. */
  readonly pllmMask: number;
  /** Input of the VCO. */
  readonly pllInputHz: readonly [number, number];
  readonly vcoHz: readonly [number, number];
  readonly hclkHz: Readonly<Record<0 | 1 | 2, readonly number[]>>;
}

/** RM0394 and RM0351, "Number of wait states according to CPU clock frequency". */
export const L4_LIMITS: ClockLimits = {
  pllmMask: 7,
  pllInputHz: [4e6, 16e6],
  vcoHz: [64e6, 344e6],
  hclkHz: { 0: [], 1: [16e6, 32e6, 48e6, 64e6, 80e6], 2: [6e6, 12e6, 18e6, 26e6] },
};

/** RM0438, read access latency. */
export const L5_LIMITS: ClockLimits = {
  pllmMask: 15,
  // OpenOCD's own clock set-up of this family gives it 2 MHz and waits for the lock.
  pllInputHz: [2e6, 16e6],
  vcoHz: [64e6, 344e6],
  hclkHz: {
    0: [20e6, 40e6, 60e6, 80e6, 100e6, 110e6],
    1: [20e6, 40e6, 60e6, 80e6],
    2: [8e6, 16e6, 26e6],
  },
};

/**
 * Main PLL's R output: f(source) / PLLM · PLLN / PLLR (RCC_PLLCFGR).
 * Limits: VCO input 4-16 MHz (L4), PLLN 8-86, VCO output 64-344 MHz.
 */
export function planPll(pllcfgr: number, sourceHz: number, limits: ClockLimits): PllPlan {
  const inputHz = sourceHz / (((pllcfgr >>> 4) & limits.pllmMask) + 1);
  const n = (pllcfgr >>> 8) & 0x7f;
  const vcoHz = inputHz * n;
  const outputHz = vcoHz / (2 * (((pllcfgr >>> 25) & 3) + 1));
  const [lowestHz, highestHz] = limits.vcoHz;
  if (sourceHz === 0) return { outputHz: 0, refusal: 'its source is not selected or not ready' };
  if (n < 8 || n > 86) return { outputHz, refusal: `PLLN = ${n} is outside 8-86` };
  const [slowestHz, fastestHz] = limits.pllInputHz;
  if (inputHz < slowestHz || inputHz > fastestHz)
    return {
      outputHz,
      refusal: `its input of ${inputHz / 1e6} MHz is outside ${slowestHz / 1e6}-${fastestHz / 1e6} MHz`,
    };
  if (vcoHz < lowestHz || vcoHz > highestHz)
    return {
      outputHz,
      refusal: `its VCO at ${vcoHz / 1e6} MHz is outside ${lowestHz / 1e6}-${highestHz / 1e6} MHz`,
    };
  return { outputHz };
}

/**
 * Flash wait states that a core clock needs.
 * @returns undefined when the voltage range does not allow the frequency at all
 */
export function requiredWaitStates(
  limits: ClockLimits,
  hclkHz: number,
  voltageRange: 0 | 1 | 2,
): number | undefined {
  const needed = limits.hclkHz[voltageRange].findIndex((limitHz) => hclkHz <= limitHz);
  return needed < 0 ? undefined : needed;
}

/** The registers that decide the clock tree. */
export interface ClockRegisters {
  readonly cr: number;
  readonly cfgr: number;
  readonly pllcfgr: number;
  readonly ccipr: number;
  readonly bdcr: number;
  readonly csr: number;
  /** RCC_CFGR.SWS: the source in use. */
  readonly sws: number;
  readonly limits: ClockLimits;
}

/** Range of MSI: from CR once MSIRGSEL is set, from CSR before. */
export const msiRange = ({ cr, csr }: ClockRegisters): number =>
  cr & MSI.rangeSelect ? (cr >>> 4) & 15 : (csr >>> 8) & 15;

const msiHz = (registers: ClockRegisters): number =>
  registers.cr & MSI.ready ? MSI_HZ[msiRange(registers)]! : 0;
const hsiHz = ({ cr }: ClockRegisters): number => (cr & HSI.ready ? HSI16_HZ : 0);
const lseHz = ({ bdcr }: ClockRegisters): number => (bdcr & LS.ready ? LSE_HZ : 0);
const lsiHz = ({ csr }: ClockRegisters): number => (csr & LS.ready ? LSI_HZ : 0);

/** Input of the PLLs by PLLSRC; 0 while it is off. */
export function pllSourceHz(registers: ClockRegisters): number {
  const source = registers.pllcfgr & 3;
  return source === 1 ? msiHz(registers) : source === 2 ? hsiHz(registers) : 0;
}

/** Frequency of a system clock source by its SW code; 0 while it is not ready. */
export function sourceHz(registers: ClockRegisters, code: number): number {
  if (code === 0) return msiHz(registers);
  if (code === 1) return hsiHz(registers);
  const outputOn = (registers.cr & PLL.ready) !== 0 && (registers.pllcfgr & (1 << 24)) !== 0;
  return code === 3 && outputOn
    ? planPll(registers.pllcfgr, pllSourceHz(registers), registers.limits).outputHz
    : 0;
}

/** Bus clocks, from the source in use and the prescalers. */
export function busClocks(registers: ClockRegisters) {
  const { cfgr } = registers;
  const sysclkHz = sourceHz(registers, registers.sws);
  const hclkHz = sysclkHz / AHB_DIVIDER[(cfgr >>> 4) & 15]!;
  const pclk1Hz = hclkHz / APB_DIVIDER[(cfgr >>> 8) & 7]!;
  const pclk2Hz = hclkHz / APB_DIVIDER[(cfgr >>> 11) & 7]!;
  // Timers run at twice the bus clock unless the APB prescaler is 1.
  return { sysclkHz, hclkHz, pclk1Hz, pclk2Hz, timer1Hz: pclk1Hz * ((cfgr >>> 10) & 1 ? 2 : 1) };
}

/** Kernel clock of USART1 (field 0), USART2 (field 1) or LPUART1 (field 5) by CCIPR; 0 when its source is off. */
export function usartKernelHz(registers: ClockRegisters, field: number): number {
  const { sysclkHz, pclk1Hz, pclk2Hz } = busClocks(registers);
  const choices = [field === 0 ? pclk2Hz : pclk1Hz, sysclkHz, hsiHz(registers), lseHz(registers)];
  return choices[(registers.ccipr >>> (2 * field)) & 3]!;
}

/** Kernel clock of LPTIM1 (field 9) or LPTIM2 (field 10) by CCIPR; 0 when its source is off. */
export function lptimKernelHz(registers: ClockRegisters, field: number): number {
  const choices = [busClocks(registers).pclk1Hz, lsiHz(registers), hsiHz(registers), lseHz(registers)];
  return choices[(registers.ccipr >>> (2 * field)) & 3]!;
}
