import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { listBoards } from '../boards/load.ts';
import { attach } from '../host/attach.ts';
import type { BoardSession } from '../host/board.ts';
import { recordText } from '../protocol/board-text.ts';
import { decodeFrame, type Frame } from '../protocol/frame.ts';
import { RESET_BAUD } from '../protocol/limits.ts';
import { interrupted } from './interrupt.ts';
import { wholeNumber } from './options.ts';
import { printJson, printLine, printRemark } from './output.ts';
import { type BoardOptions, chooseBoard } from './slot-choice.ts';

interface ConsoleOptions extends Omit<BoardOptions, 'baud'> {
  readonly seconds?: number;
  readonly baud: number;
  readonly reset: boolean;
  readonly json?: boolean;
}

/** What a board sent, one entry per record. */
type Entry = { readonly seconds: number } & (
  | { readonly text: string }
  | { readonly frame: Pick<Frame, 'kind' | 'command' | 'sequence' | 'nonce'> & { readonly payload: string } }
  | { readonly damaged: string; readonly bytes: number }
);

/** `neai console (--board B | --slot S)`: what the board says, text as it is and frames decoded. */
export function registerConsole(program: Command): void {
  program
    .command('console')
    .description('show what a board sends: text lines as they are, frames decoded; until Ctrl-C or --seconds')
    .option('--board <board>', `start a virtual board of this kind: ${listBoards().join(', ')}`)
    .option(
      '--virtual-dir <dir>',
      'folder that keeps the flash of the virtual board (default: a temporary one)',
    )
    .option('--slot <name>', 'use this slot of the rack file')
    .option('--rack <file>', 'rack file', 'rack.yaml')
    .option('--seconds <n>', 'end after this time', positive)
    .option('--baud <rate>', 'rate of this side of the line', wholeNumber(50, 12_000_000), RESET_BAUD)
    .option('--no-reset', 'listen without resetting the board first')
    .option('--json', 'print one JSON document at the end: records, noiseBytes')
    .action(async (options: ConsoleOptions) => {
      const { baud: _ofThisSide, ...chosen } = options;
      const place = await chooseBoard(chosen).open(interrupted);
      try {
        const session = await attach(place.slot, { signal: interrupted });
        try {
          await listen(session, options);
        } finally {
          await session.close();
        }
      } finally {
        await place.close();
      }
    });
}

async function listen(session: BoardSession, options: ConsoleOptions): Promise<void> {
  const line = await session.openLine(options.baud, { signal: interrupted });
  const startMs = performance.now();
  const entries: Entry[] = [];
  let noiseBytes = 0;
  const { promise: lost, reject } = Promise.withResolvers<never>();
  line.onLost(reject);
  line.onNoise((bytes) => {
    noiseBytes += bytes;
  });
  line.onRecord((record) => {
    const entry = { seconds: (performance.now() - startMs) / 1000, ...readRecord(record) } as Entry;
    if (options.json) entries.push(entry);
    else printLine(describeEntry(entry));
  });
  if (options.reset) await session.resetRun({ signal: interrupted });
  printRemark(`listening on ${session.port} at ${line.baud} baud`);
  await Promise.race([lost, ending(options.seconds)]);
  await line.close();
  if (options.json) printJson({ port: session.port, baud: line.baud, records: entries, noiseBytes });
  else if (noiseBytes > 0) printRemark(`${noiseBytes} bytes belonged to no record`);
}

/** Resolves when the time is over, or on Ctrl-C: for a listener that is the ordinary end, not an interruption. */
function ending(seconds: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = seconds === undefined ? undefined : setTimeout(resolve, 1000 * seconds);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if (interrupted.aborted) stop();
    interrupted.addEventListener('abort', stop, { once: true });
  });
}

function readRecord(record: Uint8Array): object {
  const frame = decodeFrame(record);
  if (frame === 'text') {
    const text = recordText(record);
    return text === undefined ? { damaged: 'neither text nor frame', bytes: record.length } : { text };
  }
  if (typeof frame === 'string') return { damaged: `frame: ${frame}`, bytes: record.length };
  const { kind, command, sequence, nonce, payload } = frame;
  return { frame: { kind, command, sequence, nonce, payload: Buffer.from(payload).toString('hex') } };
}

function describeEntry(entry: Entry): string {
  const stamp = `${entry.seconds.toFixed(3).padStart(9)}  `;
  if ('text' in entry) return stamp + entry.text;
  if ('damaged' in entry) return `${stamp}[${entry.damaged}, ${entry.bytes} bytes]`;
  const { kind, command, sequence, nonce, payload } = entry.frame;
  return `${stamp}[${kind} command ${command} sequence ${sequence} nonce ${nonce.toString(16)} ${payload}]`;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}
