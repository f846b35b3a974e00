import { open } from 'node:fs/promises';
import { SignalParser } from '../engine/dataset/parser.ts';
import { NeaiError } from '../shared/errors.ts';
import { readBytes } from './read-bytes.ts';

export interface Decimation {
  readonly axes: number;
  /** Every how many samples one is kept: 2 is half the sampling frequency. */
  readonly rate: number;
  readonly signal?: AbortSignal;
}

/** Digits that name every binary32 value. */
const DIGITS = 9;
const WRITE_CHARACTERS = 1 << 18;

/**
 * Writes a signal file as a sensor would have delivered it that was read `rate` times more slowly: of each line the
 * samples 0, rate, 2·rate … with all their axes, unfiltered, so that what is too fast folds back as it would there. A
 * line covers the same time with ceil(bufferSize / rate) samples.
 * @throws NeaiError SIGNAL_… for the original; OUTPUT_NOT_WRITTEN; the signal's reason
 */
export async function decimateFile(
  input: string,
  output: string,
  { axes, rate, signal }: Decimation,
): Promise<void> {
  let waiting = '';
  const parser = new SignalParser({
    file: input,
    axes,
    keep: () => false,
    onSignal: (values) => {
      const kept: number[] = [];
      for (let at = 0; at < values.length; at += rate * axes) {
        for (let axis = 0; axis < axes; axis++) kept.push(Number(values[at + axis]!.toPrecision(DIGITS)));
      }
      waiting += `${kept.join(' ')}\n`;
    },
  });
  const handle = await open(output, 'w').catch((cause: Error) => {
    throw new NeaiError('OUTPUT_NOT_WRITTEN', 'a decimated copy cannot be written', {
      file: output,
      got: cause.message,
      cause,
    });
  });
  try {
    await readBytes(
      input,
      (chunk) => parser.push(chunk),
      signal === undefined ? {} : { signal },
      async () => {
        if (waiting.length < WRITE_CHARACTERS) return;
        const text = waiting;
        waiting = '';
        await handle.appendFile(text);
      },
    );
    parser.end();
    await handle.appendFile(waiting);
  } finally {
    await handle.close();
  }
}
