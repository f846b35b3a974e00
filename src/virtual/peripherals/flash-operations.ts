import type { BusMaster, CoreSignals, EventHandle, ResetKind, VirtualClock } from '../interfaces.ts';
import type { FlashArray } from './flash-array.ts';

/** A power failure to come, at a flash operation of the future. */
interface PowerCut {
  readonly operation: 'program' | 'erase' | 'any';
  /** How many such operations pass untouched first. */
  readonly skip: number;
  readonly moment: 'before' | 'during' | 'after';
  readonly seed: number;
}

export type FlashOperation =
  | {
      readonly kind: 'program';
      readonly offset: number;
      readonly value: bigint;
      /** Bytes programmed at once; 8 when absent. */
      readonly sizeBytes?: number;
    }
  | { readonly kind: 'pageErase'; readonly page: number }
  /** Of everything, or of the pages from the first to the last named (a bank). */
  | { readonly kind: 'massErase'; readonly pages?: readonly [first: number, last: number] };

/** Typical durations of the data sheet. */
export interface FlashTimes {
  readonly programNs: number;
  readonly pageEraseNs: (page: number) => number;
  readonly massEraseNs: number;
}

export interface OperationWiring {
  readonly clock: VirtualClock;
  readonly core: CoreSignals;
  readonly array: FlashArray;
  readonly times: FlashTimes;
  /** Addresses at which code of the array is fetched: it stands still while the array is busy. */
  readonly isArray: (address: number) => boolean;
  /** The armed power failure has come: take the supply away between two instructions. */
  readonly cutPower: () => void;
}

/** The one operation that the flash array can do at a time, its duration, and what breaks it off. */
export class FlashOperations {
  readonly #wiring: OperationWiring;
  readonly #onCompleted: () => void;
  #running:
    | { readonly operation: FlashOperation; readonly endNs: number; readonly event: EventHandle }
    | undefined;
  #afterwards: (() => void)[] = [];
  #cut: { readonly plan: PowerCut; left: number } | undefined;
  /** Without supply, or about to be: nothing happens any more. */
  #dead = false;

  constructor(wiring: OperationWiring, onCompleted: () => void) {
    this.#wiring = wiring;
    this.#onCompleted = onCompleted;
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** Arms one power failure; a second call replaces the first, undefined disarms. */
  armPowerCut(plan: PowerCut | undefined): void {
    this.#cut = plan && { plan, left: plan.skip };
  }

  begin(operation: FlashOperation): void {
    if (this.#dead) return;
    const { clock, core } = this.#wiring;
    const startNs = clock.nowNs();
    const endNs = startNs + this.#durationNs(operation);
    const cut = this.#cutDueNow(operation);
    if (cut?.moment === 'before') {
      this.#die();
      return;
    }
    const event =
      cut?.moment === 'during'
        ? clock.schedule((startNs + endNs) / 2, () => this.#failPower(cut.seed), 'traffic')
        : clock.schedule(endNs, () => this.#complete(cut !== undefined), 'traffic');
    this.#running = { operation, endNs, event };
    // Code in flash cannot be fetched while the array is busy.
    if (!core.halted && this.#wiring.isArray(core.programCounter())) core.stallUntil(endNs);
  }

  /** Runs an access now, or when the running operation is over: until then the bus stalls its master. */
  whenIdle(by: BusMaster, action: () => void): void {
    if (this.#dead) return;
    if (this.#running && by === 'debugger' && this.#wiring.core.halted) this.finishNow();
    if (!this.#running) {
      if (!this.#dead) action();
      return;
    }
    this.#afterwards.push(action);
    if (by === 'core') this.stallCore();
  }

  /** The core stands still until the operation is over. */
  stallCore(): void {
    if (this.#running) this.#wiring.core.stallUntil(this.#running.endNs);
  }

  /** Time jumps to the end of the operation: for a debugger whose core is halted. */
  finishNow(): void {
    const { clock } = this.#wiring;
    if (!this.#running) return;
    clock.advanceTo(Math.max(clock.nowNs(), this.#running.endNs));
    if (!this.#running) return;
    clock.cancel(this.#running.event);
    this.#complete(false);
  }

  /** Supply gone: what was running is torn where it stands. */
  powerOff(seed = 1): void {
    this.#breakOff(seed);
    this.#dead = true;
  }

  /** A system reset during an operation breaks it off as a power failure would: its cells are not guaranteed. */
  reset(kind: ResetKind): void {
    if (kind === 'power-on') this.#stop();
    else this.#breakOff(1);
    this.#dead = false;
  }

  #cutDueNow(operation: FlashOperation): PowerCut | undefined {
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

  #die(): void {
    this.#dead = true;
    this.#afterwards = [];
    this.#wiring.cutPower();
  }

  #failPower(seed: number): void {
    this.#breakOff(seed);
    this.#die();
  }

  #complete(thenCut: boolean): void {
    const operation = this.#running!.operation;
    const waiting = this.#afterwards;
    this.#stop();
    const { array } = this.#wiring;
    if (operation.kind === 'program') array.program(operation.offset, operation.value, operation.sizeBytes);
    else for (const page of this.#pagesOf(operation)) array.erasePage(page);
    if (thenCut) {
      this.#die();
      return;
    }
    this.#onCompleted();
    for (const action of waiting) this.whenIdle('core', action);
  }

  #breakOff(seed: number): void {
    const operation = this.#running?.operation;
    this.#stop();
    if (!operation) return;
    const { array } = this.#wiring;
    if (operation.kind === 'program')
      array.tearProgram(operation.offset, operation.value, seed, operation.sizeBytes);
    else for (const page of this.#pagesOf(operation)) array.tearErase(page, seed + page);
  }

  #pagesOf(operation: Exclude<FlashOperation, { kind: 'program' }>): number[] {
    if (operation.kind === 'pageErase') return [operation.page];
    const [first, last] = operation.pages ?? [0, this.#wiring.array.pages - 1];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  }

  #durationNs(operation: FlashOperation): number {
    const { times } = this.#wiring;
    if (operation.kind === 'program') return times.programNs;
    return operation.kind === 'massErase' ? times.massEraseNs : times.pageEraseNs(operation.page);
  }

  #stop(): void {
    if (this.#running) this.#wiring.clock.cancel(this.#running.event);
    this.#running = undefined;
    this.#afterwards = [];
  }
}
