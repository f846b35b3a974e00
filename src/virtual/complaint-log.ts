import type { Complaint } from './interfaces.ts';

/** A complaint with how often and where it first came. */
export interface LoggedComplaint extends Complaint {
  readonly times: number;
  readonly firstVirtualSeconds: number;
  readonly firstPc?: number;
}

const MOST_KINDS = 500;

/** Collects complaints, each kind once with a count, and hands every new one to `announce`. */
export class ComplaintLog {
  readonly #entries = new Map<string, LoggedComplaint>();
  readonly #announce: (entry: LoggedComplaint) => void;
  #forgotten = 0;

  constructor(announce: (entry: LoggedComplaint) => void) {
    this.#announce = announce;
  }

  add(complaint: Complaint, virtualSeconds: number, pc: number | undefined): void {
    const key = `${complaint.kind} ${complaint.peripheral} ${complaint.address ?? ''} ${complaint.text}`;
    const known = this.#entries.get(key);
    if (known) {
      this.#entries.set(key, { ...known, times: known.times + 1 });
      return;
    }
    if (this.#entries.size >= MOST_KINDS) {
      this.#forgotten++;
      return;
    }
    const entry = {
      ...complaint,
      times: 1,
      firstVirtualSeconds: virtualSeconds,
      ...(pc === undefined ? {} : { firstPc: pc }),
    };
    this.#entries.set(key, entry);
    this.#announce(entry);
  }

  get entries(): LoggedComplaint[] {
    return [...this.#entries.values()];
  }

  /** Complaints of new kinds that came after the log was full. */
  get forgotten(): number {
    return this.#forgotten;
  }

  clear(): void {
    this.#entries.clear();
    this.#forgotten = 0;
  }
}

/** One line for a person. */
export function describeComplaint(entry: LoggedComplaint): string {
  const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;
  const at = entry.address === undefined ? '' : ` at ${hex(entry.address)}`;
  const pc = entry.firstPc === undefined ? '' : `, pc ${hex(entry.firstPc)}`;
  return `${entry.kind}: ${entry.peripheral}${at}: ${entry.text} (${entry.firstVirtualSeconds.toFixed(6)} s${pc})`;
}
