import { createHash } from 'node:crypto';
import { judgeRun } from '../../compare/judge.ts';
import { packCalls } from '../../record/calls.ts';
import type { Limits } from '../../record/cost.ts';
import type { Divergence } from '../../record/divergence.ts';
import { RUN_RECORD_FORMAT, RUN_RECORD_VERSION, type RunRecord } from '../../record/run-record.ts';
import { packCallTimes, type Timeline } from '../../record/timeline.ts';
import type { Tolerance } from '../../record/tolerance.ts';
import { ERROR_CODES } from '../../shared/error-codes.ts';
import type { NeaiError } from '../../shared/errors.ts';
import { explain } from './explain.ts';
import { runCauses } from './run-causes.ts';
import type { RunFolder } from './run-folder.ts';
import type { ComparedSide, RunContext, SideContext, SideRun } from './sides/side.ts';
import type { SignalPlan } from './signal-plan.ts';
import type { Prepared } from './subject.ts';
import { toolVersions } from './tools.ts';

/** What two sides are judged by. */
export interface Judging {
  readonly threshold: number;
  readonly limits: Limits;
  readonly tolerance: Tolerance;
  /** Whether a difference is followed to its stage. */
  readonly explain: boolean;
}

export interface RanSide {
  readonly side: ComparedSide;
  readonly run: SideRun;
}

export interface PairInput extends Judging {
  readonly folder: RunFolder;
  readonly startedAt: Date;
  readonly command: string;
  readonly plan: SignalPlan;
  readonly library: RunRecord['library'];
  /** With a library of this project, differences can be explained. */
  readonly context: SideContext | RunContext;
  readonly reference: RanSide;
  readonly target: RanSide;
  /** Why there is no reference at all; absent where there is one. */
  readonly noReference?: string | undefined;
  /** Of a library that is somebody else's. */
  readonly vendor?: RunRecord['vendor'];
}

export interface ComparedPair {
  readonly record: RunRecord;
  /** What ended the run of a side early. */
  readonly brokenOff: NeaiError | null;
}

/** The record of two sides that have run: judged, and where they differ, explained. */
export async function comparePair(input: PairInput): Promise<ComparedPair> {
  const { plan, library, context, reference, target } = input;
  const sequence = { calls: plan.calls, reference: reference.run.answers, target: target.run.answers };
  const files = plan.files.map(({ path }) => path);
  const brokenOff = target.run.brokenOff ?? reference.run.brokenOff;
  const board = target.run.board ?? reference.run.board;
  const { threshold, limits, tolerance } = input;
  const footprint = target.run.board?.footprint ?? null;
  const judgement = judgeRun({
    sequence,
    files,
    evidence: target.run.evidence,
    tolerance,
    threshold,
    limits,
    minimumLearningIterations: library.minimumLearningIterations,
    footprint,
    contents: plan.calls.map(({ signal }) => (signal === null ? null : contentOf(signal))),
    probes: context.curve.points.flatMap((learns, index) => {
      const [ours, theirs] = [reference.run.probes[index], target.run.probes[index]];
      if (ours === undefined || theirs === undefined) return [];
      return [{ learns, labels: context.curve.labels, reference: ours, target: theirs }];
    }),
    brokenOffBecause: brokenOff === null ? null : `${brokenOff.code}: ${brokenOff.message}`,
    noReference: input.noReference,
  });
  const { firstMismatch, firstOutside } = judgement.comparison;
  const toExplain = tolerance.profile === 'bit-exact' ? firstMismatch : firstOutside;
  let divergence: Divergence | null = null;
  if (toExplain !== null && input.explain && isOurs(context)) {
    const ran = ({ side, run }: RanSide) => ({ side, about: run.about, answers: run.answers });
    divergence = await context.watch.time('find the difference', () =>
      explain({ context, files, firstMismatch: toExplain, reference: ran(reference), target: ran(target) }),
    );
  }
  const failed = judgement.verdicts.fitness.verdict === 'FAIL';
  const causes =
    failed && isOurs(context)
      ? runCauses({
          library: context.library,
          calls: plan.calls,
          files,
          target: target.run.answers,
          threshold,
          facts: judgement.fitnessFacts,
          metrics: judgement.metrics,
        })
      : [];
  const record: RunRecord = {
    format: RUN_RECORD_FORMAT,
    formatVersion: RUN_RECORD_VERSION,
    runId: input.folder.runId,
    startedAt: input.startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    command: input.command,
    tools: await toolVersions({
      openOcdVersion: board?.openOcdVersion ?? null,
      libunicorn: board?.libunicorn ?? null,
    }),
    evidence: target.run.evidence,
    sides: { reference: reference.run.about, target: target.run.about },
    board: board?.board ?? null,
    library,
    firmware: board?.firmware ?? null,
    dataset: { files: [...plan.files] },
    threshold,
    sensitivity: context.sensitivity,
    limits,
    calls: packCalls(sequence),
    ...judgement,
    fitnessFacts: { ...judgement.fitnessFacts, causes },
    divergence,
    travel: null,
    vendor: input.vendor ?? null,
    footprint,
    link: board?.link ?? null,
    flash: board?.flash ?? null,
    console: board?.console ?? [],
    timeline: timelineOf(reference.run, target.run),
    timings: [...context.watch.timings],
    failure:
      brokenOff === null
        ? null
        : { code: brokenOff.code, class: ERROR_CODES[brokenOff.code].class, text: brokenOff.message },
    transcripts: board?.transcripts ?? [],
  };
  return { record, brokenOff };
}

const isOurs = (context: SideContext | RunContext): context is SideContext => 'limits' in context;

/** Events of both sides by time; those of the reference say so. Call times are the target's. */
function timelineOf(reference: SideRun, target: SideRun): Timeline {
  const ofReference = reference.events.map((event) => ({ ...event, text: `reference: ${event.text}` }));
  const rounded = (seconds: number): number => Number(seconds.toFixed(6));
  const events = [...ofReference, ...target.events]
    .map((event) => ({
      ...event,
      atSeconds: rounded(event.atSeconds),
      durationSeconds: event.durationSeconds === null ? null : rounded(event.durationSeconds),
    }))
    .sort((a, b) => a.atSeconds - b.atSeconds);
  return { events, calls: target.spans === null ? null : packCallTimes(target.spans) };
}

/** What the record says of a library of this project. */
export function libraryFacts({ library, librarySha256, evaluations }: Prepared): RunRecord['library'] {
  return {
    id: library.id,
    sha256: librarySha256,
    axes: library.axes,
    bufferSize: library.bufferSize,
    minimumLearningIterations: library.minimumLearningIterations,
    detectFloor: library.detectFloor,
    pipeline: library.pipeline.map(({ transform, params }) => inWords(transform, params)),
    model: inWords(library.model.name, library.model.params),
    searchEvaluations: evaluations,
  };
}

/** A stage as a person reads it: `pooled points=16`. */
function inWords(name: string, params: Readonly<Record<string, unknown>>): string {
  return [name, ...Object.entries(params).map(([key, value]) => `${key}=${JSON.stringify(value)}`)].join(' ');
}

const contentOf = (signal: Float32Array): string =>
  createHash('sha256')
    .update(new Uint8Array(signal.buffer, signal.byteOffset, signal.byteLength))
    .digest('base64');
