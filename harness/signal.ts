import { NeaiError } from '../src/shared/errors.ts';
import { BoardError } from './board-error.ts';

/** A signal: axes × bufferSize values, interleaved x1 y1 z1 x2 … */
export type Signal = Float32Array | readonly number[];

/**
 * The values of a signal as the library takes them, looked at before board or emulator are asked: what a scenario hands
 * over wrongly is the scenario's fault, not the product's.
 * @throws BoardError USAGE for what is no list of numbers, SIGNAL_WRONG_COUNT for one of another length
 */
export function floatsOf(
  signal: Signal,
  call: 'learn' | 'detect',
  { axes, bufferSize }: { readonly axes: number; readonly bufferSize: number },
): Float32Array {
  const asked = `${axes * bufferSize} numbers (${axes} × ${bufferSize})`;
  if (!isListOfNumbers(signal))
    throw new BoardError(
      new NeaiError('USAGE', `${call}: this is no signal`, {
        asked: `a Float32Array or a list of ${asked}`,
        got: inWords(signal),
        remedy:
          'Hand over one signal, for example dataset.regular[0]; dataset.regular.length of them are there.',
      }),
    );
  if (signal.length !== axes * bufferSize)
    throw new BoardError(
      new NeaiError('SIGNAL_WRONG_COUNT', `${call}: the signal has another length than the library takes`, {
        asked,
        got: `${signal.length} numbers`,
        remedy:
          'Take signals of the same axes and buffer size as the library: test.use({ libraryPath, datasetPath }).',
      }),
    );
  return signal instanceof Float32Array ? signal : Float32Array.from(signal);
}

const isListOfNumbers = (value: unknown): boolean =>
  value instanceof Float32Array ||
  (Array.isArray(value) && value.every((item: unknown) => typeof item === 'number'));

function inWords(value: unknown): string {
  if (Array.isArray(value))
    return `a list with ${typeof value.find((item) => typeof item !== 'number')} in it`;
  return value === null || typeof value !== 'object'
    ? String(value)
    : `a ${value.constructor?.name ?? 'thing'}`;
}
