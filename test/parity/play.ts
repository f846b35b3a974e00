import { execa } from 'execa';
import { firstDifference, playOnEmulator } from './reference.ts';
import { encodeCase, type ParityCase } from './script.ts';

/** Limits of parity.h, in words. */
const INPUT_WORDS = 0x40000;
const OUTPUT_WORDS = 0x10000;

/** Runs script words on some rung of the ladder and gives back the answer words. */
export type Player = (script: Uint32Array) => Promise<Uint32Array>;

/** The dispatching program as a process on this computer. */
export const hostPlayer =
  (program: string): Player =>
  async (script) => {
    const input = new Uint8Array(script.buffer, script.byteOffset, script.byteLength);
    const { stdout } = await execa(program, { input, encoding: 'buffer' });
    return new Uint32Array(stdout.slice().buffer);
  };

export interface Planned {
  readonly one: ParityCase;
  readonly script: Uint32Array;
  readonly expected: readonly number[];
}

/** A case with what the emulator answers. */
export const planCase = (one: ParityCase): Planned => ({
  one,
  script: encodeCase(one),
  expected: playOnEmulator(one),
});

/** Cases with what the emulator answers, in batches that fit the mailboxes. */
export function planBatches(cases: readonly ParityCase[]): Planned[][] {
  return inMailboxes(cases.map(planCase));
}

/** Planned cases in batches that fit the mailboxes. */
export const inMailboxes = (planned: readonly Planned[]): Planned[][] =>
  inBatches(planned, INPUT_WORDS, OUTPUT_WORDS);

/** Planned cases in as few batches as fit so many words of script and of answers. */
export function inBatches(
  planned: readonly Planned[],
  mostInputWords: number,
  mostOutputWords = Number.POSITIVE_INFINITY,
): Planned[][] {
  const batches: Planned[][] = [];
  let inputWords = Number.POSITIVE_INFINITY;
  let outputWords = 0;
  for (const one of planned) {
    inputWords += one.script.length;
    outputWords += one.expected.length;
    if (inputWords > mostInputWords - 1 || outputWords > mostOutputWords) {
      batches.push([]);
      inputWords = one.script.length;
      outputWords = one.expected.length;
    }
    batches.at(-1)!.push(one);
  }
  return batches;
}

/** Every case in which a player answers other words than the emulator, with the first difference. */
export async function differences(batches: readonly Planned[][], play: Player): Promise<string[]> {
  const found: string[] = [];
  for (const batch of batches) {
    const script = new Uint32Array(batch.reduce((sum, { script: words }) => sum + words.length, 0));
    let at = 0;
    for (const { script: words } of batch) {
      script.set(words, at);
      at += words.length;
    }
    const answer = await play(script);
    let from = 0;
    for (const { one, expected } of batch) {
      const difference = firstDifference(one, expected, answer.subarray(from, from + expected.length));
      if (difference !== null) found.push(`${one.name}: ${difference}`);
      from += expected.length;
    }
  }
  return found;
}
