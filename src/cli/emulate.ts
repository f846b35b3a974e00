import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { signalAt } from '../engine/dataset/dataset.ts';
import { rowsInRange } from '../engine/dataset/line-range.ts';
import { isNumber } from '../engine/dataset/separator.ts';
import type { Library } from '../engine/library.ts';
import { NeaiError } from '../shared/errors.ts';
import {
  answerText,
  type EmulatorAnswer,
  EmulatorSession,
  type SignalInput,
} from '../studio/emulator-session.ts';
import { decodeState, encodeState } from '../studio/emulator-state.ts';
import { loadLibrary } from '../studio/load-library.ts';
import { readDataset } from '../studio/read-dataset.ts';
import { wholeNumber } from './options.ts';
import { printLine } from './output.ts';

interface EmulateOptions {
  readonly file?: string;
  readonly begin?: number;
  readonly end?: number;
  readonly array?: string[];
  readonly state: string;
}

const FUNCTIONS = ['initialize', 'get_version', 'learn', 'set_sensitivity', 'detect'] as const;
type EmulatorFunction = (typeof FUNCTIONS)[number];
const ORIGINAL_PREFIX = 'NanoEdgeAI_';

/** `neai emulate LIB function …`: the original emulator's functions, arguments and JSON. */
export function registerEmulate(program: Command): void {
  program
    .command('emulate')
    .description('run one function of a library: the emulator prints JSON and keeps its state in a file')
    .argument('<library>', 'folder with library.json, that file, or a bundle zip')
    .argument('<function>', `${FUNCTIONS.join(', ')} (also under the original names, ${ORIGINAL_PREFIX}…)`)
    .argument('[sensitivity]', 'for set_sensitivity: above 0, up to 100')
    .option('--file <file>', 'learn, detect: signals of this file')
    .option('--begin <line>', 'first line of the file, from 1', wholeNumber(1))
    .option('--end <line>', 'last line of the file, included', wholeNumber(1))
    .option('--array <values...>', 'learn, detect: one signal, its values one by one')
    .option('--state <file>', 'where the state is kept between calls', 'NanoEdgeAI.dat')
    .option('--json', 'accepted like everywhere; the answer is JSON in any case')
    .action(async (path: string, name: string, sensitivity: string | undefined, options: EmulateOptions) => {
      const call = functionNamed(name);
      refuseStrays(call, sensitivity, options);
      const library = await loadLibrary(path);
      const session = new EmulatorSession(library);
      await restore(session, library, call, options.state);
      const answer = await run(session, library, call, sensitivity, options);
      if (call !== 'get_version') await save(session, library, options.state);
      printLine(answerText(answer));
    });
}

function refuse(message: string, got: string, remedy: string): never {
  throw new NeaiError('EMULATOR_REFUSED', message, { got, remedy });
}

function functionNamed(name: string): EmulatorFunction {
  const short = name.startsWith(ORIGINAL_PREFIX) ? name.slice(ORIGINAL_PREFIX.length) : name;
  const found = FUNCTIONS.find((known) => known === short);
  return found ?? refuse('unknown function', name, `Valid functions: ${FUNCTIONS.join(', ')}.`);
}

/** What a function does not take is refused: ignored, it would look as if it had been heeded. */
function refuseStrays(
  call: EmulatorFunction,
  sensitivity: string | undefined,
  { file, array, begin, end }: EmulateOptions,
): void {
  if (call !== 'set_sensitivity' && sensitivity !== undefined) {
    refuse(
      `${call} takes no value`,
      sensitivity,
      'Only set_sensitivity takes one; signals come with --file or --array.',
    );
  }
  if (call === 'learn' || call === 'detect') return;
  const stray = Object.entries({ file, begin, end, array }).find(([, value]) => value !== undefined);
  if (stray !== undefined)
    refuse(`${call} takes no signals`, `--${stray[0]}`, 'Only learn and detect take signals.');
}

async function run(
  session: EmulatorSession,
  library: Library,
  call: EmulatorFunction,
  sensitivity: string | undefined,
  options: EmulateOptions,
): Promise<EmulatorAnswer> {
  switch (call) {
    case 'initialize':
      return session.initialize();
    case 'get_version':
      return session.getVersion();
    case 'set_sensitivity':
      if (sensitivity === undefined || !isNumber(sensitivity)) {
        const what = sensitivity === undefined ? 'is missing' : 'is no number';
        refuse(`the sensitivity ${what}`, sensitivity ?? 'nothing', 'Write: set_sensitivity VALUE.');
      }
      return session.setSensitivity(Number.parseFloat(sensitivity));
    case 'learn':
      return session.learn(await signalsOf(library, call, options));
    case 'detect':
      return session.detect(await signalsOf(library, call, options));
  }
}

async function signalsOf(library: Library, call: string, options: EmulateOptions): Promise<SignalInput> {
  const { file, array, begin, end } = options;
  const forms = `Valid forms: ${call} --file F [--begin L --end L], ${call} --array v1 v2 … v${library.axes * library.bufferSize}.`;
  if ((file === undefined) === (array === undefined)) {
    const got = file === undefined ? 'neither --file nor --array' : 'both --file and --array';
    refuse('one source of signals is needed', got, forms);
  }
  const valuesPerLine = library.axes * library.bufferSize;
  if (array !== undefined) {
    if (begin !== undefined || end !== undefined)
      refuse('--begin and --end belong to --file', '--array', forms);
    return { input: 'array', signals: [{ line: null, signal: arraySignal(array, valuesPerLine) }] };
  }
  const dataset = await readDataset(file!, { axes: library.axes, valuesPerLine });
  const range = { first: begin ?? 1, last: end ?? dataset.lineNumbers.at(-1)! };
  const { firstRow, lastRow } = rowsInRange(dataset, range);
  const signals = [];
  for (let row = firstRow; row <= lastRow; row++) {
    signals.push({ line: dataset.lineNumbers[row]!, signal: signalAt(dataset, row) });
  }
  return { input: file!, signals };
}

function arraySignal(array: readonly string[], valuesPerLine: number): Float32Array {
  if (array.length !== valuesPerLine) {
    const message = `Number of input data: ${array.length}, instead of ${valuesPerLine}`;
    throw new NeaiError('SIGNAL_WRONG_COUNT', message, {
      asked: `${valuesPerLine} values`,
      got: `${array.length}`,
    });
  }
  return Float32Array.from(array, (text, i) => {
    if (!isNumber(text)) {
      throw new NeaiError('SIGNAL_NOT_A_NUMBER', `value ${i + 1} of the array is not a number`, {
        got: text,
      });
    }
    const value = Math.fround(Number.parseFloat(text));
    if (Number.isFinite(value)) return value;
    throw new NeaiError('SIGNAL_NOT_FINITE', `value ${i + 1} of the array is too large`, { got: text });
  });
}

async function restore(
  session: EmulatorSession,
  library: Library,
  call: EmulatorFunction,
  file: string,
): Promise<void> {
  if (call === 'initialize') return;
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    // no state yet: the session itself says what is missing
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    throw new NeaiError('EMULATOR_REFUSED', 'the state file cannot be read', {
      file,
      got: message,
      remedy: 'Name another file with --state, or call initialize to begin anew.',
      cause: error,
    });
  }
  try {
    session.restore(decodeState(file, bytes, library.id, session.knowledgeBytes));
  } catch (error) {
    // the version is the library's: a state that fits another library does not keep it back
    if (call !== 'get_version') throw error;
  }
}

/** Writes beside the file and renames: an interrupted call leaves the old state whole. */
async function save(session: EmulatorSession, library: Library, file: string): Promise<void> {
  const beside = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(beside, encodeState(library.id, session.state()));
    await rename(beside, file);
  } catch (cause) {
    await rm(beside, { force: true });
    throw new NeaiError('OUTPUT_NOT_WRITTEN', 'the state cannot be kept', {
      file,
      got: (cause as Error).message,
      remedy: 'Name a file in a folder that can be written, with --state.',
      cause,
    });
  }
}
