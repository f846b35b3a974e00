import type { BusMaster, CoreSignals, ResetKind, VirtualClock } from '../interfaces.ts';
import {
  busClocks,
  type ClockLimits,
  type ClockRegisters,
  lptimKernelHz,
  msiRange,
  planPll,
  pllSourceHz,
  requiredWaitStates,
  START_NS,
  sourceHz,
  usartKernelHz,
} from './rcc-clocks.ts';
import {
  BDCR_BACKUP_RESET,
  CR_WRITABLE,
  CSR_FLAGS,
  CSR_REMOVE,
  CSS_ON,
  HSE,
  HSI,
  LS,
  MSI,
  PLL,
  type PlainRegisters,
  RCC_OFFSET,
  READY_FLAG,
  SAI1_ON,
} from './rcc-registers.ts';
import { StartingSources } from './rcc-sources.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

interface RccWiring {
  readonly plain: PlainRegisters;
  readonly limits: ClockLimits;
  readonly clock: VirtualClock;
  readonly core: CoreSignals;
  readonly irqNumber: number;
  /** PWR_CR1.VOS. */
  readonly voltageRange: () => 0 | 1 | 2;
  /** FLASH_ACR.LATENCY. */
  readonly waitStates: () => number;
  /** PWR_CR1.DBP: the backup domain may be written. */
  readonly backupUnlocked: () => boolean;
  /** RCC_BDCR.BDRST was set. */
  readonly resetBackupDomain: () => void;
  /** A peripheral's reset bit was set (register offset, bit number). */
  readonly resetPeripheral: (registerOffset: number, bit: number) => void;
}

/** RCC of the L4 and L5 (RM0394, RM0351, RM0438): clock tree with start-up delays, clock enables, resets, reset cause. */
export class Rcc extends RegisterBlock {
  readonly #wiring: RccWiring;
  readonly #plain = new Map<number, number>();
  readonly #sources: StartingSources;
  readonly #listeners: (() => void)[] = [];
  #cr = 0;
  #cfgr = 0;
  #pllcfgr = 0;
  #cier = 0;
  #cifr = 0;
  #bdcr = 0;
  #csr = 0;
  #crrcr = 0;
  #sws = 0;

  constructor(place: BlockPlace, wiring: RccWiring) {
    super(place, 0x400);
    this.#wiring = wiring;
    this.#sources = new StartingSources(wiring.clock, (name) => {
      if (this.#cier & READY_FLAG[name]) this.#cifr |= READY_FLAG[name];
      this.#update();
      this.#updateIrq();
    });
  }

  /** Calls back after every change of a bus clock. */
  onClockChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Is a bit set in one of the clock enable registers? */
  isEnabled(registerOffset: number, bit: number): boolean {
    return ((this.#plain.get(registerOffset)! >>> bit) & 1) === 1;
  }

  /** Bus clocks as they are now. */
  get clocks(): ReturnType<typeof busClocks> {
    return busClocks(this.#registers);
  }

  get hclkHz(): number {
    return this.clocks.hclkHz;
  }

  /** Kernel clock of USART1 (field 0), USART2 (field 1) or LPUART1 (field 5). */
  usartKernelHz(field: number): number {
    return usartKernelHz(this.#registers, field);
  }

  /** Kernel clock of LPTIM1 (field 9) or LPTIM2 (field 10). */
  lptimKernelHz(field: number): number {
    return lptimKernelHz(this.#registers, field);
  }

  get #registers(): ClockRegisters {
    return {
      cr: this.#cr,
      cfgr: this.#cfgr,
      pllcfgr: this.#pllcfgr,
      ccipr: this.#plain.get(RCC_OFFSET.CCIPR) ?? 0,
      bdcr: this.#bdcr,
      csr: this.#csr,
      sws: this.#sws,
      limits: this.#wiring.limits,
    };
  }

  /** The independent watchdog forces LSI on. */
  forceLsi(): void {
    if (!(this.#csr & LS.on)) this.#csr |= LS.on | LS.ready;
  }

  /** Checks wait states and voltage range against the clock: to be called when one of the three changes. */
  checkLimits(): void {
    const hclkHz = this.hclkHz;
    const range = this.#wiring.voltageRange();
    const needed = requiredWaitStates(this.#wiring.limits, hclkHz, range);
    if (needed === undefined)
      this.violation(`HCLK of ${hclkHz / 1e6} MHz is too fast for voltage range ${range}`);
    else if (this.#wiring.waitStates() < needed)
      this.violation(
        `HCLK of ${hclkHz / 1e6} MHz in voltage range ${range} needs ${needed} flash wait states, ` +
          `FLASH_ACR has ${this.#wiring.waitStates()}`,
      );
  }

  reset(kind: ResetKind): void {
    // LSE belongs to the backup domain: a system reset does not touch it.
    this.#sources.forget([
      'msi',
      'hsi',
      'pll',
      'lsi',
      'hsi48',
      ...(kind === 'power-on' ? (['lse'] as const) : []),
    ]);
    this.#cr = 0x63;
    this.#cfgr = 0;
    this.#pllcfgr = 0x1000;
    this.#cier = 0;
    this.#cifr = 0;
    this.#crrcr = 0;
    this.#sws = 0;
    for (const [offset, { reset }] of Object.entries(this.#wiring.plain))
      this.#plain.set(Number(offset), reset);
    const cause =
      kind === 'power-on'
        ? CSR_FLAGS.brownOut
        : kind === 'software'
          ? CSR_FLAGS.software
          : kind === 'watchdog'
            ? CSR_FLAGS.watchdog
            : 0;
    // Every internal reset also pulls the NRST pin, so PINRSTF is always set; only power-on clears old flags.
    const kept = kind === 'power-on' ? 0 : this.#csr & 0xff000000;
    this.#csr = (kept | cause | CSR_FLAGS.pin | 0x600) >>> 0;
    if (kind === 'power-on') this.#bdcr = 0;
    this.#update();
  }

  /** Backup domain reset: BDCR goes back, LSE stops. */
  resetBackup(): void {
    this.#sources.forget(['lse']);
    this.#bdcr = 0;
  }

  protected readWord(offset: number, by: BusMaster): number {
    switch (offset) {
      case RCC_OFFSET.CR: {
        const seen = this.#cr;
        if (by === 'debugger' && this.#wiring.core.halted) this.#sources.finishNext();
        return seen;
      }
      case RCC_OFFSET.CFGR:
        return (this.#cfgr & ~0xc) | (this.#sws << 2);
      case RCC_OFFSET.PLLCFGR:
        return this.#pllcfgr;
      case RCC_OFFSET.CIER:
        return this.#cier;
      case RCC_OFFSET.CIFR:
        return this.#cifr;
      case RCC_OFFSET.CICR:
        return 0;
      case RCC_OFFSET.BDCR:
        return this.#bdcr;
      case RCC_OFFSET.CSR:
        return this.#csr;
      case RCC_OFFSET.CRRCR:
        return this.#crrcr;
      default: {
        const value = this.#plain.get(offset);
        if (value === undefined) this.violation('reserved register read', offset);
        return value ?? 0;
      }
    }
  }

  protected writeWord(offset: number, value: number, lanes: number): void {
    switch (offset) {
      case RCC_OFFSET.CR:
        this.#writeCr(merge(this.#cr, value, lanes, CR_WRITABLE));
        break;
      case RCC_OFFSET.CFGR:
        this.#cfgr = merge(this.#cfgr, value, lanes, 0x7f00bff3);
        if (this.#cfgr & 0x0f000000) this.unmodelled('MCO output', offset);
        this.#update();
        break;
      case RCC_OFFSET.PLLCFGR:
        this.#writePllcfgr(
          merge(this.#pllcfgr, value, lanes, 0xff737f03 | (this.#wiring.limits.pllmMask << 4)),
        );
        break;
      case RCC_OFFSET.CIER:
        this.#cier = merge(this.#cier, value, lanes, 0x67f);
        this.#updateIrq();
        break;
      case RCC_OFFSET.CICR:
        this.#cifr = (this.#cifr & ~value) >>> 0;
        this.#updateIrq();
        break;
      case RCC_OFFSET.BDCR:
        this.#writeBdcr(merge(this.#bdcr, value, lanes, 0x0301837d));
        break;
      case RCC_OFFSET.CSR:
        this.#writeCsr(value, lanes);
        break;
      case RCC_OFFSET.CRRCR:
        this.#crrcr = merge(this.#crrcr, value, lanes, 1);
        this.#sources.order('hsi48', {
          wanted: (this.#crrcr & 1) === 1,
          isReady: (this.#crrcr & 2) !== 0,
          delayNs: START_NS.hsi48,
          setReady: (ready) => {
            this.#crrcr = ready ? this.#crrcr | 2 : this.#crrcr & ~2;
          },
        });
        break;
      default:
        this.#writePlain(offset, value, lanes);
    }
  }

  #writePlain(offset: number, value: number, lanes: number): void {
    const kind = this.#wiring.plain[offset];
    if (!kind) {
      this.violation('reserved or read-only register written', offset);
      return;
    }
    const old = this.#plain.get(offset)!;
    const now = merge(old, value, lanes, kind.writable);
    if ((value & ~kind.writable & ~kind.reset) >>> 0 !== 0)
      this.violation(`reserved bits written: 0x${((value & ~kind.writable) >>> 0).toString(16)}`, offset);
    this.#plain.set(offset, now);
    if (offset >= RCC_OFFSET.AHB1RSTR && offset <= RCC_OFFSET.APB2RSTR) {
      for (let bit = 0; bit < 32; bit++)
        if (now & ~old & (1 << bit)) this.#wiring.resetPeripheral(offset, bit);
    } else this.#changed();
  }

  #writeCr(wanted: number): void {
    let next = wanted;
    const keepOn = (bit: number, source: number, name: string): void => {
      const isPllSource = this.#cr & PLL.on && (this.#pllcfgr & 3) === source;
      const isSystem = this.#sws === (source === 1 ? 0 : source === 2 ? 1 : 3);
      if (next & bit || !(this.#cr & bit)) return;
      if (isSystem || (isPllSource && source !== 0)) {
        this.violation(`${name} cannot be stopped while it is in use`, RCC_OFFSET.CR);
        next |= bit;
      }
    };
    keepOn(MSI.on, 1, 'MSI');
    keepOn(HSI.on, 2, 'HSI16');
    if (this.#sws === 3 && !(next & PLL.on)) {
      this.violation('PLL cannot be stopped while it is the system clock', RCC_OFFSET.CR);
      next |= PLL.on;
    }
    if (this.#cr & MSI.rangeSelect) next |= MSI.rangeSelect; // writing 0 has no effect
    const range = (next >>> 4) & 15;
    const rangeChanges = range !== ((this.#cr >>> 4) & 15);
    if (range > 11) next = (next & ~0xf0) | (this.#cr & 0xf0);
    else if (rangeChanges && this.#cr & MSI.on && !(this.#cr & MSI.ready)) {
      this.violation('MSIRANGE changed while MSI is on and not ready', RCC_OFFSET.CR);
      next = (next & ~0xf0) | (this.#cr & 0xf0);
    }
    const settled = MSI.ready | HSI.ready | PLL.ready;
    const before = this.#cr;
    this.#cr = ((next & ~settled) | (before & settled)) >>> 0;
    if (this.#cr & HSE.on && !(before & HSE.on))
      this.unmodelled('HSE: no crystal or clock at OSC_IN on this board, HSERDY stays 0', RCC_OFFSET.CR);
    if (this.#cr & CSS_ON && !(before & CSS_ON)) this.unmodelled('clock security system', RCC_OFFSET.CR);
    if (this.#cr & SAI1_ON && !(before & SAI1_ON)) this.unmodelled('PLLSAI1, it never locks', RCC_OFFSET.CR);
    this.#startOrStopHighSpeed();
    this.#update();
  }

  #startOrStopHighSpeed(): void {
    const range = msiRange(this.#registers);
    this.#sources.order('msi', {
      wanted: (this.#cr & MSI.on) !== 0,
      isReady: (this.#cr & MSI.ready) !== 0,
      delayNs: START_NS.msi(range),
      setReady: (ready) => {
        this.#cr = ready ? this.#cr | MSI.ready : this.#cr & ~MSI.ready;
      },
    });
    this.#sources.order('hsi', {
      wanted: (this.#cr & HSI.on) !== 0,
      isReady: (this.#cr & HSI.ready) !== 0,
      delayNs: START_NS.hsi16,
      setReady: (ready) => {
        this.#cr = ready ? this.#cr | HSI.ready : this.#cr & ~HSI.ready;
      },
    });
    const pllWanted = (this.#cr & PLL.on) !== 0;
    if (pllWanted && !(this.#cr & PLL.ready) && !this.#sources.has('pll')) {
      const { refusal } = planPll(this.#pllcfgr, pllSourceHz(this.#registers), this.#wiring.limits);
      if (refusal !== undefined) {
        this.violation(`PLL does not lock: ${refusal}`, RCC_OFFSET.PLLCFGR);
        return;
      }
    }
    this.#sources.order('pll', {
      wanted: pllWanted,
      isReady: (this.#cr & PLL.ready) !== 0,
      delayNs: START_NS.pll,
      setReady: (ready) => {
        this.#cr = ready ? this.#cr | PLL.ready : this.#cr & ~PLL.ready;
      },
    });
  }

  #writePllcfgr(wanted: number): void {
    const enables = 0x01110000;
    let next = wanted;
    if (this.#cr & PLL.on && ((next ^ this.#pllcfgr) & ~enables) >>> 0 !== 0) {
      this.violation('PLL configuration written while the PLL is on', RCC_OFFSET.PLLCFGR);
      next = (next & enables) | (this.#pllcfgr & ~enables);
    }
    if (this.#sws === 3 && !(next & (1 << 24))) {
      this.violation('PLLREN cleared while the PLL is the system clock', RCC_OFFSET.PLLCFGR);
      next |= 1 << 24;
    }
    this.#pllcfgr = next >>> 0;
    this.#update();
  }

  #writeBdcr(wanted: number): void {
    if (!this.#wiring.backupUnlocked()) {
      if (wanted !== this.#bdcr) this.violation('BDCR written while PWR_CR1.DBP is 0', RCC_OFFSET.BDCR);
      return;
    }
    if (wanted & BDCR_BACKUP_RESET) {
      this.resetBackup();
      this.#bdcr = BDCR_BACKUP_RESET;
      this.#wiring.resetBackupDomain();
      return;
    }
    let next = wanted;
    const source = (this.#bdcr >>> 8) & 3;
    if (source !== 0 && ((next >>> 8) & 3) !== source) {
      this.violation('RTCSEL cannot be changed until the backup domain is reset', RCC_OFFSET.BDCR);
      next = (next & ~0x300) | (this.#bdcr & 0x300);
    }
    this.#bdcr = (next & ~LS.ready) | (this.#bdcr & LS.ready);
    this.#sources.order('lse', {
      wanted: (this.#bdcr & LS.on) !== 0,
      isReady: (this.#bdcr & LS.ready) !== 0,
      delayNs: START_NS.lse,
      setReady: (ready) => {
        this.#bdcr = ready ? this.#bdcr | LS.ready : this.#bdcr & ~LS.ready;
      },
    });
  }

  #writeCsr(value: number, lanes: number): void {
    if (value & CSR_REMOVE) this.#csr &= 0x00ffffff;
    const range = (value >>> 8) & 15;
    let next = merge(this.#csr, value, lanes, 0xf01);
    if (range < 4 || range > 7) next = (next & ~0xf00) | (this.#csr & 0xf00);
    this.#csr = next >>> 0;
    this.#sources.order('lsi', {
      wanted: (this.#csr & LS.on) !== 0,
      isReady: (this.#csr & LS.ready) !== 0,
      delayNs: START_NS.lsi,
      setReady: (ready) => {
        this.#csr = (ready ? this.#csr | LS.ready : this.#csr & ~LS.ready) >>> 0;
      },
    });
  }

  /** A switch takes place when the wanted source is ready; until then the old one stays. */
  #update(): void {
    const wanted = this.#cfgr & 3;
    if (wanted !== this.#sws) {
      if (sourceHz(this.#registers, wanted) > 0) this.#sws = wanted;
      else this.note('system clock switch waits for a source that is not ready', RCC_OFFSET.CFGR);
    }
    this.#changed();
  }

  #lastHclkHz = 0;

  #changed(): void {
    const hclkHz = this.hclkHz;
    if (hclkHz !== this.#lastHclkHz && hclkHz > 0) {
      this.#lastHclkHz = hclkHz;
      this.#wiring.core.setCoreClockHz(hclkHz);
      this.checkLimits();
    }
    for (const listener of this.#listeners) listener();
  }

  #updateIrq(): void {
    this.#wiring.core.setIrq(this.#wiring.irqNumber, (this.#cifr & this.#cier) !== 0);
  }
}
