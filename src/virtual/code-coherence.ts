import type { Bus, Window } from './bus.ts';
import type { BusMaster } from './interfaces.ts';
import type { UnicornEngine } from './unicorn.ts';

const PAGE_BYTES = 4096;

/**
 * Keeps what the emulator library has translated in step with memory that others change, and watches breakpoints.
 * Watches are few on purpose: the library walks the list of them at every instruction.
 */
export class CodeCoherence {
  readonly #engine: UnicornEngine;
  readonly #bus: Bus;
  readonly #stale: { window: Window; offset: number; length: number }[] = [];
  /** RAM pages that the debugger wrote: code may lie there, so DMA into them counts too. */
  readonly #codePages = new Set<number>();
  #breakpoints: ReadonlySet<number> = new Set();

  constructor(engine: UnicornEngine, bus: Bus) {
    this.#engine = engine;
    this.#bus = bus;
  }

  isBreakpoint(address: number): boolean {
    return this.#breakpoints.has(address);
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
    for (const address of before) if (!addresses.has(address)) this.#engine.unwatch(address);
    for (const address of addresses) this.#engine.watch(address);
  }

  /** Between runs: forgets stale translations in every window of the memory. */
  flush(): void {
    for (const { window, offset, length } of this.#stale) {
      for (const alias of this.#bus.aliasesOf(window)) this.#engine.invalidate(alias.start + offset, length);
    }
    this.#stale.length = 0;
  }
}
