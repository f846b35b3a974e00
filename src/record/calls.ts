import { z } from 'zod';
import type { Label } from './primitives.ts';

export type Operation = 'initialize' | 'learn' | 'detect';

/** One call of a run as planned: the same for both sides. */
export interface PlannedCall {
  readonly operation: Operation;
  /** Index into the record's dataset files, and 1-based line; null for `initialize`. */
  readonly file: number | null;
  readonly line: number | null;
  /** Label of the signal's file; null where none was given (learned lines). */
  readonly label: Label | null;
  /** Search or learning has seen this line: it never enters accuracy. */
  readonly seen: boolean;
}

/** What one side answered. Both numbers of the state are null only where the protocol tells none (initialize). */
export interface Answer {
  /** Return code; for detect the similarity 0–100 or a code above (design: 123 board, 124 not learned, 125 NaN). */
  readonly code: number;
  readonly learnCounter: number | null;
  /** CRC-32C of the knowledge, unsigned 32 bit. */
  readonly digest: number | null;
  /** Bits of the distance over its reference as binary32, of a detect that came so far on a side with taps. */
  readonly distance?: number | null;
}

/** What the target answered: also the ticks of the library call alone, null where it tells none. */
export interface TargetAnswer extends Answer {
  readonly ticks: number | null;
  /** What the library itself returned, where its interface is of another generation and the code a translation. */
  readonly ownCode?: number | null;
}

const uint32Schema = z.int().min(0).max(0xffffffff);

const answerColumnsSchema = z.strictObject({
  code: z.array(z.int().min(0).max(255)),
  learnCounter: z.array(uint32Schema.nullable()),
  digest: z.array(uint32Schema.nullable()),
  /** Bits of the distance over its reference, binary32; null as a whole for a side without taps. */
  distance: z.array(uint32Schema.nullable()).nullable(),
});

/**
 * All calls of a run by column, so that 10,000 signals stay well under a megabyte. Letters: operation `i l d`,
 * label `n a u -`, seen `0 1`. File −1 and line 0 stand for a call without a signal. A run that broke off has
 * fewer answers than calls.
 */
export const callColumnsSchema = z
  .strictObject({
    operation: z.string().regex(/^[ild]*$/),
    file: z.array(z.int().min(-1)),
    line: z.array(z.int().min(0)),
    label: z.string().regex(/^[nau-]*$/),
    seen: z.string().regex(/^[01]*$/),
    reference: answerColumnsSchema,
    target: answerColumnsSchema.extend({
      ticks: z.array(uint32Schema.nullable()),
      /** What the library itself returned; null as a whole where that is the code. */
      ownCode: z.array(uint32Schema.nullable()).nullable().default(null),
    }),
  })
  .superRefine((columns, context) => {
    const calls = columns.operation.length;
    for (const name of ['file', 'line', 'label', 'seen'] as const) {
      if (columns[name].length !== calls) {
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `${columns[name].length} entries for ${calls} calls`,
        });
      }
    }
    for (const side of ['reference', 'target'] as const) {
      const lengths = Object.values(columns[side]).flatMap((column) =>
        column === null ? [] : [column.length],
      );
      if (new Set(lengths).size !== 1 || lengths[0]! > calls) {
        context.addIssue({
          code: 'custom',
          path: [side],
          message: `columns of ${lengths.join(', ')} answers for ${calls} calls`,
        });
      }
    }
  });
export type CallColumns = z.infer<typeof callColumnsSchema>;

const OPERATION_LETTER = { initialize: 'i', learn: 'l', detect: 'd' } as const;
const LETTER_OPERATION = { i: 'initialize', l: 'learn', d: 'detect' } as const;
const LABEL_LETTER = { nominal: 'n', anomaly: 'a', unknown: 'u' } as const;
const LETTER_LABEL = { n: 'nominal', a: 'anomaly', u: 'unknown', '-': null } as const;

/** Calls and the answers of both sides, in call order; each side may be shorter when a run broke off. */
export interface CallSequence {
  readonly calls: readonly PlannedCall[];
  readonly reference: readonly Answer[];
  readonly target: readonly TargetAnswer[];
}

/** Columns of the record from calls and answers; the inverse of {@link unpackCalls}. */
export function packCalls({ calls, reference, target }: CallSequence): CallColumns {
  const answers = (side: readonly Answer[]) => ({
    code: side.map((answer) => answer.code),
    learnCounter: side.map((answer) => answer.learnCounter),
    digest: side.map((answer) => answer.digest),
    distance: side.some((answer) => typeof answer.distance === 'number')
      ? side.map((answer) => answer.distance ?? null)
      : null,
  });
  return {
    operation: calls.map((call) => OPERATION_LETTER[call.operation]).join(''),
    file: calls.map((call) => call.file ?? -1),
    line: calls.map((call) => call.line ?? 0),
    label: calls.map((call) => (call.label === null ? '-' : LABEL_LETTER[call.label])).join(''),
    seen: calls.map((call) => (call.seen ? '1' : '0')).join(''),
    reference: answers(reference),
    target: {
      ...answers(target),
      ticks: target.map((answer) => answer.ticks),
      ownCode: target.some(({ ownCode }) => typeof ownCode === 'number')
        ? target.map(({ ownCode }) => ownCode ?? null)
        : null,
    },
  };
}

/** Calls and answers of a record; the inverse of {@link packCalls}. */
export function unpackCalls(columns: CallColumns): CallSequence {
  const calls = Array.from(columns.operation, (letter, index): PlannedCall => {
    const file = columns.file[index]!;
    const line = columns.line[index]!;
    return {
      operation: LETTER_OPERATION[letter as 'i' | 'l' | 'd'],
      file: file < 0 ? null : file,
      line: line === 0 ? null : line,
      label: LETTER_LABEL[columns.label[index] as 'n' | 'a' | 'u' | '-'],
      seen: columns.seen[index] === '1',
    };
  });
  const answer = (side: Omit<CallColumns['target'], 'ticks' | 'ownCode'>, index: number): Answer => ({
    code: side.code[index]!,
    learnCounter: side.learnCounter[index]!,
    digest: side.digest[index]!,
    ...(side.distance === null ? {} : { distance: side.distance[index]! }),
  });
  return {
    calls,
    reference: columns.reference.code.map((_, index) => answer(columns.reference, index)),
    target: columns.target.code.map((_, index) => ({
      ...answer(columns.target, index),
      ticks: columns.target.ticks[index]!,
      ...(columns.target.ownCode === null ? {} : { ownCode: columns.target.ownCode[index] ?? null }),
    })),
  };
}
