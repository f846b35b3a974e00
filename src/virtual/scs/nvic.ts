/** Exception numbers (ARMv7-M architecture reference manual, B1.5.2). Interrupt n is 16 + n. */
export const EXC = {
  reset: 1,
  nmi: 2,
  hardFault: 3,
  memManage: 4,
  busFault: 5,
  usageFault: 6,
  svCall: 11,
  debugMonitor: 12,
  pendSv: 14,
  sysTick: 15,
} as const;

/** Execution priority of thread mode without any mask: below every exception. */
export const THREAD_PRIORITY = 256;

/** The masks of the core that the priority logic looks at. */
export interface Masks {
  readonly primask: number;
  readonly basepri: number;
  readonly faultmask: number;
}

export const NO_MASKS: Masks = { primask: 0, basepri: 0, faultmask: 0 };

/** Pending, active, enabled, priorities: who may interrupt whom. Knows nothing of registers and stacks. */
export class Nvic {
  readonly size: number;
  readonly #priorityMask: number;
  readonly #enabled: Uint8Array;
  readonly #active: Uint8Array;
  readonly #level: Uint8Array;
  readonly #priority: Uint8Array;
  readonly #pending = new Set<number>();
  /** AIRCR.PRIGROUP: how many low bits of a priority only break ties. */
  priorityGroup = 0;
  /** Called when something newly pends (SEVONPEND looks at it) or priorities change. */
  readonly #onPend: (exception: number) => void;

  constructor(interruptCount: number, priorityBits: number, onPend: (exception: number) => void) {
    this.size = 16 + interruptCount;
    this.#priorityMask = (0xff << (8 - priorityBits)) & 0xff;
    this.#enabled = new Uint8Array(this.size);
    this.#active = new Uint8Array(this.size);
    this.#level = new Uint8Array(this.size);
    this.#priority = new Uint8Array(this.size);
    this.#onPend = onPend;
    this.reset();
  }

  reset(): void {
    this.#pending.clear();
    this.#active.fill(0);
    this.#priority.fill(0);
    this.#level.fill(0);
    this.#enabled.fill(0);
    this.#enabled.fill(1, 0, 16);
    this.setEnabled(EXC.memManage, false);
    this.setEnabled(EXC.busFault, false);
    this.setEnabled(EXC.usageFault, false);
    this.priorityGroup = 0;
  }

  setEnabled(exception: number, enabled: boolean): void {
    this.#enabled[exception] = enabled ? 1 : 0;
  }

  isEnabled(exception: number): boolean {
    return this.#enabled[exception] === 1;
  }

  isPending(exception: number): boolean {
    return this.#pending.has(exception);
  }

  isActive(exception: number): boolean {
    return this.#active[exception] === 1;
  }

  setActive(exception: number, active: boolean): void {
    this.#active[exception] = active ? 1 : 0;
  }

  clearAllActive(): void {
    this.#active.fill(0);
  }

  get anyPending(): boolean {
    return this.#pending.size > 0;
  }

  pend(exception: number): void {
    if (exception >= this.size || this.#pending.has(exception)) return;
    this.#pending.add(exception);
    this.#onPend(exception);
  }

  /** A level-sensitive interrupt whose line is still high stays pending. */
  clearPending(exception: number): void {
    if (this.#level[exception] !== 1) this.#pending.delete(exception);
  }

  setLevel(exception: number, high: boolean): void {
    if (exception >= this.size) return;
    this.#level[exception] = high ? 1 : 0;
    if (high && !this.isActive(exception)) this.pend(exception);
  }

  priorityByte(exception: number): number {
    return this.#priority[exception] ?? 0;
  }

  setPriorityByte(exception: number, value: number): void {
    if (exception < this.size) this.#priority[exception] = value & this.#priorityMask;
  }

  /** Group priority: what decides over preemption. NMI -2, HardFault -1, the rest 0 and up. */
  groupPriority(exception: number): number {
    if (exception === EXC.nmi) return -2;
    if (exception === EXC.hardFault) return -1;
    return this.#group(this.#priority[exception] ?? 0);
  }

  #group(priorityByte: number): number {
    return priorityByte & (0xff << (this.priorityGroup + 1)) & 0xff;
  }

  /** Priority at which the core now executes; lower numbers are more urgent. */
  executionPriority(masks: Masks): number {
    let priority = THREAD_PRIORITY;
    for (let exception = 2; exception < this.size; exception += 1) {
      if (this.#active[exception] === 1) priority = Math.min(priority, this.groupPriority(exception));
    }
    if (masks.basepri !== 0) priority = Math.min(priority, this.#group(masks.basepri));
    if (masks.primask !== 0) priority = Math.min(priority, 0);
    if (masks.faultmask !== 0) priority = Math.min(priority, -1);
    return priority;
  }

  /** Most urgent pending and enabled exception; ties go to the lower number. */
  mostUrgent(): number | undefined {
    let best: number | undefined;
    let bestKey = Number.POSITIVE_INFINITY;
    for (const exception of this.#pending) {
      if (!this.isEnabled(exception)) continue;
      const sub = exception < 4 ? 0 : this.#priority[exception]!;
      const key = this.groupPriority(exception) * 2 ** 20 + sub * 2 ** 10 + exception;
      if (key < bestKey) {
        bestKey = key;
        best = exception;
      }
    }
    return best;
  }

  /** The exception to take now, if any is urgent enough. */
  takeable(masks: Masks): number | undefined {
    if (this.#pending.size === 0) return undefined;
    const exception = this.mostUrgent();
    if (exception === undefined) return undefined;
    return this.groupPriority(exception) < this.executionPriority(masks) ? exception : undefined;
  }

  /** Entry: pending becomes active. */
  activate(exception: number): void {
    this.#pending.delete(exception);
    this.#active[exception] = 1;
  }

  /** Return: no longer active; a line that is still high pends again. */
  deactivate(exception: number): void {
    this.#active[exception] = 0;
    if (this.#level[exception] === 1) this.pend(exception);
  }

  /** Whether nothing but `exception` (or nothing at all) is active: return to base level. */
  activeCount(): number {
    let count = 0;
    for (let exception = 1; exception < this.size; exception += 1) count += this.#active[exception]!;
    return count;
  }
}
