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
  AR: 0x14,
  OBR: 0x1c,
  WRPR: 0x20,
} as const;
const SR = { busy: 1 << 0, programError: 1 << 2, writeProtected: 1 << 4, eop: 1 << 5 } as const;
const SR_CLEARABLE = SR.programError | SR.writeProtected | SR.eop;
const CR = {
  program: 1 << 0,
  pageErase: 1 << 1,
  massErase: 1 << 2,
  options: (1 << 4) | (1 << 5),
  start: 1 << 6,
  lock: 1 << 7,
  errorIrq: 1 << 10,
  eopIrq: 1 << 12,
} as const;
const CR_WRITABLE = 0x1637;
const HALF_WORD_BYTES = 2;
const ERASED_HALF_WORD = 0xffffn;
/** Looks at SR after which code in RAM that polls is held until the operation is over. */
const PATIENCE_POLLS = 4;

interface FlashF1Facts {
  readonly baseAddress: number;
  readonly irqNumber: number;
  readonly acrReset: number;
  readonly acrWritable: number;
  /** OBR and WRPR as delivered. */
  readonly optionWords: readonly [number, number];
  readonly onWaitStates: () => void;
}

/**
 * Flash controller of the F1 and F0 (PM0075; RM0091 chapter 3): keys, programming by half words that must be erased,
 * page and mass erase, error flags, busy time. No ECC: what a cut of power leaves half done reads as it is.
 * Option bytes can be read only.
 */
export class FlashF1 extends RegisterBlock {
  readonly #wiring: OperationWiring;
  readonly #facts: FlashF1Facts;
  /** Power failures are armed here. */
  readonly operations: FlashOperations;
  #acr = 0;
  #sr = 0;
  #cr: number = CR.lock;
  #ar = 0;
  #keyStep = 0;
  #lockedUntilReset = false;
  #polls = 0;

  constructor(place: BlockPlace, facts: FlashF1Facts, wiring: OperationWiring) {
    super(place, 0x400);
    this.#wiring = wiring;
    this.#facts = facts;
    this.operations = new FlashOperations(wiring, () => {
      this.#sr |= SR.eop;
      this.#signal();
    });
  }

  get waitStates(): number {
    return this.#acr & 7;
  }

  /** The flash array as the bus sees it. */
  readonly sink: FlashWriteSink = {
    write: (address, sizeBytes, value, by) =>
      this.operations.whenIdle(by, () => this.#program(address, sizeBytes, value)),
    readTorn: () => {},
  };

  reset(kind: ResetKind): void {
    this.operations.reset(kind);
    this.#acr = this.#facts.acrReset;
    this.#sr = 0;
    this.#cr = CR.lock;
    this.#ar = 0;
    this.#keyStep = 0;
    this.#lockedUntilReset = false;
    this.#signal();
  }

  protected readWord(offset: number, by: BusMaster): number {
    switch (offset) {
      case OFFSET.ACR:
        return this.#acr;
      case OFFSET.SR:
        return this.#readStatus(by);
      case OFFSET.CR:
        return this.#cr;
      case OFFSET.AR:
      case OFFSET.KEYR:
      case OFFSET.OPTKEYR:
        return 0;
      case OFFSET.OBR:
        return this.#facts.optionWords[0];
      case OFFSET.WRPR:
        return this.#facts.optionWords[1];
      default:
        this.violation('reserved register read', offset);
        return 0;
    }
  }

  protected writeWord(offset: number, value: number, lanes: number, by: BusMaster): void {
    switch (offset) {
      case OFFSET.ACR:
        this.#acr = merge(this.#acr, value, lanes, this.#facts.acrWritable);
        // PRFTBS follows PRFTBE.
        this.#acr = (this.#acr & ~0x20) | ((this.#acr & 0x10) << 1);
        this.#facts.onWaitStates();
        break;
      case OFFSET.KEYR:
        this.#writeKey(value);
        break;
      case OFFSET.SR:
        this.#sr &= ~(value & SR_CLEARABLE);
        this.#signal();
        break;
      case OFFSET.CR:
        this.operations.whenIdle(by, () => this.#writeCr(value, lanes));
        break;
      case OFFSET.AR:
        this.operations.whenIdle(by, () => {
          this.#ar = merge(this.#ar, value, lanes);
        });
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

  /** A wrong key locks CR until the next reset and answers with a bus error. */
  #writeKey(value: number): void {
    if (!(this.#cr & CR.lock)) {
      this.violation('key written while CR is unlocked', OFFSET.KEYR);
      return;
    }
    if (this.#lockedUntilReset || value !== KEYS[this.#keyStep]) {
      this.violation('wrong unlock key: CR is locked until the next reset', OFFSET.KEYR);
      this.#lockedUntilReset = true;
      this.#wiring.core.raiseBusFault(this.baseAddress + OFFSET.KEYR);
      return;
    }
    this.#keyStep++;
    if (this.#keyStep < KEYS.length) return;
    this.#keyStep = 0;
    this.#cr &= ~CR.lock;
  }

  #writeCr(value: number, lanes: number): void {
    if (this.#cr & CR.lock) {
      if (merge(this.#cr, value, lanes) !== this.#cr) this.violation('CR written while locked', OFFSET.CR);
      return;
    }
    this.#cr = merge(this.#cr, value, lanes, CR_WRITABLE) | (value & CR.lock);
    if (this.#cr & CR.options) this.unmodelled('option bytes cannot be written on this board', OFFSET.CR);
    if (value & CR.start) this.#startErase();
    this.#signal();
  }

  get #kind(): number {
    return this.#cr & (CR.program | CR.pageErase | CR.massErase | CR.options);
  }

  #startErase(): void {
    const { array } = this.#wiring;
    const offset = this.#ar - this.#facts.baseAddress;
    if (this.#cr & CR.lock || (this.#kind !== CR.pageErase && this.#kind !== CR.massErase))
      this.violation('STRT with no or several operations selected', OFFSET.CR);
    else if (this.#kind === CR.massErase) this.#begin({ kind: 'massErase' });
    else if (offset < 0 || offset >= array.bytes.length)
      this.violation(`AR = 0x${this.#ar.toString(16)} lies in no page`, OFFSET.AR);
    else this.#begin({ kind: 'pageErase', page: array.pageOf(offset) });
  }

  #program(address: number, sizeBytes: 1 | 2 | 4, value: number): void {
    const { array, core } = this.#wiring;
    const offset = address - this.#facts.baseAddress;
    const where = `(0x${value.toString(16)} to 0x${address.toString(16)})`;
    if (sizeBytes !== HALF_WORD_BYTES) {
      this.violation(`flash written with ${8 * sizeBytes} bits ${where}`);
      this.#fail(SR.programError);
      core.raiseBusFault(address);
      return;
    }
    const bits = BigInt(value & 0xffff);
    if (this.#cr & CR.lock || this.#kind !== CR.program)
      this.#refuse(`flash written while PG is not the selected operation ${where}`);
    else if (offset < 0 || offset + HALF_WORD_BYTES > array.bytes.length)
      this.#refuse(`flash written outside the main array ${where}`);
    else if (array.value(offset, HALF_WORD_BYTES) !== ERASED_HALF_WORD && bits !== 0n)
      this.#refuse(`half word is not erased ${where}`);
    else this.#begin({ kind: 'program', offset, value: bits, sizeBytes: HALF_WORD_BYTES });
  }

  #refuse(why: string): void {
    this.violation(why);
    this.#fail(SR.programError);
  }

  #fail(flags: number): void {
    this.#sr |= flags;
    this.#signal();
  }

  #begin(operation: Parameters<FlashOperations['begin']>[0]): void {
    this.#polls = 0;
    this.operations.begin(operation);
  }

  #signal(): void {
    const failed = this.#sr & (SR.programError | SR.writeProtected);
    const pending = (this.#sr & SR.eop && this.#cr & CR.eopIrq) || (failed && this.#cr & CR.errorIrq);
    this.#wiring.core.setIrq(this.#facts.irqNumber, Boolean(pending));
  }
}
