import { createHash } from 'node:crypto';
import { formatDifference } from './difference-text.ts';
import type { Figure, FigureName, FigureUnit } from './figures.ts';
import type { RecordedRun } from './recorded-run.ts';
import type { PlanColumns, RunEnd, RunKnowledge } from './run-writer.ts';

/** Return codes of detect above this are no similarities. */
const MOST_SIMILARITY = 100;

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What a trend calls the place: the kind of board, or what else gave the target's answers. */
export function placeOf({ sides, board }: RecordedRun): string {
  const { target } = sides;
  if (typeof target === 'string') return board?.id ?? target;
  return target.board ?? target.kind;
}

/** Everything that the run was made of, by name: what a later run may have different. */
export function knowledgeOf(run: RecordedRun): RunKnowledge {
  const { tools, firmware, library, sides } = run;
  const kindOf = (side: typeof sides.reference): string => (typeof side === 'string' ? side : side.kind);
  return {
    board: placeOf(run),
    kind: run.evidence.kind,
    uniqueId: run.evidence.uniqueId,
    library: library.id,
    facts: {
      reference: kindOf(sides.reference),
      target: kindOf(sides.target),
      slot: run.board?.slot ?? null,
      'library file': library.sha256,
      firmware: firmware?.buildId ?? null,
      'firmware image': firmware?.elfSha256 ?? null,
      'signal files': inputsDigest(run),
      threshold: String(run.threshold),
      sensitivity: String(run.sensitivity),
      neai: tools.neai,
      node: tools.node,
      OpenOCD: tools.openocd,
      compiler: tools.compiler,
      libunicorn: tools.libunicorn,
      command: run.command,
    },
  };
}

/** Which lines of which contents were learned and detected: equal where two runs were asked the same. */
function inputsDigest({ calls, dataset }: RecordedRun): string {
  const { operation, file, line } = calls;
  const contents = dataset.files.map(({ sha256 }) => sha256);
  return sha256Of(JSON.stringify([operation, file.map((at) => contents[at] ?? null), line])).slice(0, 16);
}

export function planOf({ calls, dataset }: RecordedRun): PlanColumns {
  const { operation, file, line, label, seen } = calls;
  return { operation, file, line, label, seen, files: dataset.files };
}

/** What the run ended with. */
export function endOf(run: RecordedRun): RunEnd {
  const { verdicts, failure, comparison } = run;
  const hasFailed = failure !== null || verdicts.equivalence.verdict !== 'PASS';
  return {
    ...knowledgeOf(run),
    endedAt: run.endedAt,
    state: failure === null ? 'complete' : 'broken off',
    equivalence: verdicts.equivalence,
    fitness: verdicts.fitness,
    outcome: null,
    firstDifference: comparison.firstMismatch === null ? null : formatDifference(comparison.firstMismatch),
    figures: figuresOf(run),
    digests: digestsOf(run),
    attempts: [
      {
        status: hasFailed ? 'failed' : 'passed',
        seconds: Math.max(0, (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000),
        class: failure?.class ?? (hasFailed ? 'product' : null),
        code: failure?.code ?? null,
      },
    ],
  };
}

function figuresOf(run: RecordedRun): Figure[] {
  const { perCall, footprint, link, flash, comparison } = run;
  const target = 'target' in run.accuracy ? run.accuracy.target : run.accuracy.board;
  const scores = scoresOf(run);
  // Figures of a run that broke off are those of its beginning: they would look like steps.
  const isWhole = run.failure === null;
  const rows: [FigureName, FigureUnit, number | null | undefined][] = [
    ['score difference', 'points', isWhole ? scores.largestDifference : null],
    ['flips', 'count', isWhole ? scores.flips : null],
    ['differing calls', 'count', isWhole ? comparison.mismatches : null],
    ['balanced accuracy', 'fraction', isWhole ? target.balancedAccuracy : null],
    ['confidence', 'fraction', isWhole ? target.confidence : null],
    ['ticks per learn', perCall.unit, isWhole ? perCall.learn?.median : null],
    ['ticks per detect', perCall.unit, isWhole ? perCall.detect?.median : null],
    ['flash', 'bytes', footprint?.flashBytes],
    ['RAM', 'bytes', footprint?.ramBytes],
    ['knowledge', 'bytes', footprint?.neaiBytes],
    ['stack', 'bytes', isWhole ? footprint?.stackBytes : null],
    // A flash that was skipped took no time that tells anything.
    ['flash time', 'seconds', flash === null || flash.skipped ? null : flash.seconds],
    ['link time', 'seconds', isWhole ? link?.seconds : null],
    ['link errors', 'count', link === null ? null : link.retransmissions + link.badFrames + link.noiseBytes],
  ];
  return rows.flatMap(([name, unit, value]) =>
    value === null || value === undefined ? [] : [{ name, unit, value }],
  );
}

/** Largest difference of two similarities, and how many decisions at the threshold differ; null without a pair. */
function scoresOf({ calls, threshold }: RecordedRun): {
  largestDifference: number | null;
  flips: number | null;
} {
  let largestDifference: number | null = null;
  let flips: number | null = null;
  for (let call = 0; call < calls.operation.length; call++) {
    const [reference, target] = [calls.reference.code[call], calls.target.code[call]];
    if (calls.operation[call] !== 'd' || reference === undefined || target === undefined) continue;
    if (reference > MOST_SIMILARITY || target > MOST_SIMILARITY) continue;
    largestDifference = Math.max(largestDifference ?? 0, Math.abs(target - reference));
    flips = (flips ?? 0) + (reference >= threshold === target >= threshold ? 0 : 1);
  }
  return { largestDifference, flips };
}

function digestsOf({ calls, failure }: RecordedRun): Record<string, string> {
  if (failure !== null || calls.target.code.length === 0) return {};
  const knowledge = calls.target.digest.at(-1) ?? null;
  return {
    scores: sha256Of(JSON.stringify(calls.target.code)).slice(0, 16),
    ...(knowledge === null ? {} : { knowledge: knowledge.toString(16).padStart(8, '0') }),
  };
}
