import { execa } from 'execa';
import { layOut } from '../../src/engine/codegen/layout.ts';
import { libraryShape } from '../../src/engine/library.ts';
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
    // a last word may end in the byte 10, which would be taken for a newline
    const { stdout } = await execa(program, { input, encoding: 'buffer', stripFinalNewline: false });
    return new Uint32Array(stdout.slice().buffer);
  };

/** A case ready to be played on any rung. */
export interface Planned {
  readonly name: string;
  readonly script: Uint32Array;
  readonly expected: readonly number[];
  /** What a program needs memory for. */
  readonly needs: {
    readonly workWords: number;
    readonly knowledgeWords: number;
    readonly signalWords: number;
  };
  /** The first word in which an answer differs, told for people; null when none does. */
  difference(got: ArrayLike<number>): string | null;
}

/** A case with what the emulator answers, or other answers that a rung has to give. */
export function planCase(one: ParityCase, expected: readonly number[] = playOnEmulator(one)): Planned {
  const { library, name } = one;
  const { workWords, knowledgeWords } = layOut(library.pipeline, library.model, libraryShape(library));
  return {
    name,
    script: encodeCase(one),
    expected,
    needs: { workWords, knowledgeWords, signalWords: library.axes * library.bufferSize },
    difference: (got) => firstDifference(one, expected, got),
  };
}

/** Cases with what the emulator answers, in batches that fit the mailboxes. */
export function planBatches(cases: readonly ParityCase[]): Planned[][] {
  return inMailboxes(cases.map((one) => planCase(one)));
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
    for (const planned of batch) {
      const { length } = planned.expected;
      const difference = planned.difference(answer.subarray(from, from + length));
      if (difference !== null) found.push(`${planned.name}: ${difference}`);
      from += length;
    }
  }
  return found;
}
