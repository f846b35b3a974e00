import type { BusMaster, FlashWriteSink, ResetKind } from '../interfaces.ts';
import type { FlashLayout } from './flash-layouts.ts';
import { type FlashOperation, FlashOperations, type OperationWiring } from './flash-operations.ts';
import {
  CR,
  CR_LOCK,
  CR_RESET,
  ECC_DETECTED,
  ECCR,
  KEYS,
  OPTION_KEYS,
  SR,
  SR_BLOCKING,
  SR_CLEARABLE,
} from './flash-registers.ts';
import { type Refusal, refuseData, refuseProgram } from './flash-rules.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

const PATIENCE_POLLS = 4;
const ACR = 0x00;
const CONFIG_BUSY = 1 << 18;

interface FlashWiring extends OperationWiring {
  readonly layout: FlashLayout;
  readonly irqNumber: number;
  readonly baseAddress: number;
  /** FLASH_ACR was written. */
  readonly onWaitStates: () => void;
  /** Pages protected by WRP area A, first and last; factory: none. */
  readonly writeProtected?: readonly [number, number];
}

/**
 * Flash controller of the chips with double words and ECC (L4: RM0394 and RM0351 chapter 3; G0: RM0444; L5: RM0438): unlocking, programming by double words, page and mass erase,
 * every programming error, busy time, ECC errors. Option bytes can be read only; fast programming is refused.
 */
export class FlashL4 extends RegisterBlock {
  readonly #wiring: FlashWiring;
  readonly #layout: FlashLayout;
  /** Power failures are armed here. */
  readonly operations: FlashOperations;
  #acr = 0;
  #sr = 0;
  #cr = CR_RESET;
  #eccr = 0;
  #keyStep = 0;
  #optionKeyStep = 0;
  #lockedUntilReset = false;
  #firstWord: { readonly address: number; readonly value: number } | undefined;
  /** Looks at SR since the operation began. */
  #polls = 0;

  constructor(place: BlockPlace, wiring: FlashWiring) {
    super(place, 0x400);
    this.#wiring = wiring;
    this.#layout = wiring.layout;
    this.operations = new FlashOperations(wiring, () => {
      if (this.#cr & CR.eopIrq) this.#sr |= SR.eop;
      this.#signal();
    });
  }

  get waitStates(): number {
    return this.#acr & 7;
  }

  reset(kind: ResetKind): void {
    this.operations.reset(kind);
    this.#acr = this.#layout.acrReset;
    this.#sr = 0;
    this.#cr = CR_RESET;
    this.#eccr = 0;
    this.#keyStep = 0;
    this.#optionKeyStep = 0;
    this.#lockedUntilReset = false;
    this.#firstWord = undefined;
    this.#polls = 0;
    this.#signal();
    this.#signalNmi();
  }

  /** ECCD holds the request until software clears it. */
  #signalNmi(): void {
    this.#wiring.core.setNmi((this.#eccr & ECC_DETECTED) !== 0);
  }

  #readTorn(offsetBytes: number): void {
    if ((this.#eccr & (ECC_DETECTED | ECCR.corrected)) >>> 0 !== 0) return; // the first error's address stays
    this.#eccr = ((this.#eccr & ECCR.irqEnable) | ECC_DETECTED | this.#layout.eccAddress(offsetBytes)) >>> 0;
    this.note(`double ECC error at array offset 0x${offsetBytes.toString(16)}: NMI`);
    this.#signalNmi();
  }

  /** The flash array as the bus sees it: FlashWriteSink. */
  readonly sink: FlashWriteSink = {
    write: (address, sizeBytes, value, by) => this.#writeArray(address, sizeBytes, value, by),
    readTorn: (offsetBytes) => this.#readTorn(offsetBytes),
  };

  protected readWord(offset: number, by: BusMaster): number {
    const { offset: at, optionWords, protectionA } = this.#layout;
    switch (offset) {
      case ACR:
        return this.#acr;
      case at.SR:
        return this.#readStatus(by);
      case at.CR:
        return this.#cr;
      case at.ECCR:
        return this.#eccr;
      case protectionA: {
        const [first, last] = this.#protectedPages;
        return (0xff00ff00 | first | (last << 16)) >>> 0;
      }
      case at.KEYR:
      case at.OPTKEYR:
      case at.PDKEYR:
        return 0;
      default:
        if (optionWords[offset] === undefined) this.violation('reserved register read', offset);
        return optionWords[offset] ?? 0;
    }
  }

  protected writeWord(offset: number, value: number, lanes: number, by: BusMaster): void {
    const { offset: at, optionWords, protectionA } = this.#layout;
    switch (offset) {
      case ACR:
        this.#writeAcr(merge(this.#acr, value, lanes, this.#layout.acrWritable));
        break;
      case at.KEYR:
        this.#writeKey(value);
        break;
      case at.OPTKEYR:
        this.#writeOptionKey(value);
        break;
      case at.SR:
        this.#sr &= ~(value & SR_CLEARABLE);
        this.#signal();
        break;
      case at.CR:
        // The bus stalls a write of CR until the running operation is over.
        this.operations.whenIdle(by, () => this.#writeCr(value, lanes));
        break;
      case at.ECCR:
        this.#eccr = (this.#eccr & ~(value & (ECC_DETECTED | ECCR.corrected))) >>> 0;
        this.#eccr = merge(this.#eccr, value, lanes, ECCR.irqEnable);
        this.#signalNmi();
        break;
      default:
        this.unmodelled(
          optionWords[offset] !== undefined || offset === protectionA
            ? 'option bytes cannot be written on this board'
            : 'written',
          offset,
        );
    }
  }

  /** With the core halted, time stands still: the first look shows BSY, then time jumps to the operation's end. */
  #readStatus(by: BusMaster): number {
    const configBusy = this.#layout.hasConfigBusy && (this.#firstWord || this.operations.busy);
    const flags = this.#sr | (configBusy ? CONFIG_BUSY : 0);
    if (!this.operations.busy) return flags;
    const seen = flags | SR.busy;
    if (by === 'debugger' && this.#wiring.core.halted) this.operations.finishNow();
    // Code in RAM that does nothing but poll is held instead of being executed a hundred times: same time, less work.
    if (by === 'core' && ++this.#polls >= PATIENCE_POLLS) this.operations.stallCore();
    return seen;
  }

  #writeAcr(wanted: number): void {
    let next = wanted;
    if (next & (1 << 11) && this.#acr & (1 << 9)) {
      this.violation('ICRST set while the instruction cache is on', ACR);
      next &= ~(1 << 11);
    }
    if (next & (1 << 12) && this.#acr & (1 << 10)) {
      this.violation('DCRST set while the data cache is on', ACR);
      next &= ~(1 << 12);
    }
    if (next & 0x6000) this.unmodelled('flash power-down', ACR);
    this.#acr = next;
    this.#wiring.onWaitStates();
  }

  /** A wrong key locks CR until the next reset and answers with a bus error. */
  #writeKey(value: number): void {
    if (!(this.#cr & CR_LOCK) && !this.#lockedUntilReset) {
      this.violation('key written while CR is unlocked', this.#layout.offset.KEYR);
      return;
    }
    if (this.#lockedUntilReset || value !== KEYS[this.#keyStep]) {
      this.violation('wrong unlock key: CR is locked until the next reset', this.#layout.offset.KEYR);
      this.#lockedUntilReset = true;
      this.#wiring.core.raiseBusFault(this.baseAddress + this.#layout.offset.KEYR);
      return;
    }
    this.#keyStep++;
    if (this.#keyStep < KEYS.length) return;
    this.#keyStep = 0;
    this.#cr &= ~CR_LOCK;
  }

  #writeOptionKey(value: number): void {
    if (this.#cr & CR_LOCK || value !== OPTION_KEYS[this.#optionKeyStep]) {
      this.violation('wrong option key, or CR locked', this.#layout.offset.OPTKEYR);
      this.#wiring.core.raiseBusFault(this.baseAddress + this.#layout.offset.OPTKEYR);
      return;
    }
    this.#optionKeyStep++;
    if (this.#optionKeyStep < OPTION_KEYS.length) return;
    this.#optionKeyStep = 0;
    this.#cr &= ~CR.optionLock;
  }

  #writeCr(value: number, lanes: number): void {
    if (this.#cr & CR_LOCK) {
      if (merge(this.#cr, value, lanes) !== this.#cr)
        this.violation('CR written while locked', this.#layout.offset.CR);
      return;
    }
    const locks = (value & lanes & (CR_LOCK | CR.optionLock)) >>> 0;
    const launches = value & (CR.start | CR.optionStart | CR.optionLaunch);
    const kept = this.#layout.crWritable & ~(CR.start | CR.optionStart | CR.optionLaunch);
    this.#cr = (merge(this.#cr, value, lanes, kept) | locks) >>> 0;
    if (!(this.#cr & CR.program)) this.#firstWord = undefined;
    if (launches & (CR.optionStart | CR.optionLaunch))
      this.unmodelled('option bytes cannot be programmed or reloaded on this board', this.#layout.offset.CR);
    if (this.#cr & CR.fastProgram) this.unmodelled('fast programming is refused', this.#layout.offset.CR);
    if (launches & CR.start) this.#startErase();
    this.#signal();
  }

  #startErase(): void {
    const { pagesPerBank, pageBits } = this.#layout;
    const massKinds = CR.massErase | (pagesPerBank === undefined ? 0 : CR.massErase2);
    const kinds = this.#cr & (CR.program | CR.fastProgram | CR.pageErase | massKinds);
    const mass = kinds & massKinds;
    if (this.#sr & SR_BLOCKING || (kinds !== CR.pageErase && (mass === 0 || kinds !== mass))) {
      this.violation(
        this.#sr & SR_BLOCKING
          ? 'erase started with error flags set'
          : 'STRT with no or several operations selected',
        this.#layout.offset.CR,
      );
      this.#fail(SR.sequence);
      return;
    }
    const [first, last] = this.#protectedPages;
    if (mass) {
      if (first <= last) this.#fail(SR.writeProtected);
      else this.#begin(this.#massErase(mass));
      return;
    }
    const inBank = (this.#cr >>> 3) & (2 ** pageBits - 1);
    const page = inBank + (pagesPerBank !== undefined && this.#cr & CR.bank ? pagesPerBank : 0);
    if (page >= this.#wiring.array.pages) {
      this.violation(`page ${page} does not exist`, this.#layout.offset.CR);
      this.#fail(SR.sequence);
    } else if (page >= first && page <= last) this.#fail(SR.writeProtected);
    else this.#begin({ kind: 'pageErase', page });
  }

  /** Both banks, or the one that was named. */
  #massErase(kinds: number): FlashOperation {
    const { pagesPerBank } = this.#layout;
    if (pagesPerBank === undefined || kinds === (CR.massErase | CR.massErase2)) return { kind: 'massErase' };
    const from = kinds === CR.massErase ? 0 : pagesPerBank;
    return { kind: 'massErase', pages: [from, from + pagesPerBank - 1] };
  }

  #writeArray(address: number, sizeBytes: 1 | 2 | 4, value: number, by: BusMaster): void {
    this.operations.whenIdle(by, () => this.#takeData(address, sizeBytes, value));
  }

  /** One data word of the programming sequence: first the word at the double word's start, then its neighbour. */
  #takeData(address: number, sizeBytes: 1 | 2 | 4, value: number): void {
    const first = this.#firstWord;
    this.#firstWord = undefined;
    const offset = address - this.#wiring.baseAddress;
    const refusal = refuseData({
      cr: this.#cr,
      sr: this.#sr,
      sizeBytes,
      offset,
      firstOffset: first && first.address - this.#wiring.baseAddress,
      arrayBytes: this.#wiring.array.bytes.length,
    });
    if (refusal) {
      this.#refuse(refusal, address, value);
      return;
    }
    if (!first) {
      this.#firstWord = { address, value };
      return;
    }
    const word = (BigInt(value >>> 0) << 32n) | BigInt(first.value >>> 0);
    const atProgramming = refuseProgram(this.#wiring.array, offset - 4, word, this.#protectedPages);
    if (atProgramming) this.#refuse(atProgramming, address, value);
    else this.#begin({ kind: 'program', offset: offset - 4, value: word });
  }

  #refuse({ flags, why }: Refusal, address: number, value: number): void {
    this.violation(`${why} (0x${value.toString(16)} to 0x${address.toString(16)})`);
    this.#fail(flags);
  }

  /** First and last protected page; factory: none, the first behind the last. */
  get #protectedPages(): readonly [number, number] {
    return this.#wiring.writeProtected ?? [0xff, 0];
  }

  #fail(flags: number): void {
    this.#sr |= flags;
    if (this.#cr & CR.errorIrq) this.#sr |= SR.operationError;
    this.#signal();
  }

  #begin(operation: FlashOperation): void {
    this.#polls = 0;
    this.operations.begin(operation);
  }

  #signal(): void {
    const pending =
      (this.#sr & SR.eop && this.#cr & CR.eopIrq) || (this.#sr & SR.operationError && this.#cr & CR.errorIrq);
    this.#wiring.core.setIrq(this.#wiring.irqNumber, Boolean(pending));
  }
}
