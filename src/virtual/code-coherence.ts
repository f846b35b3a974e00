import type { Bus, Window } from './bus.ts';
import type { BusMaster } from './interfaces.ts';
import type { UnicornEngine } from './unicorn.ts';

const SEV = 0xbf40;
const PAGE_BYTES = 4096;

/**
 * Keeps what the emulator library has translated in step with memory that others change, and knows the addresses that
 * must be looked at before they execute: breakpoints, and SEV, which the library takes for a no-operation.
 */
export class CodeCoherence {
  readonly #engine: UnicornEngine;
  readonly #bus: Bus;
  readonly #stale: { window: Window; offset: number; length: number }[] = [];
  /** RAM pages that the debugger wrote: code may lie there, so DMA into them counts too. */
  readonly #codePages = new Set<number>();
  readonly #sevs = new Set<number>();
  #breakpoints: ReadonlySet<number> = new Set();

  constructor(engine: UnicornEngine, bus: Bus) {
    this.#engine = engine;
    this.#bus = bus;
  }

  get hasStale(): boolean {
    return this.#stale.length > 0;
  }

  isBreakpoint(address: number): boolean {
    return this.#breakpoints.has(address);
  }

  isSev(address: number): boolean {
    return this.#sevs.has(address);
  }

  touched(window: Window, offset: number, length: number, by: BusMaster): void {
    const pages: number[] = [];
    for (let at = offset - (offset % PAGE_BYTES); at < offset + length; at += PAGE_BYTES) {
      pages.push(window.start + at);
    }
    if (by === 'dma' && !pages.some((page) => this.#codePages.has(page))) return;
    if (window.region.kind === 'ram') for (const page of pages) this.#codePages.add(page);
    this.#stale.push({ window, offset, length });
  }

  setBreakpoints(addresses: ReadonlySet<number>): void {
    const before = this.#breakpoints;
    this.#breakpoints = addresses;
    for (const address of before) if (!addresses.has(address)) this.#release(address);
    for (const address of addresses) this.#engine.watch(address);
  }

  /** Between runs: forgets stale translations in every window of the memory, and looks for SEV in the new code. */
  flush(): void {
    for (const { window, offset, length } of this.#stale) {
      const sevs = this.#findSev(window.memory, offset, Math.min(length, window.region.sizeBytes - offset));
      for (const alias of this.#bus.aliasesOf(window)) {
        const start = alias.start + offset;
        this.#engine.invalidate(start, length);
        for (const address of this.#sevs) {
          if (address < start || address >= start + length || sevs.has(address - alias.start)) continue;
          this.#sevs.delete(address);
          this.#release(address);
        }
        for (const at of sevs) {
          this.#sevs.add(alias.start + at);
          this.#engine.watch(alias.start + at);
        }
      }
    }
    this.#stale.length = 0;
  }

  #release(address: number): void {
    if (!this.#sevs.has(address) && !this.#breakpoints.has(address)) this.#engine.unwatch(address);
  }

  /** Offsets of halfwords that would be SEV if they were instructions; data that looks like it is never executed. */
  #findSev(memory: Buffer, offset: number, length: number): Set<number> {
    const found = new Set<number>();
    const pattern = Buffer.from([SEV & 0xff, SEV >>> 8]);
    const end = offset + length;
    let at = memory.indexOf(pattern, offset - (offset % 2));
    while (at >= 0 && at < end) {
      if (at % 2 === 0) found.add(at);
      at = memory.indexOf(pattern, at + 1);
    }
    return found;
  }
}
