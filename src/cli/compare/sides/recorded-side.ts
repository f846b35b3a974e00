import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CallSequence, unpackCalls } from '../../../record/calls.ts';
import { decodeRunRecord } from '../../../record/codec.ts';
import type { RunRecord } from '../../../record/run-record.ts';
import type { SideKind } from '../../../record/sides.ts';
import { NeaiError } from '../../../shared/errors.ts';
import { type ComparedSide, NO_SILICON, type SideContext } from './side.ts';

export interface RecordedRun {
  /** As it was named. */
  readonly file: string;
  readonly record: RunRecord;
}

/** @param named the record, or the folder of its run. @throws NeaiError USAGE, RECORD_INVALID, RECORD_VERSION */
export async function readRecordedRun(named: string): Promise<RecordedRun> {
  const isFolder = (await stat(named).catch(() => undefined))?.isDirectory() === true;
  const file = isFolder ? join(named, 'record.json') : named;
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
    async run(context, onAnswer) {
      const sequence = unpackCalls(record.calls);
      refuseOtherCalls(record, sequence, context, file);
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

/**
 * A comparison of other calls would compare nothing; one of other signals or at another sensitivity would lay a difference
 * of what was asked at the door of a side. @throws NeaiError RECORD_OTHER_CALLS
 */
function refuseOtherCalls(
  record: RunRecord,
  { calls: recorded }: CallSequence,
  { calls, files, library, sensitivity }: SideContext,
  file: string,
): void {
  const refuse = (asked: string, got: string, remedy?: string): never => {
    const details = { file, asked, got, ...(remedy !== undefined && { remedy }) };
    throw new NeaiError('RECORD_OTHER_CALLS', 'the recorded run is of other calls', details);
  };
  if (record.library.id !== library.id) refuse(`library ${library.id}`, `library ${record.library.id}`);
  if (Math.fround(record.sensitivity) !== sensitivity) {
    const [asked, got] = [shortest(sensitivity), shortest(record.sensitivity)];
    refuse(`sensitivity ${asked}`, `sensitivity ${got}`, `Add --sensitivity ${got}, that of the record.`);
  }
  if (recorded.length !== calls.length) refuse(`${calls.length} calls`, `${recorded.length} calls`);
  for (const [index, call] of calls.entries()) {
    const other = recorded[index]!;
    const words = ({ operation, line }: { operation: string; line: number | null }): string =>
      `call ${index}: ${operation}${line === null ? '' : `, line ${line}`}`;
    if (other.operation !== call.operation || other.line !== call.line) refuse(words(call), words(other));
    if (call.file === null || other.file === null) continue;
    const [ours, theirs] = [files[call.file]!, record.dataset.files[other.file]!];
    if (ours.sha256 === theirs.sha256) continue;
    const ofFile = ({ path, sha256 }: typeof ours): string => ` of ${path}, SHA-256 ${sha256}`;
    refuse(`${words(call)}${ofFile(ours)}`, `${words(other)}${ofFile(theirs)}`);
  }
}

/** The fewest digits that are this binary32 value again. */
const shortest = (value: number): string => {
  const digits = [1, 2, 3, 4, 5, 6, 7, 8].find(
    (count) => Math.fround(Number(value.toPrecision(count))) === Math.fround(value),
  );
  return String(Number(value.toPrecision(digits ?? 9)));
};
