import { readFileSync } from 'node:fs';
import { parseLibrary } from '../../src/engine/library.ts';
import { bitsToFloat, hexToFloat } from '../../src/engine/numeric/f32.ts';
import { type Planned, planCase } from './play.ts';
import type { Call, ParityCase } from './script.ts';

/** One committed case; calls are `initialize`, `learn N`, `detect N`, `sensitivity HEX`, `export`, `import`. */
export interface VectorCase {
  readonly name: string;
  readonly library: unknown;
  readonly calls: readonly string[];
  /** All answer words of the calls, as parity.c gives them, one text of hexadecimal words a call. */
  readonly answers: readonly string[];
}

export interface Vectors {
  readonly about: string;
  /** Signals by shape ("axes x length"): hexadecimal words of binary32 values. */
  readonly signals: Readonly<Record<string, readonly string[]>>;
  readonly cases: readonly VectorCase[];
}

export const VECTORS_FILE = new URL('../vectors/engine-parity.json', import.meta.url);

export const readVectors = (): Vectors => JSON.parse(readFileSync(VECTORS_FILE, 'utf8'));

export const wordsOf = (text: string): number[] =>
  (text.match(/[0-9a-f]{8}/g) ?? []).map((hex) => Number.parseInt(hex, 16));

/** The calls of a vector over its table of signals; `exported` is what the last export answered. */
export function callsOf(one: VectorCase, signals: readonly string[]): Call[] {
  let exported = new Uint32Array(0);
  return one.calls.map((text, index): Call => {
    const [verb, argument] = text.split(' ') as [string, string];
    switch (verb) {
      case 'learn':
      case 'detect':
        return { do: verb, signal: Float32Array.from(wordsOf(signals[Number(argument)]!), bitsToFloat) };
      case 'sensitivity':
        return { do: 'setSensitivity', value: hexToFloat(argument) };
      case 'import':
        return { do: 'import', knowledge: exported };
      case 'export':
        exported = Uint32Array.from(wordsOf(one.answers[index] ?? '').slice(WORDS_A_CALL));
        return { do: 'export' };
      default:
        return { do: 'initialize' };
    }
  });
}

/** Words that every call answers, before the knowledge of an export. */
export const WORDS_A_CALL = 7;

/** The committed cases with their committed answers: what every rung has to give, whatever the emulator says today. */
export function vectorCases(): (Planned & { readonly one: ParityCase })[] {
  const { signals, cases } = readVectors();
  return cases.map((one) => {
    const library = parseLibrary(one.library);
    const calls = callsOf(one, signals[`${library.axes}x${library.bufferSize}`]!);
    const vector = { name: `vector ${one.name}`, library, calls };
    return { ...planCase(vector, one.answers.flatMap(wordsOf)), one: vector };
  });
}
