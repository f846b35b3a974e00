import { parseFileWithRange } from '../../engine/dataset/line-range.ts';
import { isNumber } from '../../engine/dataset/separator.ts';
import { parseConfirmation } from '../../engine/index.ts';
import type { Library } from '../../engine/library.ts';
import { NeaiError } from '../../shared/errors.ts';
import { arrayInput, fileInput } from '../../studio/emulator-input.ts';
import { runSequence } from '../../studio/emulator-run.ts';
import {
  answerText,
  type Confirmation,
  EmulatorSession,
  type SignalInput,
} from '../../studio/emulator-session.ts';
import { restoreState, STATE_FILE, saveState } from './state-file.ts';
import { type StreamHost, streamSignals } from './stream.ts';

/** Options of every function; each refuses those that are not its own. */
export interface EmulatorOptions {
  readonly file?: string;
  readonly begin?: number;
  readonly end?: number;
  readonly array?: string[];
  readonly serial?: string;
  readonly baud?: number;
  readonly stream?: boolean;
  readonly count?: number;
  readonly confirm?: string;
  readonly learn?: string[];
  readonly detect?: string[];
  readonly sensitivity?: string;
  readonly state?: string;
}

const SIGNALS = ['file', 'begin', 'end', 'array', 'serial', 'baud', 'stream', 'count'] as const;
/** The functions, and what each takes beside --state. */
const TAKES = {
  initialize: [],
  get_version: [],
  learn: SIGNALS,
  set_sensitivity: [],
  detect: [...SIGNALS, 'confirm'],
  run: ['learn', 'detect', 'sensitivity', 'confirm'],
} as const satisfies Record<string, readonly (keyof EmulatorOptions)[]>;
type FunctionName = keyof typeof TAKES;
export const FUNCTION_NAMES = Object.keys(TAKES) as readonly FunctionName[];
export const ORIGINAL_PREFIX = 'NanoEdgeAI_';

export interface EmulatorCall {
  readonly library: Library;
  readonly limitedTo: readonly string[];
  readonly name: string;
  /** What stands behind the function's name. */
  readonly words: readonly string[];
  readonly options: EmulatorOptions;
  readonly host: StreamHost;
}

/** Runs one function and prints its JSON, whole or not at all; streams print one line per signal. */
export async function callEmulator(call: EmulatorCall): Promise<void> {
  const { library, limitedTo, options, host } = call;
  const name = functionNamed(call.name);
  const value = refuseStrays(name, call.words, options);
  const confirmation = confirmationOf(options.confirm);
  const session = new EmulatorSession(library, limitedTo);
  if (name === 'run') return runAll(session, { ...call, confirmation });
  const state = options.state ?? STATE_FILE;
  // initialize begins anew whatever the file holds; the version is the library's, whosever the state is
  if (name !== 'initialize' && name !== 'get_version') await restoreState(session, library, state);
  if (options.serial !== undefined || options.stream) {
    checkSources(library, name, options);
    const save = () => saveState(session, library, state);
    return streamSignals(session, {
      library,
      name: name as 'learn' | 'detect',
      options,
      confirmation,
      host,
      save,
    });
  }
  const answer = await answerOf(session, { library, name, value, options, confirmation });
  if (name !== 'get_version') await saveState(session, library, state);
  host.print(answerText(answer));
}

async function answerOf(
  session: EmulatorSession,
  call: {
    readonly library: Library;
    readonly name: Exclude<FunctionName, 'run'>;
    readonly value: string | undefined;
    readonly options: EmulatorOptions;
    readonly confirmation: Confirmation | undefined;
  },
) {
  const { library, name, value, options, confirmation } = call;
  switch (name) {
    case 'initialize':
      return session.initialize();
    case 'get_version':
      return session.getVersion();
    case 'set_sensitivity':
      return session.setSensitivity(sensitivityOf(value, 'Write: set_sensitivity VALUE.'));
    case 'learn':
      session.requireInitialized('learn');
      return session.learn(await signalsOf(library, name, options));
    case 'detect':
      session.requireLearned();
      return session.detect(await signalsOf(library, name, options), confirmation);
  }
}

function refuse(message: string, got: string, remedy: string): never {
  throw new NeaiError('EMULATOR_REFUSED', message, { got, remedy });
}

function functionNamed(name: string): FunctionName {
  const short = name.startsWith(ORIGINAL_PREFIX) ? name.slice(ORIGINAL_PREFIX.length) : name;
  const found = FUNCTION_NAMES.find((known) => known === short);
  return found ?? refuse('unknown function', name, `Valid functions: ${FUNCTION_NAMES.join(', ')}.`);
}

/** What a function does not take is refused: ignored, it would look as if it had been heeded. @returns its one value */
function refuseStrays(
  name: FunctionName,
  words: readonly string[],
  options: EmulatorOptions,
): string | undefined {
  const most = name === 'set_sensitivity' ? 1 : 0;
  if (words.length > most) {
    const remedy = 'Only set_sensitivity takes one value; signals come with --file or --array.';
    refuse(most === 0 ? `${name} takes no value` : `${name} takes one value`, words.at(-1)!, remedy);
  }
  const { state: _state, ...rest } = options;
  const taken: readonly string[] = TAKES[name];
  const stray = Object.entries(rest).find(([key, value]) => value !== undefined && !taken.includes(key));
  if (stray !== undefined) {
    const what = (SIGNALS as readonly string[]).includes(stray[0])
      ? 'takes no signals that way'
      : 'does not take it';
    refuse(
      `${name} ${what}`,
      `--${stray[0]}`,
      `It takes: ${taken.map((key) => `--${key}`).join(', ') || 'no options but --state'}.`,
    );
  }
  return words[0];
}

function sensitivityOf(text: string | undefined, remedy: string): number {
  if (text !== undefined && isNumber(text)) return Number.parseFloat(text);
  refuse(`the sensitivity ${text === undefined ? 'is missing' : 'is no number'}`, text ?? 'nothing', remedy);
}

function confirmationOf(text: string | undefined): Confirmation | undefined {
  if (text === undefined) return undefined;
  const rule = parseConfirmation(text);
  return rule === null
    ? refuse('the confirmation cannot be understood', text, 'Write --confirm mean:5, or --confirm 3of5.')
    : { text, rule };
}

/** Exactly one source of signals. */
function checkSources(library: Library, name: string, options: EmulatorOptions): void {
  const { file, array, serial, stream, begin, end, count, baud } = options;
  const values = library.axes * library.bufferSize;
  const forms = `Valid forms: ${name} --file F [--begin L --end L], ${name} --array v1 v2 … v${values}, ${name} --serial PORT [--baud N --count N], ${name} --stream [--count N].`;
  const sources = Object.entries({ file, array, serial, stream }).filter(([, value]) => value !== undefined);
  if (sources.length !== 1) {
    const got = sources.map(([key]) => `--${key}`).join(' and ') || 'none';
    refuse('one source of signals is needed', got, forms);
  }
  if (file === undefined && (begin !== undefined || end !== undefined)) {
    refuse('--begin and --end belong to --file', `--${sources[0]![0]}`, forms);
  }
  if (serial === undefined && baud !== undefined) refuse('--baud belongs to --serial', `${baud}`, forms);
  if (serial === undefined && !stream && count !== undefined) {
    refuse('--count belongs to --serial and --stream', `${count}`, forms);
  }
}

async function signalsOf(library: Library, name: string, options: EmulatorOptions): Promise<SignalInput> {
  checkSources(library, name, options);
  const { file, array, begin, end } = options;
  if (array !== undefined) return arrayInput(array, library);
  return fileInput(file!, library, {
    ...(begin !== undefined && { first: begin }),
    ...(end !== undefined && { last: end }),
  });
}

/** The whole sequence: in memory, unless a state file is named. */
async function runAll(
  session: EmulatorSession,
  { library, options, host, confirmation }: EmulatorCall & { confirmation: Confirmation | undefined },
): Promise<void> {
  const { learn, detect, sensitivity, state } = options;
  if (learn === undefined || detect === undefined) {
    const missing = learn === undefined ? '--learn' : '--detect';
    refuse(
      `${missing} is missing`,
      'nothing',
      'Valid form: run --learn F[:L-L] … --detect F[:L-L] … [--sensitivity S].',
    );
  }
  const inputs = (texts: readonly string[]): Promise<SignalInput[]> =>
    Promise.all(
      texts.map((text) => {
        const { path, range } = parseFileWithRange(text);
        return fileInput(path, library, range);
      }),
    );
  const summary = runSequence(session, {
    learn: await inputs(learn),
    detect: await inputs(detect),
    sensitivity:
      sensitivity === undefined ? undefined : sensitivityOf(sensitivity, 'Write: --sensitivity VALUE.'),
    confirmation,
  });
  if (state !== undefined) await saveState(session, library, state);
  host.print(answerText(summary));
}
