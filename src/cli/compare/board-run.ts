import type { BoardSession } from '../../host/board.ts';
import type { BuiltFirmware } from '../../host/build.ts';
import type { FlashResult } from '../../host/flash.ts';
import type { FrameLog } from '../../host/frame-log.ts';
import type { Identity } from '../../host/identity.ts';
import { proveAuthorised } from '../../protocol/authorisation.ts';
import type { Client } from '../../protocol/client.ts';
import { readStackUse, type StackUse } from '../../protocol/stack-use.ts';
import type { Transport } from '../../protocol/transport.ts';
import type { TargetAnswer } from '../../record/calls.ts';
import type { NeaiError } from '../../shared/errors.ts';
import { lineSeconds } from '../control-client.ts';
import { asNeaiError } from '../failure.ts';
import { startProgress } from '../output.ts';
import { driveTarget, type TargetSide } from './drive.ts';
import type { SignalPlan } from './signal-plan.ts';
import type { Stopwatch } from './stopwatch.ts';

/** Everything that the board's side of a comparison gave; what was not reached is null. */
export interface BoardRun {
  readonly identity: Identity | null;
  readonly flash: FlashResult | null;
  readonly answers: readonly TargetAnswer[];
  readonly brokenOff: NeaiError | null;
  readonly link: LinkFigures | null;
  /** Deepest stack of the run, from the painted stack; null when the board could not be asked any more. */
  readonly stackBytes: number | null;
  /** The same by kind of call; empty when the board could not be asked any more. */
  readonly stackByCall: readonly StackUse[];
  readonly console: readonly string[];
  readonly transcript: string;
  readonly openOcdVersion: string | null;
}

export interface LinkFigures {
  readonly baud: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly payloadBytes: number;
  readonly retransmissions: number;
  readonly badFrames: number;
  readonly noiseBytes: number;
}

/** Flashes, connects and makes every planned call. A failure ends the run and stands in the result. */
export async function runOnBoard(
  session: BoardSession,
  firmware: BuiltFirmware,
  plan: SignalPlan,
  options: {
    readonly sensitivity: number;
    readonly libraryId: string;
    readonly signal: AbortSignal;
    readonly watch: Stopwatch;
    /** Writes down what crosses the line. */
    readonly frames?: FrameLog;
    /** Told each answer as it comes. */
    readonly onAnswer?: (answer: TargetAnswer) => void;
  },
): Promise<BoardRun> {
  const { signal, watch, sensitivity, frames, onAnswer } = options;
  let flash: FlashResult | null = null;
  let drive: { answers: TargetAnswer[]; brokenOff: NeaiError | null } = { answers: [], brokenOff: null };
  let link: LinkFigures | null = null;
  let stackBytes: number | null = null;
  let stackByCall: readonly StackUse[] = [];
  try {
    flash = await watch.time('flash', () => session.flash(firmware.elf, { signal }));
    const expected = { firmwareHash: Buffer.from(firmware.buildId, 'hex'), libraryId: options.libraryId };
    const tap = frames === undefined ? {} : { tap: (line: Transport) => frames.tap(line) };
    const client = await watch.time('connect', () => session.connect({ signal, expected, ...tap }));
    await proveAuthorised(client, { signal });
    const meter = await startMeter(session, client);
    drive = await watch.time('learn and detect', () =>
      driveBoard(client, plan, { sensitivity, signal, onAnswer }),
    );
    link = await meter(plan, drive.answers.length);
    if (drive.brokenOff === null) {
      ({ stackBytes } = await client.call('stats', {}, { signal }));
      stackByCall = await readStackUse(client, { signal });
    }
  } catch (thrown) {
    drive = { answers: drive.answers, brokenOff: drive.brokenOff ?? asNeaiError(thrown) };
  } finally {
    frames?.flush();
  }
  const { identity, console, transcript, openOcdVersion } = session;
  return { identity, flash, ...drive, link, stackBytes, stackByCall, console, transcript, openOcdVersion };
}

async function driveBoard(
  client: Client,
  plan: SignalPlan,
  {
    sensitivity,
    signal,
    onAnswer,
  }: {
    readonly sensitivity: number;
    readonly signal: AbortSignal;
    readonly onAnswer: ((answer: TargetAnswer) => void) | undefined;
  },
) {
  const progress = startProgress('board');
  const total = plan.calls.length;
  const drive = await driveTarget(targetSide(client), plan.calls, {
    signal,
    afterInitialize: async () => {
      await client.call('set_sensitivity', { sensitivity: floatWord(sensitivity) }, { signal });
    },
    onAnswer(answer, done) {
      onAnswer?.(answer);
      progress.update(done / total, `${done}/${total} calls`);
    },
    asFailure: asNeaiError,
  });
  progress.end();
  return drive;
}

function targetSide(client: Client): TargetSide {
  return {
    initialize: (signal) => client.call('initialize', {}, { signal }),
    learn: (values, signal) => client.call('learn', { signal: values }, { signal }),
    async detect(values, signal) {
      const { similarityOrCode, ...state } = await client.call('detect', { signal: values }, { signal });
      return { code: similarityOrCode, ...state };
    },
  };
}

/** Bits of a float32 as the unsigned word the protocol carries. */
const floatWord = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;

/**
 * Counts what the calls put on the line. Where the slot has a control socket, seconds are those in which bits were on
 * the virtual line; elsewhere they pass on the wall.
 */
async function startMeter(
  session: BoardSession,
  client: Client,
): Promise<(plan: SignalPlan, answered: number) => Promise<LinkFigures>> {
  const { control } = session.slot;
  const now = async (): Promise<number> =>
    control === undefined ? performance.now() / 1000 : lineSeconds(control);
  const [startSeconds, before] = [await now(), client.counts];
  return async (plan, answered) => {
    const after = client.counts;
    const payloadBytes = plan.calls
      .slice(0, answered)
      .reduce((sum, call) => sum + 4 * (call.signal?.length ?? 0), 0);
    return {
      baud: client.baud,
      bytes: after.bytesSent + after.bytesReceived - before.bytesSent - before.bytesReceived,
      seconds: (await now()) - startSeconds,
      payloadBytes,
      retransmissions: after.unitsRepeated - before.unitsRepeated,
      badFrames: after.framesDamaged - before.framesDamaged,
      noiseBytes: after.noiseBytes - before.noiseBytes,
    };
  };
}
