import type { Client } from '../../src/protocol/client.ts';
import { listStore } from '../../src/protocol/knowledge-store.ts';
import type { FirmwareRig } from './firmware-rig.ts';

export const MOMENTS = ['before', 'during', 'after'] as const;
export type Moment = (typeof MOMENTS)[number];
/** What a board comes up with after a cut. */
export const OUTCOMES = ['old', 'new', 'mix', 'none'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One cut of power: at which flash operation of the backup, counted from 0, and when. */
export interface Cut {
  readonly operation: number;
  readonly moment: Moment;
  /** Of the bits that a cut in the middle leaves done. */
  readonly seed: number;
}

export interface CutResult extends Cut {
  readonly kind: 'erase' | 'program';
  readonly outcome: Outcome;
  /** Double words with an uncorrectable ECC error when the board booted; 0 on chips without ECC. */
  readonly tornWords: number;
  /** What did not hold, for a person; empty when the board came up as it must. */
  readonly troubles: readonly string[];
}

/** The operations of one backup: erases first, then programs. */
export interface BackupOperations {
  readonly erases: number;
  readonly programs: number;
  readonly programsPerPage: number;
  /** Of the mark that makes a record valid: first in its page, and written last. */
  readonly programsOfMark: number;
}

interface Knowledge {
  readonly bytes: Uint8Array;
  readonly learnCounter: number;
  readonly digest: number;
}

/**
 * Backups into flash on a board whose power is cut. The chain goes on from wherever the last cut has left the board: each
 * backup begins with what the one before has made of the two slots.
 */
export class CutChain {
  readonly #rig: FirmwareRig;
  readonly #nextSignal: () => Float32Array;
  #client!: Client;
  #operations!: BackupOperations;

  private constructor(rig: FirmwareRig, nextSignal: () => Float32Array) {
    this.#rig = rig;
    this.#nextSignal = nextSignal;
  }

  /** Learns a little and stores it twice without a cut, so that both slots hold a record and the operations are counted. */
  static async begin(
    rig: FirmwareRig,
    nextSignal: () => Float32Array,
    flash: Pick<BackupOperations, 'programsPerPage' | 'programsOfMark'>,
  ): Promise<CutChain> {
    const chain = new CutChain(rig, nextSignal);
    chain.#client = await rig.boot();
    await rig.during(chain.#client.call('initialize', {}));
    for (let backup = 0; backup < 2; backup++) {
      await chain.#learn();
      const before = rig.board.chip.array.counts;
      await rig.during(chain.#client.call('store_dump', { loadAtBoot: 1 }));
      const after = rig.board.chip.array.counts;
      chain.#operations = {
        ...flash,
        erases: after.erases - before.erases,
        programs: after.programs - before.programs,
      };
    }
    return chain;
  }

  get operations(): BackupOperations {
    return this.#operations;
  }

  /**
   * One more learn, one more backup, cut where it is said; then the board boots and shows what it holds.
   * @param sabotage does what a bad store would do, once the power is away: whoever proves something shows with it that
   *   the proof could have failed
   */
  async cut(cut: Cut, sabotage: (rig: FirmwareRig) => void = () => {}): Promise<CutResult> {
    const rig = this.#rig;
    const old = await this.#knowledge();
    await this.#learn();
    const fresh = await this.#knowledge();
    const newestBefore = await this.#newestSequence();
    const { moment, seed, operation: skip } = cut;
    rig.board.chip.flash.operations.armPowerCut({ operation: 'any', skip, moment, seed });
    const answered = await rig.during(this.#client.call('store_dump', { loadAtBoot: 1 }));
    const troubles: string[] = [];
    if (answered !== undefined) troubles.push('the backup ended before the cut came');
    sabotage(rig);
    const tornWords = rig.board.chip.array.torn.size;
    this.#client = await rig.boot();
    const now = await this.#knowledge();
    const outcome = outcomeOf(now, old, fresh);
    const panic = rig.console.find((line) => /fault|NMI|panic/i.test(line));
    if (panic !== undefined) troubles.push(`the board panicked: ${panic}`);
    if (outcome === 'mix' || outcome === 'none') troubles.push(`it came up with ${outcome}`);
    const sequence = await this.#newestSequence();
    if (sequence !== newestBefore + (outcome === 'new' ? 1 : 0)) {
      troubles.push(`the newest record is number ${sequence}, it was ${newestBefore} before`);
    }
    troubles.push(...rig.violations());
    const kind = cut.operation < this.#operations.erases ? 'erase' : 'program';
    return { ...cut, kind, outcome, tornWords, troubles };
  }

  async #learn(): Promise<void> {
    const answer = await this.#rig.during(this.#client.call('learn', { signal: this.#nextSignal() }));
    if (answer?.code !== 1) throw new Error(`learn answered ${answer?.code}`);
  }

  /** What lies in RAM, read by the debug port's way and told by the firmware. */
  async #knowledge(): Promise<Knowledge> {
    const info = (await this.#rig.during(this.#client.call('knowledge_info', {})))!;
    return { ...info, bytes: this.#rig.memory(info.address, info.bytes) };
  }

  async #newestSequence(): Promise<number> {
    const slots = (await this.#rig.during(listStore(this.#client)))!;
    return slots.find(({ isNewest }) => isNewest)?.sequence ?? 0;
  }
}

/** Old and new are told apart by every byte of the knowledge, by counter and digest; all else is a mix or nothing. */
function outcomeOf(now: Knowledge, old: Knowledge, fresh: Knowledge): Outcome {
  const is = (other: Knowledge): boolean =>
    Buffer.compare(now.bytes, other.bytes) === 0 &&
    now.learnCounter === other.learnCounter &&
    now.digest === other.digest;
  if (is(old)) return 'old';
  if (is(fresh)) return 'new';
  return now.bytes.every((byte) => byte === 0) ? 'none' : 'mix';
}
