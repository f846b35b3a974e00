import type {
  BusMaster,
  CoreSignals,
  EventHandle,
  FlashWriteSink,
  ResetKind,
  VirtualClock,
} from '../interfaces.ts';
import { FLASH_PAGE_BYTES, type FlashArray } from './flash-array.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

const OFFSET = {
  ACR: 0x00,
  PDKEYR: 0x04,
  KEYR: 0x08,
  OPTKEYR: 0x0c,
  SR: 0x10,
  CR: 0x14,
  ECCR: 0x18,
  OPTR: 0x20,
  PCROP1SR: 0x24,
  PCROP1ER: 0x28,
  WRP1AR: 0x2c,
  WRP1BR: 0x30,
} as const;
const KEYS = [0x45670123, 0xcdef89ab] as const;
const OPTION_KEYS = [0x08192a3b, 0x4c5d6e7f] as const;

export const SR = {
  eop: 1 << 0,
  operationError: 1 << 1,
  notErased: 1 << 3,
  writeProtected: 1 << 4,
  alignment: 1 << 5,
  size: 1 << 6,
  sequence: 1 << 7,
  missedData: 1 << 8,
  fast: 1 << 9,
  readProtected: 1 << 14,
  optionValidity: 1 << 15,
  busy: 1 << 16,
} as const;
const SR_CLEARABLE = 0xc3fb;
/** Flags of an earlier operation that make the next one a sequence error. */
const SR_BLOCKING =
  SR.notErased | SR.alignment | SR.size | SR.sequence | SR.missedData | SR.fast | SR.writeProtected;
const CR = {
  program: 1,
  pageErase: 2,
  massErase: 4,
  start: 1 << 16,
  optionStart: 1 << 17,
  fastProgram: 1 << 18,
  eopIrq: 1 << 24,
  errorIrq: 1 << 25,
  readErrorIrq: 1 << 26,
  optionLaunch: 1 << 27,
  optionLock: 1 << 30,
} as const;
const CR_LOCK = 0x8000_0000;
const CR_RESET = 0xc000_0000;
const CR_WRITABLE = 0x0f07_07ff;
const ECCR = { irqEnable: 1 << 24, corrected: 1 << 30 } as const;
const ECC_DETECTED = 0x8000_0000;

/** Factory option bytes: read protection level 0, no watchdog forced, boot from main flash. */
const OPTR = 0xffeff8aa;

/** Typical durations at 3 V (DS11451, flash memory characteristics), nanoseconds. */
export const FLASH_NS = { program: 81_690, pageErase: 22_020_000, massErase: 22_130_000 } as const;

const PATIENCE_POLLS = 4;

export type CutMoment = 'before' | 'during' | 'after';

/** A power failure to come, at a flash operation of the future. */
export interface PowerCut {
  readonly operation: 'program' | 'erase' | 'any';
  /** How many such operations pass untouched first. */
  readonly skip: number;
  readonly moment: CutMoment;
  readonly seed: number;
}

type Operation =
  | { readonly kind: 'program'; readonly offset: number; readonly value: bigint }
  | { readonly kind: 'erase'; readonly page: number }
  | { readonly kind: 'mass' };

/** Why a write of data is not done. */
interface Refusal {
  readonly flags: number;
  readonly why: string;
}

export interface FlashWiring {
  readonly clock: VirtualClock;
  readonly core: CoreSignals;
  readonly irqNumber: number;
  readonly array: FlashArray;
  readonly baseAddress: number;
  /** FLASH_ACR was written. */
  readonly onWaitStates: () => void;
  /** The armed power failure has come: take the supply away between two instructions. */
  readonly cutPower: () => void;
  /** Pages protected by WRP area A, first and last; factory: none. */
  readonly writeProtected?: readonly [number, number];
}

/**
 * Flash controller of the STM32L43x (RM0394 chapter 3): unlocking, programming by double words, page and mass erase,
 * every programming error, busy time, ECC errors. Option bytes can be read only; fast programming is refused.
 */
export class FlashL4 extends RegisterBlock {
  readonly #wiring: FlashWiring;
  #acr = 0x600;
  #sr = 0;
  #cr = CR_RESET;
  #eccr = 0;
  #keyStep = 0;
  #optionKeyStep = 0;
  #lockedUntilReset = false;
  #firstWord: { readonly address: number; readonly value: number } | undefined;
  #running:
    | { readonly operation: Operation; readonly endNs: number; readonly event: EventHandle }
    | undefined;
  #afterwards: (() => void)[] = [];
  #cut: { plan: PowerCut; left: number } | undefined;
  #dead = false;
  /** Looks at SR since the operation began. */
  #polls = 0;

  constructor(place: BlockPlace, wiring: FlashWiring) {
    super(place, 0x400);
    this.#wiring = wiring;
  }

  get waitStates(): number {
    return this.#acr & 7;
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** Arms one power failure; a second call replaces the first. */
  armPowerCut(plan: PowerCut | undefined): void {
    this.#cut = plan && { plan, left: plan.skip };
  }

  /** Supply gone: what was running is torn where it stands. */
  powerOff(seed = 1): void {
    const running = this.#running;
    this.#stop();
    this.#dead = true;
    if (running) this.#tear(running.operation, seed);
  }

  reset(kind: ResetKind): void {
    // A system reset during an operation breaks it off as a power failure would (RM0394: contents not guaranteed).
    const running = this.#running;
    this.#stop();
    if (running && kind !== 'power-on') this.#tear(running.operation, 1);
    this.#dead = false;
    this.#acr = 0x600;
    this.#sr = 0;
    this.#cr = CR_RESET;
    this.#eccr = 0;
    this.#keyStep = 0;
    this.#optionKeyStep = 0;
    this.#lockedUntilReset = false;
    this.#firstWord = undefined;
    this.#signal();
  }

  #readTorn(offsetBytes: number): void {
    if ((this.#eccr & (ECC_DETECTED | ECCR.corrected)) >>> 0 !== 0) return; // the first error's address stays
    this.#eccr = ((this.#eccr & ECCR.irqEnable) | ECC_DETECTED | (offsetBytes & 0x7ffff)) >>> 0;
    this.note(`double ECC error at array offset 0x${offsetBytes.toString(16)}: NMI`);
    this.#wiring.core.raiseNmi();
  }

  /** The flash array as the bus sees it: FlashWriteSink. */
  readonly sink: FlashWriteSink = {
    write: (address, sizeBytes, value, by) => this.#writeArray(address, sizeBytes, value, by),
    readTorn: (offsetBytes) => this.#readTorn(offsetBytes),
  };

  protected readWord(offset: number, by: BusMaster): number {
    switch (offset) {
      case OFFSET.ACR:
        return this.#acr;
      case OFFSET.SR:
        return this.#readStatus(by);
      case OFFSET.CR:
        return this.#cr;
      case OFFSET.ECCR:
        return this.#eccr;
      case OFFSET.OPTR:
        return OPTR;
      case OFFSET.PCROP1SR:
        return 0xffffffff;
      case OFFSET.PCROP1ER:
        return 0x0fff0000;
      case OFFSET.WRP1AR: {
        const [first, last] = this.#wiring.writeProtected ?? [0xff, 0];
        return (0xff00ff00 | first | (last << 16)) >>> 0;
      }
      case OFFSET.WRP1BR:
        return 0xff00ffff;
      case OFFSET.KEYR:
      case OFFSET.OPTKEYR:
      case OFFSET.PDKEYR:
        return 0;
      default:
        this.violation('reserved register read', offset);
        return 0;
    }
  }

  protected writeWord(offset: number, value: number, lanes: number, by: BusMaster): void {
    switch (offset) {
      case OFFSET.ACR:
        this.#writeAcr(merge(this.#acr, value, lanes, 0x7f07));
        break;
      case OFFSET.KEYR:
        this.#writeKey(value);
        break;
      case OFFSET.OPTKEYR:
        this.#writeOptionKey(value);
        break;
      case OFFSET.SR:
        this.#sr &= ~(value & SR_CLEARABLE);
        this.#signal();
        break;
      case OFFSET.CR:
        // The bus stalls a write of CR until the running operation is over.
        this.#whenIdle(by, () => this.#writeCr(value, lanes));
        break;
      case OFFSET.ECCR:
        this.#eccr = (this.#eccr & ~(value & (ECC_DETECTED | ECCR.corrected))) >>> 0;
        this.#eccr = merge(this.#eccr, value, lanes, ECCR.irqEnable);
        break;
      case OFFSET.OPTR:
      case OFFSET.PCROP1SR:
      case OFFSET.PCROP1ER:
      case OFFSET.WRP1AR:
      case OFFSET.WRP1BR:
        this.unmodelled('option bytes cannot be written on this board', offset);
        break;
      default:
        this.unmodelled('written', offset);
    }
  }

  /** With the core halted, time stands still: the first look shows BSY, then time jumps to the operation's end. */
  #readStatus(by: BusMaster): number {
    const seen = this.#sr;
    if (!this.#running) return seen;
    if (by === 'debugger' && this.#wiring.core.halted) this.#finishNow();
    // Code in RAM that does nothing but poll is held instead of being executed a hundred times: same time, less work.
    if (by === 'core' && ++this.#polls >= PATIENCE_POLLS) this.#wiring.core.stallUntil(this.#running.endNs);
    return seen;
  }

  #writeAcr(wanted: number): void {
    let next = wanted;
    if (next & (1 << 11) && this.#acr & (1 << 9)) {
      this.violation('ICRST set while the instruction cache is on', OFFSET.ACR);
      next &= ~(1 << 11);
    }
    if (next & (1 << 12) && this.#acr & (1 << 10)) {
      this.violation('DCRST set while the data cache is on', OFFSET.ACR);
      next &= ~(1 << 12);
    }
    if (next & 0x6000) this.unmodelled('flash power-down', OFFSET.ACR);
    this.#acr = next;
    this.#wiring.onWaitStates();
  }

  /** A wrong key locks CR until the next reset and answers with a bus error. */
  #writeKey(value: number): void {
    if (!(this.#cr & CR_LOCK) && !this.#lockedUntilReset) {
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
    this.#cr &= ~CR_LOCK;
  }

  #writeOptionKey(value: number): void {
    if (this.#cr & CR_LOCK || value !== OPTION_KEYS[this.#optionKeyStep]) {
      this.violation('wrong option key, or CR locked', OFFSET.OPTKEYR);
      this.#wiring.core.raiseBusFault(this.baseAddress + OFFSET.OPTKEYR);
      return;
    }
    this.#optionKeyStep++;
    if (this.#optionKeyStep < OPTION_KEYS.length) return;
    this.#optionKeyStep = 0;
    this.#cr &= ~CR.optionLock;
  }

  #writeCr(value: number, lanes: number): void {
    if (this.#cr & CR_LOCK) {
      if (merge(this.#cr, value, lanes) !== this.#cr) this.violation('CR written while locked', OFFSET.CR);
      return;
    }
    const locks = (value & lanes & (CR_LOCK | CR.optionLock)) >>> 0;
    const launches = value & (CR.start | CR.optionStart | CR.optionLaunch);
    const kept = CR_WRITABLE & ~(CR.start | CR.optionStart | CR.optionLaunch);
    this.#cr = (merge(this.#cr, value, lanes, kept) | locks) >>> 0;
    if (!(this.#cr & CR.program)) this.#firstWord = undefined;
    if (launches & (CR.optionStart | CR.optionLaunch))
      this.unmodelled('option bytes cannot be programmed or reloaded on this board', OFFSET.CR);
    if (this.#cr & CR.fastProgram) this.unmodelled('fast programming is refused', OFFSET.CR);
    if (launches & CR.start) this.#startErase();
    this.#signal();
  }

  #startErase(): void {
    const kinds = this.#cr & (CR.program | CR.fastProgram | CR.pageErase | CR.massErase);
    if (this.#sr & SR_BLOCKING || (kinds !== CR.pageErase && kinds !== CR.massErase)) {
      this.violation(
        this.#sr & SR_BLOCKING
          ? 'erase started with error flags set'
          : 'STRT with no or several operations selected',
        OFFSET.CR,
      );
      this.#fail(SR.sequence);
      return;
    }
    const [first, last] = this.#wiring.writeProtected ?? [1, 0];
    if (kinds === CR.massErase) {
      if (first <= last) this.#fail(SR.writeProtected);
      else this.#begin({ kind: 'mass' }, FLASH_NS.massErase);
      return;
    }
    const page = (this.#cr >>> 3) & 0xff;
    if (page >= this.#wiring.array.pages) {
      this.violation(`page ${page} does not exist`, OFFSET.CR);
      this.#fail(SR.sequence);
    } else if (page >= first && page <= last) this.#fail(SR.writeProtected);
    else this.#begin({ kind: 'erase', page }, FLASH_NS.pageErase);
  }

  #writeArray(address: number, sizeBytes: 1 | 2 | 4, value: number, by: BusMaster): void {
    this.#whenIdle(by, () => this.#takeData(address, sizeBytes, value));
  }

  /** One data word of the programming sequence: first the word at the double word's start, then its neighbour. */
  #takeData(address: number, sizeBytes: 1 | 2 | 4, value: number): void {
    const first = this.#firstWord;
    this.#firstWord = undefined;
    const offset = address - this.#wiring.baseAddress;
    const refusal = this.#refuseData(offset, sizeBytes, first);
    if (refusal) {
      this.#refuse(refusal, address, value);
      return;
    }
    if (!first) {
      this.#firstWord = { address, value };
      return;
    }
    const word = (BigInt(value >>> 0) << 32n) | BigInt(first.value >>> 0);
    const atProgramming = this.#refuseProgram(offset - 4, word);
    if (atProgramming) this.#refuse(atProgramming, address, value);
    else this.#begin({ kind: 'program', offset: offset - 4, value: word }, FLASH_NS.program);
  }

  #refuse({ flags, why }: Refusal, address: number, value: number): void {
    this.violation(`${why} (0x${value.toString(16)} to 0x${address.toString(16)})`);
    this.#fail(flags);
  }

  #refuseData(
    offset: number,
    sizeBytes: 1 | 2 | 4,
    first: { readonly address: number } | undefined,
  ): Refusal | undefined {
    const modes = this.#cr & (CR.program | CR.fastProgram | CR.pageErase | CR.massErase);
    if (this.#cr & CR_LOCK || modes === 0) return { flags: SR.sequence, why: 'flash written while PG is 0' };
    if (modes & CR.fastProgram)
      return { flags: SR.sequence | SR.fast, why: 'fast programming is not modelled' };
    if (modes !== CR.program)
      return { flags: SR.sequence, why: 'flash written with PG and an erase selected' };
    if (this.#sr & SR_BLOCKING) return { flags: SR.sequence, why: 'flash written with error flags set' };
    if (sizeBytes !== 4) return { flags: SR.size, why: `flash written with ${8 * sizeBytes} bits` };
    if (offset < 0 || offset + 4 > this.#wiring.array.bytes.length)
      return { flags: SR.writeProtected, why: 'flash written outside the main array' };
    const expected = first ? first.address + 4 - this.#wiring.baseAddress : offset - (offset % 8);
    if (offset !== expected)
      return {
        flags: SR.alignment,
        why: first ? 'second word not in the same double word' : 'first word not at a double word',
      };
    return undefined;
  }

  #refuseProgram(offset: number, value: bigint): Refusal | undefined {
    const page = Math.floor(offset / FLASH_PAGE_BYTES);
    const [first, last] = this.#wiring.writeProtected ?? [1, 0];
    if (page >= first && page <= last) return { flags: SR.writeProtected, why: 'page is write-protected' };
    if (!this.#wiring.array.isErased(offset) && value !== 0n)
      return { flags: SR.notErased, why: 'double word is not erased' };
    return undefined;
  }

  #fail(flags: number): void {
    this.#sr |= flags;
    if (this.#cr & CR.errorIrq) this.#sr |= SR.operationError;
    this.#signal();
  }

  #begin(operation: Operation, durationNs: number): void {
    if (this.#dead) return;
    const { clock, core } = this.#wiring;
    const startNs = clock.nowNs();
    const cut = this.#cutDueNow(operation);
    if (cut?.moment === 'before') {
      this.#dead = true;
      this.#wiring.cutPower();
      return;
    }
    const endNs = startNs + durationNs;
    this.#sr |= SR.busy;
    this.#polls = 0;
    const event = clock.schedule(
      cut?.moment === 'during' ? startNs + durationNs / 2 : endNs,
      () => (cut?.moment === 'during' ? this.#failPower(cut.seed) : this.#complete(cut?.moment === 'after')),
      'traffic',
    );
    this.#running = { operation, endNs, event };
    // Code in flash cannot be fetched while the array is busy.
    if (!core.halted && isFlashAddress(core.programCounter())) core.stallUntil(endNs);
  }

  #cutDueNow(operation: Operation): PowerCut | undefined {
    const cut = this.#cut;
    const kind = operation.kind === 'program' ? 'program' : 'erase';
    if (!cut || (cut.plan.operation !== 'any' && cut.plan.operation !== kind)) return undefined;
    if (cut.left > 0) {
      cut.left--;
      return undefined;
    }
    this.#cut = undefined;
    return cut.plan;
  }

  #failPower(seed: number): void {
    this.powerOff(seed);
    this.#wiring.cutPower();
  }

  #complete(thenCut: boolean): void {
    const operation = this.#running!.operation;
    this.#stop();
    const { array } = this.#wiring;
    if (operation.kind === 'program') array.program(operation.offset, operation.value);
    else if (operation.kind === 'erase') array.erasePage(operation.page);
    else for (let page = 0; page < array.pages; page++) array.erasePage(page);
    if (this.#cr & CR.eopIrq) this.#sr |= SR.eop;
    if (thenCut) {
      this.#dead = true;
      this.#afterwards = [];
      this.#wiring.cutPower();
      return;
    }
    this.#signal();
    const waiting = this.#afterwards;
    this.#afterwards = [];
    for (const action of waiting) this.#whenIdle('core', action);
  }

  /** Runs an access now, or when the running operation is over: until then the bus stalls its master. */
  #whenIdle(by: BusMaster, action: () => void): void {
    if (this.#dead) return;
    if (!this.#running) {
      action();
      return;
    }
    if (by === 'debugger' && this.#wiring.core.halted) {
      this.#finishNow();
      this.#whenIdle(by, action);
      return;
    }
    this.#afterwards.push(action);
    if (by === 'core') this.#wiring.core.stallUntil(this.#running.endNs);
  }

  #finishNow(): void {
    const { clock } = this.#wiring;
    clock.advanceTo(Math.max(clock.nowNs(), this.#running!.endNs));
    if (this.#running) {
      clock.cancel(this.#running.event);
      this.#complete(false);
    }
  }

  #tear(operation: Operation, seed: number): void {
    const { array } = this.#wiring;
    if (operation.kind === 'program') array.tearProgram(operation.offset, operation.value, seed);
    else if (operation.kind === 'erase') array.tearErase(operation.page, seed);
    else for (let page = 0; page < array.pages; page++) array.tearErase(page, seed + page);
  }

  #stop(): void {
    if (this.#running) this.#wiring.clock.cancel(this.#running.event);
    this.#running = undefined;
    this.#sr &= ~SR.busy;
    this.#firstWord = undefined;
  }

  #signal(): void {
    const pending =
      (this.#sr & SR.eop && this.#cr & CR.eopIrq) || (this.#sr & SR.operationError && this.#cr & CR.errorIrq);
    this.#wiring.core.setIrq(this.#wiring.irqNumber, Boolean(pending));
  }
}

/** Main flash at 0x08000000 or its boot alias at 0. */
const isFlashAddress = (address: number): boolean => address >>> 24 === 0x08 || address >>> 20 === 0;
