import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NeaiError } from '../../shared/errors.ts';
import { CODE, type EmulatorCall, type EmulatorRun, groupsOf, linesOf } from './calls.ts';
import { listedVerbs, type ProgramAnswer, parseAnswer } from './program-answer.ts';
import { runInSandbox, type SandboxOptions } from './sandbox.ts';

/** Bytes of counters and sensitivity in front of the image of .neai. */
const STATE_HEAD_BYTES = 20;
const STATE_FILE = 'NanoEdgeAI.dat';
const LARGEST_SIMILARITY = 100;
const PREFIXES = { 2: 'NanoEdgeAI_', 3: 'neai_anomalydetection_' } as const;

interface Verbs {
  readonly initialize: string;
  readonly learn: string;
  readonly detect: string;
  readonly set_sensitivity: string | null;
}

/**
 * Emulators of generations 2 and 3: one program, one call of it per function, state in a file beside it. Calls of one kind
 * that follow each other are one run over a file.
 * @throws VENDOR_EMULATOR_FAILED with what it answered, and what runInSandbox throws
 */
export async function runProgram(
  program: string,
  calls: readonly EmulatorCall[],
  options: SandboxOptions & { generation: 2 | 3; sensitivity: number; neaiBytes: number },
): Promise<EmulatorRun> {
  const run = async (...words: string[]): Promise<ProgramAnswer> =>
    parseAnswer(words, await runInSandbox([`./${program}`, ...words], options));
  const verbs = await verbsOf(program, options);
  const codes: number[] = [];
  let version: string | null = null;
  for (const { operation, signals } of groupsOf(calls)) {
    if (operation === 'initialize') {
      ({ version } = await run(verbs.initialize));
      codes.push(CODE.initialized);
      if (options.sensitivity !== 1) await setSensitivity(verbs, options.sensitivity, run);
      continue;
    }
    await writeFile(join(options.folder, 'signals.csv'), linesOf(signals));
    const { results } = await run(verbs[operation], '--file', 'signals.csv');
    if (results.length !== signals.length) {
      throw new NeaiError('VENDOR_EMULATOR_FAILED', 'the emulator has not answered every signal', {
        asked: `${verbs[operation]} of ${signals.length} signals`,
        got: `${results.length} results`,
      });
    }
    codes.push(...results.map((result) => (operation === 'learn' ? CODE.learned : similarityOf(result))));
  }
  return { codes, version, knowledge: await knowledgeOf(options) };
}

async function setSensitivity(
  verbs: Verbs,
  sensitivity: number,
  run: (...words: string[]) => Promise<ProgramAnswer>,
): Promise<void> {
  if (verbs.set_sensitivity === null)
    throw new NeaiError('VENDOR_EMULATOR_FAILED', 'the emulator takes no sensitivity', {
      asked: `sensitivity ${sensitivity}`,
      remedy: 'Leave --sensitivity out.',
    });
  await run(verbs.set_sensitivity, String(sensitivity));
}

function similarityOf(result: unknown): number {
  const { similarity } = (result ?? {}) as { similarity?: unknown };
  const isOne = typeof similarity === 'number' && Number.isInteger(similarity);
  if (isOne && similarity >= 0 && similarity <= LARGEST_SIMILARITY) return similarity;
  throw new NeaiError('VENDOR_EMULATOR_FAILED', 'the emulator gave no similarity', {
    got: JSON.stringify(result).slice(0, 200),
  });
}

/** The verbs as the program lists them when it is called without any; the generation's usual ones where it does not. */
async function verbsOf(
  program: string,
  options: SandboxOptions & { readonly generation: 2 | 3 },
): Promise<Verbs> {
  const listed = await listedVerbs(program, options);
  const prefix = PREFIXES[options.generation];
  const verb = (pattern: RegExp, usual: string): string =>
    listed.find((name) => pattern.test(name)) ?? prefix + usual;
  const sensitivity = /_set_sensitivity$/;
  return {
    initialize: verb(/_init(ialize)?$/, options.generation === 2 ? 'initialize' : 'init'),
    learn: verb(/_learn$/, 'learn'),
    detect: verb(/_detect$/, 'detect'),
    set_sensitivity:
      listed.length > 0 && !listed.some((name) => sensitivity.test(name))
        ? null
        : verb(sensitivity, 'set_sensitivity'),
  };
}

async function knowledgeOf(options: { folder: string; neaiBytes: number }): Promise<Uint8Array | null> {
  const state = await readFile(join(options.folder, STATE_FILE)).catch(() => null);
  if (state === null || options.neaiBytes === 0) return null;
  const image = Uint8Array.from(state.subarray(STATE_HEAD_BYTES));
  return image.length === options.neaiBytes ? image : null;
}
