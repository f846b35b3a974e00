import type { TracingSide } from '../../../compare/locate/trace.ts';
import type { BoardLimits, Library } from '../../../engine/index.ts';
import type { TargetAnswer } from '../../../record/calls.ts';
import type { Footprint } from '../../../record/cost.ts';
import type { Evidence } from '../../../record/primitives.ts';
import type { DatasetFile, RunRecord } from '../../../record/run-record.ts';
import type { Side } from '../../../record/sides.ts';
import type { CallSpan, TimelineEvent } from '../../../record/timeline.ts';
import type { NeaiError } from '../../../shared/errors.ts';
import type { FilePlan } from '../../../shared/file-plan.ts';
import type { CurvePlan } from '../curve.ts';
import type { SignalCall } from '../signal-plan.ts';
import type { Stopwatch } from '../stopwatch.ts';

/** What a board needs of a comparison, whosever library it is. */
export interface RunContext {
  readonly library: Pick<Library, 'id'>;
  readonly calls: readonly SignalCall[];
  readonly curve: CurvePlan;
  /** As binary32. */
  readonly sensitivity: number;
  /** Folder of the run, for images and transcripts. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly watch: Stopwatch;
  /** Seconds since the run began. */
  readonly now: () => number;
}

/** What every side of one comparison is given. */
export interface SideContext extends RunContext {
  readonly library: Library;
  /** The chips that the library is limited to; null: none. */
  readonly limits: BoardLimits | null;
  /** What the calls' signals are of; a call's `file` is an index into them. */
  readonly files: readonly Pick<DatasetFile, 'path' | 'sha256'>[];
}

/** Of a side that is a board: what the record tells of it beyond its answers. */
export type BoardFacts = Pick<RunRecord, 'firmware' | 'link' | 'flash' | 'console' | 'transcripts'> & {
  readonly board: NonNullable<RunRecord['board']>;
  readonly footprint: Footprint | null;
  readonly openOcdVersion: string | null;
  /** Control socket of a virtual board, while it lived. */
  readonly libunicorn: string | null;
};

/** What a side gave. */
export interface SideRun {
  readonly about: Side;
  readonly evidence: Evidence;
  readonly answers: readonly TargetAnswer[];
  /** Null where calls have no time of their own: answers from a record. */
  readonly spans: readonly CallSpan[] | null;
  readonly probes: readonly (readonly number[])[];
  readonly events: readonly TimelineEvent[];
  readonly brokenOff: NeaiError | null;
  readonly board: BoardFacts | null;
}

/** One side of a comparison, from its choice to its end. */
export interface ComparedSide {
  /** As people call it, and as a folder may be named: `emulator`, `host-c`, `nucleo-l432kc`. */
  readonly name: string;
  /** Makes every planned call, and tells each answer as it comes. What goes wrong while it runs stands in the result. */
  run(context: SideContext, onAnswer?: (answer: TargetAnswer) => void): Promise<SideRun>;
  /** Lays its stages open; a sentence where that cannot be done. Called after run. */
  tracer(context: SideContext): Promise<TracingSide | string>;
  close(): Promise<void>;
}

/** Changes the generated sources of a side on purpose: what a self-check plants. */
export type Plant = (plan: FilePlan) => FilePlan;

/** Where nothing of silicon took part. */
export const NO_SILICON: Evidence = { kind: 'virtual', uniqueId: null };
