import { createWriteStream, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { startChild } from '../../src/host/child-process.ts';
import { timedOut, within } from '../../src/host/deadline.ts';
import { NeaiError } from '../../src/shared/errors.ts';
import type { Settings } from '../settings.ts';

const PROGRAM = resolve(import.meta.dirname, 'main.ts');
const START_MS = 30_000;
const END_MS = 20_000;

export interface Broker {
  readonly socket: string;
  readonly pid: number;
  /** Boards, debug sessions and virtual boards are given back; never throws. */
  close(): Promise<void>;
}

/**
 * Starts the process that holds the boards. It ends with this one, however this one ends.
 * @param virtualBoards at most so many are started, each when a worker first wants one
 * @throws NeaiError BROKER_START_FAILED with what it said
 */
export async function startBroker(settings: Settings, virtualBoards: number): Promise<Broker> {
  const folder = join(settings.outDir, 'broker');
  mkdirSync(folder, { recursive: true });
  const { rack, slots } = settings;
  const child = startChild(
    process.execPath,
    [
      ...[PROGRAM, '--folder', folder],
      ...(rack === undefined ? ['--virtual-boards', String(virtualBoards)] : ['--rack', rack]),
      ...(slots === undefined ? [] : ['--slots', slots]),
    ],
    END_MS,
  );
  const said: string[] = [];
  const log = createWriteStream(join(settings.outDir, 'broker.log'));
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    log.write(`${line}\n`);
  });
  const { promise: ready, resolve: take } = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).once('line', take);
  const ended = child.then((): never => {
    throw new NeaiError('BROKER_START_FAILED', said[0] ?? 'it ended without a word', {
      evidence: said.join('\n'),
    });
  });
  const line = await within(Promise.race([ready, ended]), { timeoutMs: START_MS }, () =>
    timedOut('BROKER_START_FAILED', 'starting the broker', START_MS, { evidence: said.join('\n') }),
  );
  const { socket } = JSON.parse(line) as { socket: string };
  return {
    socket,
    pid: child.pid ?? 0,
    async close() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
      await child;
      clearTimeout(timer);
      log.end();
    },
  };
}
