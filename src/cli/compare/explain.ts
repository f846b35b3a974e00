import { sideNames } from '../../../reports/format.ts';
import { type Located, locate } from '../../compare/locate/locate.ts';
import type { TracingSide } from '../../compare/locate/trace.ts';
import { Emulator, tracedSteps } from '../../engine/index.ts';
import type { Answer } from '../../record/calls.ts';
import type { Divergence } from '../../record/divergence.ts';
import type { FirstMismatch } from '../../record/primitives.ts';
import type { Side } from '../../record/sides.ts';
import { printRemark } from '../output.ts';
import type { ComparedSide, SideContext } from './sides/side.ts';

interface ExplainedSide {
  readonly side: ComparedSide;
  readonly about: Side;
  readonly answers: readonly Answer[];
}

export interface ExplainInput {
  readonly context: SideContext;
  readonly files: readonly string[];
  readonly firstMismatch: FirstMismatch;
  readonly reference: ExplainedSide;
  readonly target: ExplainedSide;
}

/**
 * Finds where two sides part: first call, first stage, first element, both values. Never throws: what cannot be found
 * out, and why, stands in the result.
 */
export async function explain(input: ExplainInput): Promise<Divergence> {
  const { context, firstMismatch, reference, target } = input;
  const opened: TracingSide[] = [];
  const open = async (side: ComparedSide): Promise<TracingSide | string> => {
    const tracer = await side.tracer(context);
    if (typeof tracer !== 'string') opened.push(tracer);
    return tracer;
  };
  printRemark(`call ${firstMismatch.call} differs: looking for the stage in which both sides part`);
  try {
    const [ours, theirs] = [await open(reference.side), await open(target.side)];
    const refusals = [ours, theirs].filter((tracer) => typeof tracer === 'string');
    if (typeof ours === 'string' || typeof theirs === 'string') return unlocated(input, refusals.join('; '));
    const { library, calls } = context;
    const located = await locate({
      library: { axes: library.axes, steps: tracedSteps(library) },
      calls,
      firstMismatch: firstMismatch.call,
      knowledgeAfter: commonKnowledge(input),
      reference: ours,
      target: theirs,
      names: sideNames({ reference: reference.about, target: target.about }),
    });
    return divergenceOf(input, located);
  } catch (error) {
    return unlocated(input, `the search for the stage ended early: ${(error as Error).message}`);
  } finally {
    for (const tracer of opened) await tracer.close();
  }
}

/**
 * Knowledge on which both sides agreed after a call, as the emulator has it: one that comes to the same digest. Both
 * sides may agree on what the emulator does not share; then it is not known.
 */
function commonKnowledge({
  context,
  firstMismatch,
  reference,
  target,
}: ExplainInput): (call: number) => Uint8Array | null {
  const emulator = new Emulator(context.library);
  const kept: (Uint8Array | null)[] = [];
  for (const [index, call] of context.calls.slice(0, firstMismatch.call).entries()) {
    if (call.operation === 'initialize') emulator.initialize();
    else emulator[call.operation](Float32Array.from(call.signal!));
    const digest = emulator.digest();
    const agreed = reference.answers[index]?.digest === digest && target.answers[index]?.digest === digest;
    // Detects change nothing: one copy serves until the next learn.
    kept.push(agreed ? (call.operation === 'detect' && kept.at(-1)) || emulator.knowledge() : null);
  }
  return (call) => kept[call] ?? null;
}

function divergenceOf(input: ExplainInput, { call, part, notKnown, search }: Located): Divergence {
  const nothing = {
    stage: null,
    element: null,
    reference: null,
    target: null,
    ulp: null,
    stages: [],
    cause: null,
  };
  return {
    ...placeOf(input, call),
    ...(part ?? { field: input.firstMismatch.field, ...nothing }),
    notKnown,
    search,
  };
}

function unlocated(input: ExplainInput, notKnown: string): Divergence {
  const search = { restores: 0, replayedCalls: 0, bisectionSteps: 0, taps: [], repeats: null };
  const { call } = input.firstMismatch;
  return divergenceOf(input, { call, part: null, notKnown, search });
}

function placeOf({ context: { calls }, files }: ExplainInput, call: number) {
  const { operation, file, line } = calls[call]!;
  const signals = calls.slice(0, call + 1).filter((one) => one.operation !== 'initialize').length;
  return {
    call,
    operation,
    signal: operation === 'initialize' ? null : signals,
    file: file === null ? null : files[file]!,
    line,
  };
}
