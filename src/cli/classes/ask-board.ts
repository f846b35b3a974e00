import type { BoardSession } from '../../host/board.ts';
import { interrupted } from '../interrupt.ts';
import { startProgress } from '../output.ts';

/** What a board said to one signal. */
export interface BoardAnswer {
  /** Class from 1, or a code above all of them. */
  readonly code: number;
  /** What the library itself returned. */
  readonly ownCode: number;
  readonly probabilities: Float32Array;
  /** Instructions or cycles of the call. */
  readonly ticks: number;
}

/** Told the codes of each answer; what it throws ends the run. */
export type OnCode = (operation: 'initialize' | 'classify', code: number, ownCode: number) => void;

/** Flashes nothing: initialises the library and classifies every signal. */
export async function askBoard(
  session: BoardSession,
  expected: { readonly libraryId: string; readonly firmwareHash: Uint8Array },
  signals: readonly Float32Array[],
  onCode: OnCode = () => undefined,
): Promise<BoardAnswer[]> {
  const signal = interrupted;
  const client = await session.connect({ signal, expected });
  const started = await client.call('initialize', {}, { signal });
  onCode('initialize', started.code, started.ownCode);
  const progress = startProgress('board');
  const answers: BoardAnswer[] = [];
  try {
    for (const values of signals) {
      const answer = await client.call('classify', { signal: values }, { signal });
      const { classIdOrCode: code, ownCode, ticks } = answer;
      onCode('classify', code, ownCode);
      const probabilities = new Float32Array(answer.probabilities.slice().buffer);
      answers.push({ code, ownCode, probabilities, ticks });
      progress.update(answers.length / signals.length, `${answers.length}/${signals.length} calls`);
    }
  } finally {
    progress.end();
  }
  return answers;
}

/** The middle one, the lower of two; null where nothing was classified. */
export function typicalTicks(answers: readonly BoardAnswer[]): number | null {
  const sorted = answers.map(({ ticks }) => ticks).toSorted((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? null;
}
