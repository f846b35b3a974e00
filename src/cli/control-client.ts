import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { NeaiError } from '../shared/errors.ts';

const ANSWER_WITHIN_MS = 5_000;

/**
 * Asks a virtual board's control socket one thing (docs/virtual-board.md).
 * @throws NeaiError VIRTUAL_CONTROL when nothing answers within five seconds, or it refuses
 */
export async function askControl(
  path: string,
  request: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const socket = createConnection(path);
  try {
    const line = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no answer')), ANSWER_WITHIN_MS);
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('closed without an answer')));
      const lines = createInterface({ input: socket });
      // The socket's errors come out here a second time, and unheard they would end the process.
      lines.on('error', reject);
      lines.once('line', (text) => {
        clearTimeout(timer);
        resolve(text);
      });
      socket.once('close', () => clearTimeout(timer));
      socket.write(`${JSON.stringify(request)}\n`);
    });
    const answer = JSON.parse(line) as Record<string, unknown>;
    if (answer['ok'] !== true) throw new Error(String(answer['error']));
    return answer;
  } catch (cause) {
    throw new NeaiError('VIRTUAL_CONTROL', 'the control socket of the virtual board did not do as asked', {
      asked: JSON.stringify(request),
      got: (cause as Error).message,
      evidence: path,
      cause,
    });
  } finally {
    socket.destroy();
  }
}

/** Virtual seconds in which bits were on the line so far. */
export async function lineSeconds(path: string): Promise<number> {
  return Number((await askControl(path, { do: 'time' }))['lineSeconds']);
}
