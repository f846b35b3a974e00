import { readFile } from 'node:fs/promises';
import { type CallSequence, unpackCalls } from '../../../record/calls.ts';
import { decodeRunRecord } from '../../../record/codec.ts';
import type { RunRecord } from '../../../record/run-record.ts';
import type { SideKind } from '../../../record/sides.ts';
import { NeaiError } from '../../../shared/errors.ts';
import type { SignalCall } from '../signal-plan.ts';
import { type ComparedSide, NO_SILICON } from './side.ts';

export interface RecordedRun {
  /** As it was named. */
  readonly file: string;
  readonly record: RunRecord;
}

/** @throws NeaiError USAGE, RECORD_INVALID, RECORD_VERSION */
export async function readRecordedRun(file: string): Promise<RecordedRun> {
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new NeaiError('USAGE', 'the record cannot be read', { file, got: cause.message });
  });
  return { file, record: decodeRunRecord(text, file) };
}

const SIDE_NAMES: Readonly<Record<SideKind, string>> = {
  emulator: 'emulator',
  'host-c': 'C library on a computer',
  wasm: 'WebAssembly',
  'virtual-board': 'virtual board',
  board: 'board',
  'recorded-run': 'recorded run',
  'vendor-emulator': "vendor's emulator",
};

/** One side of a run that was made before: its answers, and nothing that was not written down. */
export function recordedSide({ file, record }: RecordedRun, side: 'reference' | 'target'): ComparedSide {
  const of = record.sides[side];
  const evidence = 'evidence' in of ? of.evidence : NO_SILICON;
  return {
    name: `record-${side}`,
    async run({ calls, library }, onAnswer) {
      const sequence = unpackCalls(record.calls);
      refuseOtherCalls(record, sequence, calls, library.id, file);
      const answers =
        side === 'target' ? sequence.target : sequence.reference.map((a) => ({ ...a, ticks: null }));
      for (const answer of answers) onAnswer?.(answer);
      return {
        about: {
          kind: 'recorded-run',
          record: file,
          runId: record.runId,
          side,
          of: SIDE_NAMES[of.kind],
          evidence,
        },
        evidence,
        answers,
        spans: null,
        probes: [],
        events: [],
        brokenOff: null,
        board: null,
      };
    },
    tracer: async () =>
      `${file} is a record: it tells code, learn counter and knowledge digest of every call, and nothing of what ` +
      'happened inside; make the run again on that side to see its stages',
    close: async () => undefined,
  };
}

/** A comparison of other calls would compare nothing. @throws NeaiError RECORD_OTHER_CALLS */
function refuseOtherCalls(
  record: RunRecord,
  { calls: recorded }: CallSequence,
  calls: readonly SignalCall[],
  libraryId: string,
  file: string,
): void {
  const refuse = (asked: string, got: string): never => {
    throw new NeaiError('RECORD_OTHER_CALLS', 'the recorded run is of other calls', { file, asked, got });
  };
  if (record.library.id !== libraryId) refuse(`library ${libraryId}`, `library ${record.library.id}`);
  if (recorded.length !== calls.length) refuse(`${calls.length} calls`, `${recorded.length} calls`);
  for (const [index, call] of calls.entries()) {
    const other = recorded[index]!;
    if (other.operation === call.operation && other.line === call.line) continue;
    const words = ({ operation, line }: { operation: string; line: number | null }): string =>
      `call ${index}: ${operation}${line === null ? '' : `, line ${line}`}`;
    refuse(words(call), words(other));
  }
}
