import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NeaiError } from '../../shared/errors.ts';
import { linesOf } from './calls.ts';
import { listedVerbs, parseAnswer } from './program-answer.ts';
import { runInSandbox, type SandboxOptions } from './sandbox.ts';
import { callScript, type EmulatorScript } from './script.ts';

/** What a classifier's emulator said to one signal. */
export interface ClassAnswer {
  /** From 1, as the firmware counts; 0 where it knows none. */
  readonly classId: number;
  /** One a class, as printed; null where the emulator prints none. */
  readonly probabilities: readonly number[] | null;
}

export interface ClassifierRun {
  readonly answers: readonly ClassAnswer[];
  /** Digits behind the point of the probabilities it prints; null where it prints none. */
  readonly decimals: number | null;
}

const SIGNALS = 'signals.csv';
const KNOWLEDGE = 'knowledge.dat';
const VERBS = { 2: 'NanoEdgeAI_classifier', 3: 'neai_classification' } as const;

/**
 * Emulators of generations 2 and 3: a program that is given the knowledge as a file and prints two or four decimals.
 * @throws VENDOR_EMULATOR_UNUSABLE, VENDOR_EMULATOR_FAILED, and what runInSandbox throws
 */
export async function classifyByProgram(
  program: string,
  signals: readonly Float32Array[],
  options: SandboxOptions & {
    readonly generation: 2 | 3;
    readonly classes: number;
    /** Words of knowledge.h; null where there is none. */
    readonly knowledge: readonly number[] | null;
  },
): Promise<ClassifierRun> {
  const { generation, classes, knowledge: known, ...sandbox } = options;
  const knowledge = (await knowledgeFile(sandbox.folder)) ?? (await layKnowledge(sandbox.folder, known));
  if (knowledge === null)
    throw new NeaiError('VENDOR_EMULATOR_UNUSABLE', "the knowledge of the classifier's emulator is missing", {
      asked: `knowledge.dat beside ${program}, or knowledge.h beside libneai.a`,
    });
  await writeFile(join(sandbox.folder, SIGNALS), linesOf(signals));
  const listed = await listedVerbs(program, sandbox);
  const verb = listed.find((name) => /_classif\w*$/.test(name)) ?? VERBS[generation];
  const words = [verb, '--knowledge_path', knowledge, '--file', SIGNALS];
  const result = await runInSandbox([`./${program}`, ...words], sandbox);
  const { results } = parseAnswer(words, result);
  if (results.length !== signals.length) refuse(words, `${results.length} of ${signals.length} answers`);
  const answers = results.map((one) => answerOf(one, classes) ?? refuse(words, JSON.stringify(one)));
  return { answers, decimals: decimalsOf(result.output) };
}

const knowledgeFile = async (folder: string): Promise<string | null> =>
  (await readdir(folder)).find((name) => /\.dat$/i.test(name)) ?? null;

/** Archives of generation 2 carry the knowledge as a header alone, and their emulator wants it as a file. */
async function layKnowledge(folder: string, words: readonly number[] | null): Promise<string | null> {
  if (words === null) return null;
  const bytes = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, index) => {
    bytes.setUint32(4 * index, word, true);
  });
  await writeFile(join(folder, KNOWLEDGE), new Uint8Array(bytes.buffer));
  return KNOWLEDGE;
}

function refuse(words: readonly string[], got: string): never {
  throw new NeaiError('VENDOR_EMULATOR_FAILED', 'the emulator has not classified every signal', {
    asked: words.join(' '),
    got: got.slice(0, 200),
  });
}

function answerOf(result: unknown, classes: number): ClassAnswer | null {
  const { class_status: id, class_proba: probabilities } = (result ?? {}) as Record<string, unknown>;
  const isId = typeof id === 'number' && Number.isInteger(id) && id >= 0 && id <= classes;
  const isList = Array.isArray(probabilities) && probabilities.length === classes;
  if (!isId || !isList || probabilities.some((one) => typeof one !== 'number')) return null;
  return { classId: id, probabilities };
}

/** Read from the text: a number has lost its zeros at the end. */
const decimalsOf = (output: string): number =>
  Math.max(0, ...[...output.matchAll(/\b[01]\.(\d+)/g)].map((match) => match[1]!.length));

/**
 * Emulator of generation 5: names and ids from 0 in words, no probabilities.
 * @throws VENDOR_EMULATOR_FAILED, and what callScript throws
 */
export async function classifyByScript(
  script: EmulatorScript,
  signals: readonly Float32Array[],
  { classes, ...sandbox }: SandboxOptions & { readonly classes: number },
): Promise<ClassifierRun> {
  await writeFile(join(sandbox.folder, SIGNALS), linesOf(signals));
  const { output, fail } = await callScript(script, ['--detect', SIGNALS], sandbox);
  const found = [...output.matchAll(/^\s*Signal\s+\d+:\s+(?:.*\(Class ID (\d+)\)|Error - (\w+))\s*$/gm)];
  if (found.length !== signals.length) fail(`has answered ${found.length} of ${signals.length} signals`);
  const answers = found.map(([line, id]) => {
    const classId = Number(id ?? -1) + 1;
    if (classId < 1 || classId > classes) fail(`answered "${line.trim()}"`);
    return { classId, probabilities: null };
  });
  return { answers, decimals: null };
}
