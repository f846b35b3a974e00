import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadBoard } from '../../boards/load.ts';
import { Emulator, type Library } from '../../engine/index.ts';
import { attach } from '../../host/attach.ts';
import { startVirtualSlot } from '../../host/virtual-slot.ts';
import { unpackCalls } from '../../record/calls.ts';
import type { RunRecord } from '../../record/run-record.ts';
import { drivenBoard, floatWord } from '../compare/board-run.ts';
import { NO_CURVE } from '../compare/curve.ts';
import { type Drive, type DrivenSide, drive } from '../compare/drive.ts';
import { drivenEmulator } from '../compare/sides/emulator-side.ts';
import type { SignalCall } from '../compare/signal-plan.ts';
import { asNeaiError } from '../failure.ts';
import { notShown, type Replayed, sameAnswers } from './same-answers.ts';

type SideName = 'reference' | 'target';

const sideOf = (record: RunRecord, wanted: (kind: string) => boolean): SideName | undefined =>
  (['reference', 'target'] as const).find((side) => wanted(record.sides[side].kind));

/** Plays a run's calls on the emulator of today and compares with what the emulator then said. */
export async function replayOnEmulator(
  record: RunRecord,
  library: Library,
  calls: readonly SignalCall[],
  signal: AbortSignal,
): Promise<Replayed> {
  const side = sideOf(record, (kind) => kind === 'emulator');
  if (side === undefined) return notShown('no side of this run was the emulator');
  const emulator = new Emulator(library);
  const { answers } = await driveCalls(drivenEmulator(emulator), calls, {
    signal,
    afterInitialize: async () => emulator.setSensitivity(record.sensitivity),
  });
  return sameAnswers(unpackCalls(record.calls)[side], answers);
}

/** The calls of the run alone: the signals of its learning curve change no knowledge. */
const driveCalls = (
  side: DrivenSide,
  calls: readonly SignalCall[],
  options: { readonly signal: AbortSignal; readonly afterInitialize: () => Promise<void> },
): Promise<Drive> =>
  drive(side, calls, {
    ...options,
    curve: NO_CURVE,
    now: () => performance.now() / 1000,
    onAnswer: () => undefined,
    asFailure: asNeaiError,
  });

/**
 * Flashes the run's own image on a virtual board of its kind, plays the calls and compares with what the board then said,
 * virtual or real.
 * @param folder for the image and OpenOCD's transcript
 */
export async function replayOnVirtualBoard(
  record: RunRecord,
  calls: readonly SignalCall[],
  {
    elf,
    folder,
    signal,
  }: { readonly elf: Uint8Array; readonly folder: string; readonly signal: AbortSignal },
): Promise<Replayed> {
  const side = sideOf(record, (kind) => kind === 'board' || kind === 'virtual-board');
  const { board, firmware, library, sensitivity } = record;
  if (side === undefined || board === null || firmware === null) {
    return notShown('no side of this run was a board with an image');
  }
  const file = join(folder, 'firmware.elf');
  await writeFile(file, elf);
  const place = await startVirtualSlot(loadBoard(board.id), { signal });
  try {
    const session = await attach(place.slot, { signal, evidenceDir: folder });
    try {
      await session.flash(file, { signal });
      const expected = { firmwareHash: Buffer.from(firmware.buildId, 'hex'), libraryId: library.id };
      const client = await session.connect({ signal, expected });
      const { answers, brokenOff } = await driveCalls(drivenBoard(client), calls, {
        signal,
        afterInitialize: async () => {
          await client.call('set_sensitivity', { sensitivity: floatWord(sensitivity) }, { signal });
        },
      });
      const recorded = unpackCalls(record.calls)[side];
      const replayed = sameAnswers(recorded.slice(0, answers.length), answers);
      if (brokenOff !== null && answers.length < recorded.length && replayed.verdict === 'same') {
        const error = asNeaiError(brokenOff);
        return notShown(
          `the replay broke off after ${answers.length} calls: ${error.code}: ${error.message}`,
        );
      }
      return replayed;
    } finally {
      await session.close();
    }
  } finally {
    await place.close();
  }
}
