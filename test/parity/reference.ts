import { INPUT_TAP } from '../../src/engine/emulator/chain.ts';
import { Emulator } from '../../src/engine/emulator/emulator.ts';
import { clampFeature, floatToBits, sqrt32 } from '../../src/engine/numeric/f32.ts';
import { log2f } from '../../src/engine/numeric/log2.ts';
import { crc32c } from '../../src/shared/crc32c.ts';
import type { Call, ParityCase } from './script.ts';

const FIELDS = ['code', 'distance', 'score', 'learnCounter', 'digest', 'sensitivity', 'stages'] as const;

const wordsOf = (bytes: Uint8Array): Uint32Array =>
  new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

function perform(emulator: Emulator, call: Call): number {
  switch (call.do) {
    case 'initialize':
      return emulator.initialize();
    case 'learn':
      return emulator.learn(call.signal);
    case 'detect':
      return emulator.detect(call.signal);
    case 'setSensitivity':
      emulator.setSensitivity(call.value);
      return 0;
    case 'import': {
      const { buffer, byteOffset, byteLength } = call.knowledge;
      emulator.restore(new Uint8Array(buffer, byteOffset, byteLength));
      return 0;
    }
    default:
      return 0;
  }
}

/** What the emulator answers to a case, in the words of parity.c; `knowledgeAfter` sees every exported knowledge. */
export function playOnEmulator({ library, calls }: ParityCase): number[] {
  let stages = 0;
  const emulator = new Emulator(library, (call, output) => {
    if (call === INPUT_TAP) return;
    stages = crc32c(new Uint8Array(output.buffer, output.byteOffset, output.byteLength), stages);
  });
  const answer: number[] = [];
  for (const call of calls) {
    stages = 0;
    const code = perform(emulator, call);
    answer.push(
      code,
      emulator.distanceBits(),
      emulator.scoreBits(),
      emulator.learnCounter,
      emulator.digest(),
      floatToBits(emulator.getSensitivity()),
      stages,
    );
    if (call.do === 'export') answer.push(...wordsOf(emulator.knowledge()));
    if (call.do === 'numeric') {
      for (const value of call.values) {
        const root = floatToBits(sqrt32(value));
        answer.push(floatToBits(log2f(value)), root, root, floatToBits(clampFeature(value)));
      }
    }
  }
  return answer;
}

/** The first word in which an answer differs, told as call and field; null when all are equal. */
export function firstDifference(
  { calls, library }: ParityCase,
  expected: readonly number[],
  got: ArrayLike<number>,
): string | null {
  if (got.length < expected.length) return `${got.length} words answered, ${expected.length} expected`;
  const knowledgeWords = new Emulator(library).knowledge().length / 4;
  let at = 0;
  for (const [index, call] of calls.entries()) {
    const extra = call.do === 'export' ? knowledgeWords : call.do === 'numeric' ? 4 * call.values.length : 0;
    for (let word = 0; word < FIELDS.length + extra; word++, at++) {
      if (expected[at] === got[at]) continue;
      const field = FIELDS[word] ?? `word ${word - FIELDS.length}`;
      return `call ${index} (${call.do}), ${field}: ${hex(expected[at]!)} expected, got ${hex(got[at]!)}`;
    }
  }
  return null;
}

const hex = (word: number): string => word.toString(16).padStart(8, '0');
