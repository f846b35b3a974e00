import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadBoard } from '../boards/load.ts';
import { checkBundle } from '../history/evidence/check.ts';
import { attach } from '../host/attach.ts';
import { startVirtualSlot } from '../host/virtual-slot.ts';
import { ERROR_CODES } from '../shared/error-codes.ts';
import { NeaiError } from '../shared/errors.ts';
import { interrupted } from './interrupt.ts';
import { printJson, printLine } from './output.ts';
import { type LogEntry, readFrameLog } from './replay/log.ts';
import { type FrameReplay, playFrames } from './replay/play.ts';
import { requireRight } from './vendor/right.ts';

interface ReplayOptions {
  readonly board?: string;
  readonly firmware?: string;
  readonly iHaveTheRight?: boolean;
  readonly json?: boolean;
}

/** A recording with what is needed to play it. */
interface Recording {
  readonly log: readonly LogEntry[];
  readonly board: string;
  readonly firmware: Uint8Array;
  /** The board that was recorded was a virtual one. */
  readonly isVirtual: boolean;
}

/** `neai replay`: what a board in the lab said once, does the same image say it again? */
export function registerReplay(program: Command): void {
  program
    .command('replay')
    .description(
      "send a recorded run's frames to a virtual board with the same image and compare its answers, frame by frame",
    )
    .argument('<recording>', "a run's folder, its evidence.zip, or a frames.log")
    .option('--board <board>', 'kind of board (default: that of the record)')
    .option('--firmware <elf>', 'the image (default: firmware.elf beside the log)')
    .option('--i-have-the-right', "of a vendor's library: its licence allows a virtual board to run it")
    .option('--json', 'print one JSON document')
    .action(async (path: string, options: ReplayOptions) => {
      const recording = await recordingAt(resolve(path), options);
      const replay = await play(recording);
      const document = { recording: resolve(path), board: recording.board, evidence: 'virtual', ...replay };
      if (options.json) printJson({ verdict: replay.first === null ? 'same' : 'differs', ...document });
      else for (const line of linesOf(replay)) printLine(line);
      if (replay.first !== null) process.exitCode = ERROR_CODES.REPLAY_DIFFERS.exitStatus;
    });
}

function linesOf({ sent, compared, first, leftOut }: FrameReplay): string[] {
  return [
    ...leftOut.map((remark) => `not replayed, for no frame carries it: ${remark}`),
    first === null
      ? `reproduced: ${sent} frames sent, ${compared} answers the same as recorded (evidence: virtual)`
      : `differs from the recording after ${compared} answers, at line ${first.line}: ${first.why} (evidence: virtual)`,
  ];
}

async function play({ log, board, firmware, isVirtual }: Recording): Promise<FrameReplay> {
  const folder = await mkdtemp(join(tmpdir(), 'neai-replay-'));
  try {
    const elf = join(folder, 'firmware.elf');
    await writeFile(elf, firmware);
    const place = await startVirtualSlot(loadBoard(board), { signal: interrupted });
    try {
      const session = await attach(place.slot, { signal: interrupted, evidenceDir: folder });
      try {
        await session.flash(elf, { signal: interrupted });
        return await playFrames(session, log, { isVirtual, signal: interrupted });
      } finally {
        await session.close();
      }
    } finally {
      await place.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Finds log, image and kind of board. @throws NeaiError FRAMES_INVALID, BUNDLE_…, USAGE */
async function recordingAt(path: string, options: ReplayOptions): Promise<Recording> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    throw new NeaiError('FRAMES_INVALID', 'there is no such recording', { file: path });
  const members = path.endsWith('.zip') ? bundleMembers(await readFile(path), path) : undefined;
  const folder = found.isDirectory() ? path : dirname(path);
  const read = (name: string): Promise<Uint8Array | undefined> =>
    members === undefined
      ? readFile(join(folder, name)).then(
          (bytes) => bytes,
          () => undefined,
        )
      : Promise.resolve(members.get(name));
  const isLog = found.isFile() && members === undefined;
  const log = isLog ? await readFile(path) : await read('frames.log');
  if (log === undefined) throw new NeaiError('FRAMES_INVALID', 'there is no frames.log here', { file: path });
  const facts = factsOf(await read('record.json'), await read('facts.json'));
  if (facts.isVendors) requireRight({ kind: 'virtual' }, options);
  const board = options.board ?? facts.board;
  const firmware =
    options.firmware === undefined ? await read('firmware.elf') : await readFile(options.firmware);
  if (board === undefined || firmware === undefined) {
    throw new NeaiError('USAGE', 'a log of frames alone does not say what to replay it on', {
      asked: 'kind of board and image',
      remedy: 'Add --board B and --firmware ELF.',
    });
  }
  const text = new TextDecoder().decode(log);
  return { log: readFrameLog(text, path), board, firmware, isVirtual: facts.kind !== 'silicon' };
}

function bundleMembers(zip: Uint8Array, file: string): ReadonlyMap<string, Uint8Array> {
  const { members, damages } = checkBundle(zip, file);
  const [damage] = damages;
  if (damage === undefined) return members;
  throw new NeaiError('BUNDLE_DAMAGED', `${damage.member}: ${damage.why}`, { file });
}

/** Board and kind of evidence, from the record of a comparison or the facts of a scenario's attempt. */
function factsOf(...documents: (Uint8Array | undefined)[]): {
  board?: string;
  kind?: string;
  isVendors?: boolean;
} {
  for (const document of documents) {
    if (document === undefined) continue;
    const { board, evidence, vendor } = JSON.parse(new TextDecoder().decode(document)) as {
      board?: string | { id?: string } | null;
      evidence?: { kind?: string };
      vendor?: object | null;
    };
    const name = typeof board === 'string' ? board : board?.id;
    if (name !== undefined)
      return {
        board: name,
        isVendors: (vendor ?? null) !== null,
        ...(evidence?.kind === undefined ? {} : { kind: evidence.kind }),
      };
  }
  return {};
}
