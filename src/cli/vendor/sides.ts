import { loadBoard } from '../../boards/load.ts';
import { attach } from '../../host/attach.ts';
import type { BoardSession } from '../../host/board.ts';
import type { TargetAnswer } from '../../record/calls.ts';
import { NeaiError } from '../../shared/errors.ts';
import type { EmulatorRun } from '../../vendor/emulator/calls.ts';
import { runVendorEmulator, usableEmulator } from '../../vendor/emulator/run.ts';
import type { ImportedLibrary } from '../../vendor/folder.ts';
import { type BoardRun, runOnBoard } from '../compare/board-run.ts';
import { EventLog } from '../compare/event-log.ts';
import { keepTranscript, resultOf } from '../compare/sides/board-side.ts';
import { NO_SILICON, type RunContext, type SideRun } from '../compare/sides/side.ts';
import { libunicornOf } from '../compare/tools.ts';
import type { BoardChoice, OpenPlace } from '../slot-choice.ts';
import { buildVendorFirmware } from './firmware.ts';
import { checkRestore, type RestoreCheck } from './restore-check.ts';
import { requireRight } from './right.ts';

const LIMITED = 123;

/** What generations are called in records and to people. */
export const INTERFACES = { 2: 'v1/v2', 3: 'v3/v4', 5: 'v5' } as const;

export interface VendorBoardRun {
  readonly run: SideRun;
  /** Null where the run ended early. */
  readonly check: RestoreCheck | null;
}

/** The board with the imported library, to the end of its calls and of the look at its knowledge. */
export async function runVendorBoard(
  imported: ImportedLibrary,
  choice: BoardChoice,
  context: RunContext,
  means: { readonly iHaveTheRight?: boolean | undefined; readonly onAnswer: (answer: TargetAnswer) => void },
): Promise<VendorBoardRun> {
  const { watch, signal, folder, calls } = context;
  const board = loadBoard(choice.board);
  const firmware = await watch.time('build', () => buildVendorFirmware(imported, board, folder, signal));
  const events = new EventLog(context.now);
  let place: OpenPlace | undefined;
  let session: BoardSession | undefined;
  let check: RestoreCheck | null = null;
  try {
    const opened = await watch.time('start board', () => choice.open(signal));
    place = opened;
    requireRight(opened.slot, means);
    session = await watch.time('attach', () => attach(opened.slot, { signal, evidenceDir: folder }));
    let answered = 0;
    const run = await runOnBoard(session, firmware, context, {
      events,
      onAnswer: (answer) => {
        means.onAnswer(answer);
        refuseUnauthorised(answer, board.id);
        if (calls[answered++]?.operation === 'initialize') refuseUnstarted(answer, imported);
      },
      afterCalls: async (client) => {
        check = await watch.time('backup and restore', () => checkRestore(client, calls, signal));
      },
    });
    const transcripts = await keepTranscript(folder, run);
    const libunicorn = await libunicornOf(opened.slot.control);
    const ran = {
      board,
      slot: opened.slot,
      firmware,
      run: blamed(withoutRefusal(run), imported),
      events,
      planted: false,
    };
    return { run: resultOf(ran, transcripts, libunicorn), check };
  } finally {
    await session?.close();
    await place?.close();
  }
}

/** Said at the first answer, for every later one would look like a difference. */
export function refuseUnauthorised(
  { code, ownCode }: Pick<TargetAnswer, 'code' | 'ownCode'>,
  board: string,
): void {
  if (code !== LIMITED) return;
  throw new NeaiError(
    'VENDOR_NOT_AUTHORISED',
    `the library refuses to work on ${board}: its code ${ownCode ?? code} says that this board is not authorised`,
  );
}

const STARTED = 0;

/** An initialisation that failed: whatever follows would be answered with errors. @throws VENDOR_DOES_NOT_START */
export function refuseUnstarted(
  { code, ownCode = code }: Pick<TargetAnswer, 'code' | 'ownCode'>,
  { library }: ImportedLibrary,
): void {
  if (code === STARTED) return;
  const name = Object.entries(library.header.states).find(([, value]) => value === ownCode)?.[0];
  throw new NeaiError(
    'VENDOR_DOES_NOT_START',
    `library ${library.id} does not start: its initialisation answers ${ownCode}${name === undefined ? '' : ` (${name})`}`,
  );
}

/** The answer that says so is none to compare: a reference that is authorised would differ from it. */
function withoutRefusal(run: BoardRun): BoardRun {
  if (run.brokenOff?.code !== 'VENDOR_NOT_AUTHORISED') return run;
  return { ...run, answers: run.answers.slice(0, -1), spans: run.spans.slice(0, -1) };
}

const VENDOR_CODE = / at (neai_|NanoEdgeAI_)\w+/;

/** A fault in code that nobody here can mend says so: another part than the one it was compiled for is the likeliest cause. */
function blamed(run: BoardRun, { library }: ImportedLibrary): BoardRun {
  const { brokenOff } = run;
  if (brokenOff?.code !== 'BOARD_FAULT' || !VENDOR_CODE.test(brokenOff.message)) return run;
  const { target } = library.metadata;
  const message = `${brokenOff.message}; the fault lies in the vendor's library`;
  const remedy = `Use a board with the part that it was compiled for${target === null ? '' : ` (${target})`}: it touches memory or registers that this one does not have, or it is at fault itself.`;
  return {
    ...run,
    brokenOff: new NeaiError('BOARD_FAULT', message, { ...brokenOff.details, remedy, cause: brokenOff }),
  };
}

export interface VendorReference {
  readonly run: SideRun;
  /** Null where no emulator runs on this computer. */
  readonly emulated: EmulatorRun | null;
}

/** The vendor's emulator, where one runs here. */
export async function runVendorReference(
  imported: ImportedLibrary,
  { calls, sensitivity, signal, watch }: RunContext,
): Promise<VendorReference> {
  const file = usableEmulator(imported);
  const emulated =
    file === null
      ? null
      : await watch.time("vendor's emulator", () =>
          runVendorEmulator(imported, calls, { sensitivity, signal }),
        );
  const about = {
    kind: 'vendor-emulator' as const,
    file: file ?? 'none that runs here',
    version: emulated?.version ?? null,
  };
  const nothing = { evidence: NO_SILICON, spans: null, probes: [], events: [], brokenOff: null, board: null };
  return {
    run: { about, ...nothing, answers: emulated === null ? [] : answersOf(emulated, calls) },
    emulated,
  };
}

/** Counters as the calls make them; the emulator's knowledge is compared as an image at the end, not call by call. */
function answersOf({ codes }: EmulatorRun, calls: RunContext['calls']): TargetAnswer[] {
  let learned = 0;
  return codes.map((code, index) => {
    const { operation } = calls[index]!;
    if (operation === 'initialize') learned = 0;
    else if (operation === 'learn') learned++;
    return { code, learnCounter: learned, digest: null, ticks: null };
  });
}
