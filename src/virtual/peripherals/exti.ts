import type { CoreSignals } from '../interfaces.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

/** One bank of 32 lines: base offset, implemented lines, lines with edge registers, reset value of the mask. */
const BANKS = [
  { offset: 0x00, lines: 0xffffffff, edges: 0x007dffff, maskReset: 0xff820000 },
  { offset: 0x20, lines: 0x000000ff, edges: 0x00000078, maskReset: 0x00000087 },
] as const;

/**
 * EXTI of the STM32L43x: masks and pending bits of all lines, software triggers. Nothing outside drives the pins, so no
 * edge ever comes by itself.
 */
export class Exti extends RegisterBlock {
  readonly #core: CoreSignals;
  readonly #irqOf: (line: number) => number | undefined;
  #banks = BANKS.map(({ maskReset }) => ({
    imr: maskReset as number,
    emr: 0,
    rtsr: 0,
    ftsr: 0,
    swier: 0,
    pr: 0,
  }));

  constructor(place: BlockPlace, core: CoreSignals, irqOf: (line: number) => number | undefined) {
    super(place, 0x400);
    this.#core = core;
    this.#irqOf = irqOf;
  }

  reset(): void {
    this.#banks = BANKS.map(({ maskReset }) => ({
      imr: maskReset,
      emr: 0,
      rtsr: 0,
      ftsr: 0,
      swier: 0,
      pr: 0,
    }));
    this.#signal();
  }

  protected readWord(offset: number): number {
    const bank = this.#banks[offset >> 5];
    const name = NAMES[(offset & 0x1f) >> 2];
    if (!bank || !name) {
      this.violation('reserved register read', offset);
      return 0;
    }
    return bank[name];
  }

  protected writeWord(offset: number, value: number, lanes: number): void {
    const bank = this.#banks[offset >> 5];
    const name = NAMES[(offset & 0x1f) >> 2];
    const facts = BANKS[offset >> 5];
    if (!bank || !name || !facts) {
      this.violation('reserved register written', offset);
      return;
    }
    if (name === 'pr') {
      bank.pr = (bank.pr & ~value) >>> 0;
      bank.swier = (bank.swier & ~value) >>> 0;
    } else {
      const writable = name === 'imr' || name === 'emr' ? facts.lines : facts.edges;
      const old = bank[name];
      bank[name] = merge(old, value, lanes, writable);
      if (name === 'swier') bank.pr = (bank.pr | (bank.swier & ~old & bank.imr)) >>> 0;
    }
    this.#signal();
  }

  #signal(): void {
    const levels = new Map<number, boolean>();
    for (const [index, bank] of this.#banks.entries()) {
      for (let line = 0; line < 32; line++) {
        const irq = this.#irqOf(32 * index + line);
        if (irq === undefined) continue;
        const pending = ((bank.pr & bank.imr) >>> line) & 1;
        levels.set(irq, (levels.get(irq) ?? false) || pending === 1);
      }
    }
    for (const [irq, level] of levels) this.#core.setIrq(irq, level);
  }
}

const NAMES = ['imr', 'emr', 'rtsr', 'ftsr', 'swier', 'pr'] as const;
