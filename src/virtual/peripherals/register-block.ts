import type { BusMaster, Complaint, Peripheral, ResetKind } from '../interfaces.ts';

type Complain = (complaint: Complaint) => void;

/** What every register block is built with: its place, and where it may raise its voice. */
export interface BlockPlace {
  readonly name: string;
  readonly baseAddress: number;
  /** False while the block's bus clock is off in RCC: the manual allows no access then; reads give 0. */
  readonly clocked?: () => boolean;
  readonly complain: Complain;
}

/**
 * A block of 32-bit registers. Narrow accesses are turned into words: a read takes its lanes, a write carries a mask of
 * the lanes it drives, so that write-1-to-clear bits of other lanes stay as they are.
 */
export abstract class RegisterBlock implements Peripheral {
  readonly name: string;
  readonly baseAddress: number;
  readonly sizeBytes: number;
  readonly #clocked: () => boolean;
  readonly #complain: Complain;

  constructor(place: BlockPlace, sizeBytes: number) {
    this.name = place.name;
    this.baseAddress = place.baseAddress;
    this.sizeBytes = sizeBytes;
    this.#clocked = place.clocked ?? (() => true);
    this.#complain = place.complain;
  }

  read(offsetBytes: number, sizeBytes: number, by: BusMaster): number {
    if (!this.#clocked()) {
      this.violation('read while its clock is off in RCC', offsetBytes);
      return 0;
    }
    const value = this.readWord(offsetBytes & ~3, by) >>> 0;
    if (sizeBytes === 4) return value;
    return (value >>> (8 * (offsetBytes & 3))) & (sizeBytes === 1 ? 0xff : 0xffff);
  }

  write(offsetBytes: number, sizeBytes: number, value: number, by: BusMaster): void {
    if (!this.#clocked()) {
      this.violation('written while its clock is off in RCC', offsetBytes);
      return;
    }
    const shift = 8 * (offsetBytes & 3);
    const lanes = sizeBytes === 4 ? 0xffffffff : (((1 << (8 * sizeBytes)) - 1) << shift) >>> 0;
    this.writeWord(offsetBytes & ~3, ((value << shift) & lanes) >>> 0, lanes, by);
  }

  abstract reset(kind: ResetKind): void;
  protected abstract readWord(offsetBytes: number, by: BusMaster): number;
  /** `value` is zero outside `lanes`. */
  protected abstract writeWord(offsetBytes: number, value: number, lanes: number, by: BusMaster): void;

  protected violation(text: string, offsetBytes?: number): void {
    this.#say('violation', text, offsetBytes);
  }

  protected unmodelled(text: string, offsetBytes?: number): void {
    this.#say('unmodelled', text, offsetBytes);
  }

  protected note(text: string, offsetBytes?: number): void {
    this.#say('note', text, offsetBytes);
  }

  #say(kind: Complaint['kind'], text: string, offsetBytes: number | undefined): void {
    this.#complain({
      kind,
      peripheral: this.name,
      text,
      ...(offsetBytes === undefined ? {} : { address: (this.baseAddress + offsetBytes) >>> 0 }),
    });
  }
}

/** The new content of a register: `writable` bits in `lanes` from `value`, the rest as it was. Unsigned. */
export function merge(old: number, value: number, lanes: number, writable = 0xffffffff): number {
  const mask = lanes & writable;
  return ((old & ~mask) | (value & mask)) >>> 0;
}
