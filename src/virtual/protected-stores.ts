import type { Bus, Window } from './bus.ts';

/**
 * Stores of the core to memory that it may not simply change. The emulator library announces such a store and then
 * performs it all the same, so the bytes that should stand there are kept and put back after the instruction.
 */
export class ProtectedStores {
  readonly #bus: Bus;
  readonly #touched: { window: Window; offset: number; length: number; bytes: Buffer }[] = [];

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  get pending(): boolean {
    return this.#touched.length > 0;
  }

  /**
   * The core stores `value`. Flash: the controller decides, and what it leaves in the array stays.
   * @returns false where nothing may be written: a bus fault.
   */
  store(address: number, sizeBytes: number, value: number): boolean {
    const window = this.#bus.windowAt(address, sizeBytes);
    if (window === undefined) return false;
    this.restore();
    const isFlash = window.region.kind === 'flash' && this.#bus.flash !== undefined;
    if (isFlash) this.#bus.flash?.write(address, sizeBytes as 1 | 2 | 4, value, 'core');
    this.#touched.push({ window, offset: address - window.start, length: sizeBytes, bytes: Buffer.alloc(0) });
    for (const entry of this.#touched) {
      entry.bytes = Buffer.from(entry.window.memory.subarray(entry.offset, entry.offset + entry.length));
    }
    return isFlash;
  }

  /** Puts back what the controller wanted to stand there. */
  restore(): void {
    for (const { window, offset, bytes } of this.#touched) window.memory.set(bytes, offset);
  }

  /** After the instruction: restores and forgets. */
  settle(): void {
    this.restore();
    this.#touched.length = 0;
  }
}
