import type { BusMaster, FlashWriteSink, ResetKind } from '../interfaces.ts';
import { FlashOperations, type OperationWiring } from './flash-operations.ts';
import { KEYS } from './flash-registers.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

const OFFSET = {
  ACR: 0x00,
  KEYR: 0x04,
  OPTKEYR: 0x08,
  SR: 0x0c,
  CR: 0x10,
  OPTCR: 0x14,
  OPTCR1: 0x18,
} as const;
const SR = {
  eop: 1 << 0,
  operationError: 1 << 1,
  writeProtected: 1 << 4,
  alignment: 1 << 5,
  parallelism: 1 << 6,
  /** PGSERR on the F4, ERSERR on the F7: control register not set up for what was asked. */
  sequence: 1 << 7,
  busy: 1 << 16,
} as const;
const CR = {
  program: 1,
  sectorErase: 2,
  massErase: 4,
  start: 1 << 16,
  eopIrq: 1 << 24,
  errorIrq: 1 << 25,
} as const;
const CR_LOCK = 0x8000_0000;
/** PSIZE: bytes that one write must have. */
const PSIZE_BYTES = [1, 2, 4, 8] as const;
/** Looks at SR after which code in RAM that polls is held until the operation is over. */
const PATIENCE_POLLS = 4;
const CACHE_RESETS = { instruction: 1 << 11, data: 1 << 12 } as const;

interface FlashF4Facts {
  readonly baseAddress: number;
  readonly irqNumber: number;
  readonly acrWritable: number;
  readonly clearable: number;
  /** OPTCR, OPTCR1 as delivered. */
  readonly optionWords: readonly [number, number?];
  readonly onWaitStates: () => void;
}

/**
 * Flash controller of the F4 and F7 (RM0368, RM0383, RM0385, chapter on the embedded flash): keys, programming with
 * the width that PSIZE names, erase of sectors of different sizes, error flags, busy time. No ECC: what a cut of power
 * leaves half done reads as it is. Bits can be cleared one by one. Option bytes can be read only.
 */
export class FlashF4 extends RegisterBlock {
  readonly #wiring: OperationWiring;
  readonly #facts: FlashF4Facts;
  /** Power failures are armed here. */
  readonly operations: FlashOperations;
  #acr = 0;
  #sr = 0;
  #cr = CR_LOCK;
  #keyStep = 0;
  #lockedUntilReset = false;
  #polls = 0;

  constructor(place: BlockPlace, facts: FlashF4Facts, wiring: OperationWiring) {
    super(place, 0x400);
    this.#wiring = wiring;
    this.#facts = facts;
    this.operations = new FlashOperations(wiring, () => {
      if (this.#cr & CR.eopIrq) this.#sr |= SR.eop;
      this.#signal();
    });
  }

  get waitStates(): number {
    return this.#acr & 15;
  }

  /** The flash array as the bus sees it. */
  readonly sink: FlashWriteSink = {
    write: (address, sizeBytes, value, by) =>
      this.operations.whenIdle(by, () => this.#program(address, sizeBytes, value)),
    readTorn: () => {},
  };

  reset(kind: ResetKind): void {
    this.operations.reset(kind);
    this.#acr = 0;
    this.#sr = 0;
    this.#cr = CR_LOCK;
    this.#keyStep = 0;
    this.#lockedUntilReset = false;
    this.#signal();
  }

  protected readWord(offset: number, by: BusMaster): number {
    switch (offset) {
      case OFFSET.ACR:
        return this.#acr;
      case OFFSET.KEYR:
      case OFFSET.OPTKEYR:
        return 0;
      case OFFSET.SR:
        return this.#readStatus(by);
      case OFFSET.CR:
        return this.#cr;
      case OFFSET.OPTCR:
        return this.#facts.optionWords[0];
      default:
        if (offset === OFFSET.OPTCR1 && this.#facts.optionWords[1] !== undefined)
          return this.#facts.optionWords[1];
        this.violation('reserved register read', offset);
        return 0;
    }
  }

  protected writeWord(offset: number, value: number, lanes: number, by: BusMaster): void {
    switch (offset) {
      case OFFSET.ACR:
        this.#writeAcr(merge(this.#acr, value, lanes, this.#facts.acrWritable));
        break;
      case OFFSET.KEYR:
        this.#writeKey(value);
        break;
      case OFFSET.SR:
        this.#sr &= ~(value & this.#facts.clearable);
        this.#signal();
        break;
      case OFFSET.CR:
        // The bus stalls a write of CR until the running operation is over.
        this.operations.whenIdle(by, () => this.#writeCr(value, lanes));
        break;
      default:
        this.unmodelled('option bytes cannot be written on this board', offset);
    }
  }

  /** With the core halted, time stands still: the first look shows BSY, then time jumps to the operation's end. */
  #readStatus(by: BusMaster): number {
    if (!this.operations.busy) return this.#sr;
    const seen = this.#sr | SR.busy;
    if (by === 'debugger' && this.#wiring.core.halted) this.operations.finishNow();
    if (by === 'core' && ++this.#polls >= PATIENCE_POLLS) this.operations.stallCore();
    return seen;
  }

  #writeAcr(wanted: number): void {
    let next = wanted;
    for (const [name, reset] of Object.entries(CACHE_RESETS))
      if (next & reset && this.#acr & (reset >>> 2)) {
        this.violation(`${name} cache reset while it is on`, OFFSET.ACR);
        next &= ~reset;
      }
    this.#acr = next;
    this.#facts.onWaitStates();
  }

  /** A wrong key locks CR until the next reset. */
  #writeKey(value: number): void {
    if (!(this.#cr & CR_LOCK)) {
      this.violation('key written while CR is unlocked', OFFSET.KEYR);
      return;
    }
    if (this.#lockedUntilReset || value !== KEYS[this.#keyStep]) {
      this.violation('wrong unlock key: CR is locked until the next reset', OFFSET.KEYR);
      this.#lockedUntilReset = true;
      return;
    }
    this.#keyStep++;
    if (this.#keyStep < KEYS.length) return;
    this.#keyStep = 0;
    this.#cr = (this.#cr & ~CR_LOCK) >>> 0;
  }

  #writeCr(value: number, lanes: number): void {
    if (this.#cr & CR_LOCK) {
      if (merge(this.#cr, value, lanes) !== this.#cr) this.violation('CR written while locked', OFFSET.CR);
      return;
    }
    this.#cr = (merge(this.#cr, value, lanes, 0x0300037f) | (value & CR_LOCK)) >>> 0;
    if (value & CR.start) this.#startErase();
    this.#signal();
  }

  #startErase(): void {
    const kinds = this.#cr & (CR.program | CR.sectorErase | CR.massErase);
    const sector = (this.#cr >>> 3) & 15;
    if (this.#cr & CR_LOCK || (kinds !== CR.sectorErase && kinds !== CR.massErase))
      this.#refuse(SR.sequence, 'STRT with no or several operations selected');
    else if (kinds === CR.massErase) this.#begin({ kind: 'massErase' });
    else if (sector >= this.#wiring.array.pages) this.#refuse(SR.sequence, `sector ${sector} does not exist`);
    else this.#begin({ kind: 'pageErase', page: sector });
  }

  /** One write of PSIZE's width: the cells take every 0 of it. */
  #program(address: number, sizeBytes: 1 | 2 | 4, value: number): void {
    const { array } = this.#wiring;
    const offset = address - this.#facts.baseAddress;
    const kinds = this.#cr & (CR.program | CR.sectorErase | CR.massErase);
    const width = PSIZE_BYTES[(this.#cr >>> 8) & 3]!;
    const where = `(0x${value.toString(16)} to 0x${address.toString(16)})`;
    if (this.#cr & CR_LOCK || kinds !== CR.program)
      this.#refuse(SR.sequence, `flash written while PG is not the selected operation ${where}`);
    else if (width === 8) {
      this.unmodelled('programming by 64 bits needs an external voltage that this board has not', OFFSET.CR);
      this.#refuse(SR.parallelism, `PSIZE names 64 bits ${where}`);
    } else if (sizeBytes !== width)
      this.#refuse(
        SR.parallelism,
        `flash written with ${8 * sizeBytes} bits, PSIZE says ${8 * width} ${where}`,
      );
    else if (offset % width !== 0 || offset < 0 || offset + width > array.bytes.length)
      this.#refuse(SR.alignment, `flash written across or outside its rows ${where}`);
    else {
      const bits = BigInt(value >>> 0) & ((1n << BigInt(8 * width)) - 1n);
      this.#begin({ kind: 'program', offset, value: bits & array.value(offset, width), sizeBytes: width });
    }
  }

  #refuse(flags: number, why: string): void {
    this.violation(why);
    this.#sr |= flags;
    if (this.#cr & CR.errorIrq) this.#sr |= SR.operationError;
    this.#signal();
  }

  #begin(operation: Parameters<FlashOperations['begin']>[0]): void {
    this.#polls = 0;
    this.operations.begin(operation);
  }

  #signal(): void {
    const pending =
      (this.#sr & SR.eop && this.#cr & CR.eopIrq) || (this.#sr & SR.operationError && this.#cr & CR.errorIrq);
    this.#wiring.core.setIrq(this.#facts.irqNumber, Boolean(pending));
  }
}
