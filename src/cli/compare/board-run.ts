import { join } from 'node:path';
import type { BoardSession } from '../../host/board.ts';
import type { BuiltFirmware } from '../../host/build.ts';
import type { FlashResult } from '../../host/flash.ts';
import { FrameLog } from '../../host/frame-log.ts';
import type { Identity } from '../../host/identity.ts';
import { proveAuthorised } from '../../protocol/authorisation.ts';
import { CAPABILITY } from '../../protocol/capabilities.ts';
import type { Client } from '../../protocol/client.ts';
import { takeBaud } from '../../protocol/raise-baud.ts';
import { readStackUse, type StackUse } from '../../protocol/stack-use.ts';
import type { TargetAnswer } from '../../record/calls.ts';
import type { CallSpan } from '../../record/timeline.ts';
import type { NeaiError } from '../../shared/errors.ts';
import { lineSeconds } from '../control-client.ts';
import { asNeaiError } from '../failure.ts';
import { startProgress } from '../output.ts';
import { type Drive, type DrivenSide, drive } from './drive.ts';
import type { EventLog } from './event-log.ts';
import type { RunContext } from './sides/side.ts';

/** Everything that the board's side of a comparison gave; what was not reached is null. */
export interface BoardRun {
  readonly identity: Identity | null;
  readonly flash: FlashResult | null;
  readonly answers: readonly TargetAnswer[];
  readonly spans: readonly CallSpan[];
  readonly probes: readonly (readonly number[])[];
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

interface BoardRunOptions {
  readonly events: EventLog;
  /** Told each answer as it comes. */
  readonly onAnswer?: ((answer: TargetAnswer) => void) | undefined;
  /** After the last planned call was answered, on the same session. */
  readonly afterCalls?: ((client: Client) => Promise<void>) | undefined;
}

/** Flashes, connects and makes every planned call. A failure ends the run and stands in the result. */
export async function runOnBoard(
  session: BoardSession,
  firmware: BuiltFirmware,
  context: RunContext,
  { events, onAnswer, afterCalls }: BoardRunOptions,
): Promise<BoardRun> {
  const { signal, watch, library, folder } = context;
  const frames = new FrameLog(join(folder, 'frames.log'));
  let flash: FlashResult | null = null;
  let done: Drive = { answers: [], spans: [], probes: [], brokenOff: null };
  let link: LinkFigures | null = null;
  let stackBytes: number | null = null;
  let stackByCall: readonly StackUse[] = [];
  try {
    flash = await events.lasting('flash', flashText, () =>
      watch.time('flash', () => session.flash(firmware.elf, { signal })),
    );
    const expected = { firmwareHash: Buffer.from(firmware.buildId, 'hex'), libraryId: library.id };
    events.add('reset', 'reset by its pin, to greet it');
    const onConsole = (line: string): void => events.add('console', line.trim() || '(an empty line)');
    const client = await watch.time('connect', () =>
      session.connect({ signal, expected, onConsole, tap: (line) => frames.tap(line) }),
    );
    await proveAuthorised(client, { signal });
    events.add('link', `connected at ${client.baud} baud`);
    const wished = session.slot.baud;
    if (wished !== undefined) {
      const baud = await watch.time('raise the line rate', () => takeBaud(client, wished, { signal }));
      events.add('link', `goes on at ${baud} baud (wished: ${wished})`);
    }
    const meter = await startMeter(session, client);
    done = await watch.time('learn and detect', () => driveBoard(client, context, { events, onAnswer }));
    link = await meter(context, done);
    if (done.brokenOff === null) {
      ({ stackBytes } = await client.call('stats', {}, { signal }));
      stackByCall = await readStackUse(client, { signal });
      await afterCalls?.(client);
    }
  } catch (thrown) {
    done = { ...done, brokenOff: done.brokenOff ?? asNeaiError(thrown) };
  } finally {
    frames.flush();
  }
  if (done.brokenOff !== null)
    events.add('link', `${done.brokenOff.code}: ${done.brokenOff.message}`, 'error');
  const { identity, console, transcript, openOcdVersion } = session;
  return { identity, flash, ...done, link, stackBytes, stackByCall, console, transcript, openOcdVersion };
}

const flashText = ({ skipped, sectorsErased, sectorsWritten, bytes }: FlashResult): string =>
  skipped
    ? `the image of ${bytes} bytes was there already: nothing written, all read back`
    : `${sectorsErased} sectors erased, ${sectorsWritten} written, ${bytes} bytes read back`;

/** Counters of the link whose step during a call is worth a line, and what it means. */
const LINK_EVENTS = [
  ['unitsRepeated', 'sent again: no answer in time'],
  ['framesDamaged', 'came damaged and was thrown away'],
] as const;

async function driveBoard(
  client: Client,
  context: RunContext,
  { events, onAnswer }: BoardRunOptions,
): Promise<Drive> {
  const { calls, curve, sensitivity, signal, now } = context;
  const progress = startProgress('board');
  let before = client.counts;
  const result = await drive(drivenBoard(client), calls, {
    signal,
    curve,
    now,
    afterInitialize: async () => {
      await client.call('set_sensitivity', { sensitivity: floatWord(sensitivity) }, { signal });
    },
    onAnswer: (answer, done) => {
      onAnswer?.(answer);
      progress.update(done / calls.length, `${done}/${calls.length} calls`);
      const after = client.counts;
      for (const [name, text] of LINK_EVENTS) {
        const count = after[name] - before[name];
        if (count > 0) events.add('link', `call ${done - 1}: ${count} × ${text}`, 'warning');
      }
      before = after;
    },
    asFailure: asNeaiError,
  });
  progress.end();
  return result;
}

/** The library's own code is told apart only where its interface is not ours, so that it says something. */
export function drivenBoard(client: Client): DrivenSide {
  const isOurs = (client.hello.capabilities & CAPABILITY.tellsVersion) !== 0;
  const answer = <A extends { ownCode: number }>({ ownCode, ...rest }: A) =>
    isOurs ? rest : { ...rest, ownCode };
  return {
    initialize: async (signal) => answer(await client.call('initialize', {}, { signal })),
    learn: async (values, signal) => answer(await client.call('learn', { signal: values }, { signal })),
    async detect(values, signal) {
      const { similarityOrCode, ...state } = await client.call('detect', { signal: values }, { signal });
      return { code: similarityOrCode, ...answer(state) };
    },
  };
}

/** Bits of a float32 as the unsigned word the protocol carries. */
export const floatWord = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;

/**
 * Counts what the calls put on the line. Where the slot has a control socket, seconds are those in which bits were on
 * the virtual line; elsewhere they pass on the wall.
 */
async function startMeter(
  session: BoardSession,
  client: Client,
): Promise<(context: RunContext, done: Drive) => Promise<LinkFigures>> {
  const { control } = session.slot;
  const now = async (): Promise<number> =>
    control === undefined ? performance.now() / 1000 : lineSeconds(control);
  const [startSeconds, before] = [await now(), client.counts];
  return async ({ calls, curve }, { answers, probes }) => {
    const after = client.counts;
    const words = (signals: readonly (Float32Array | null)[]): number =>
      signals.reduce((sum, signal) => sum + (signal?.length ?? 0), 0);
    const ofCalls = words(calls.slice(0, answers.length).map((call) => call.signal));
    const payloadBytes = 4 * (ofCalls + probes.length * words(curve.signals));
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
