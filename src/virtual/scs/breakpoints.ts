import type { CpuTraits } from '../core-models.ts';

/** The flash patch and breakpoint unit (FPB, or BPU on v6-M): comparators on instruction addresses, nothing else. */
export class BreakpointUnit {
  readonly #traits: CpuTraits;
  readonly #comparators: Uint32Array;
  #enabled = false;
  /** Called with the addresses that must now stop the core. */
  readonly #onChange: (addresses: ReadonlySet<number>) => void;

  constructor(traits: CpuTraits, onChange: (addresses: ReadonlySet<number>) => void) {
    this.#traits = traits;
    this.#comparators = new Uint32Array((traits.fpbControl >>> 4) & 0xf);
    this.#onChange = onChange;
  }

  powerOn(): void {
    this.#enabled = false;
    this.#comparators.fill(0);
    this.#publish();
  }

  /** `offset` from 0xE0002000. */
  read(offset: number): number {
    if (offset === 0) return (this.#traits.fpbControl | (this.#enabled ? 1 : 0)) >>> 0;
    return this.#comparators[(offset - 8) / 4] ?? 0;
  }

  write(offset: number, value: number): void {
    const index = (offset - 8) / 4;
    if (offset === 0) {
      const key = (value & 2) !== 0;
      if (key) this.#enabled = (value & 1) !== 0;
    } else if (index >= 0 && index < this.#comparators.length) this.#comparators[index] = value;
    this.#publish();
  }

  #publish(): void {
    const addresses = new Set<number>();
    if (this.#enabled) for (const word of this.#comparators) this.#addressesOf(word, addresses);
    this.#onChange(addresses);
  }

  #addressesOf(word: number, into: Set<number>): void {
    if ((word & 1) === 0) return;
    if (this.#traits.fpbVersion === 2) {
      into.add((word & ~1) >>> 0);
      return;
    }
    const base = word & 0x1ffffffc;
    const halves = word >>> 30;
    if ((halves & 1) !== 0) into.add(base);
    if ((halves & 2) !== 0) into.add(base + 2);
  }
}
