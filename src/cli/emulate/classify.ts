import { Classifier } from '../../engine/classification/classifier.ts';
import type { ClassificationLibrary } from '../../engine/classification/library.ts';
import { NeaiError } from '../../shared/errors.ts';
import { arrayInput, fileInput } from '../../studio/emulator-input.ts';
import type { SignalInput } from '../../studio/emulator-session.ts';
import { loadAnyLibrary, loadLimits } from '../../studio/load-library.ts';
import { printJson } from '../output.ts';

type FunctionName = 'classify' | 'get_info';

/** `classifier` is the name in the original's emulator. */
const FUNCTIONS = new Map<string | undefined, FunctionName>([
  ['classify', 'classify'],
  ['classifier', 'classify'],
  ['get_info', 'get_info'],
]);
const TAKES: readonly string[] = ['file', 'begin', 'end', 'array'] satisfies (keyof ClassifyOptions)[];

/** The function of a classification library that a word names, also under its original name; undefined for any other word. */
export const classifierFunction = (word: string | undefined): FunctionName | undefined =>
  FUNCTIONS.get(word?.replace(/^NanoEdgeAI_/, ''));

export interface ClassifyOptions {
  readonly file?: string;
  readonly begin?: number;
  readonly end?: number;
  readonly array?: readonly string[];
}

/**
 * `neai emulate LIB classify …`: class id and probabilities of each signal, as one JSON document; `get_info`: what the
 * library is. There is no state: nothing is learnt.
 * @throws EMULATOR_REFUSED, LIBRARY_…, SIGNAL_…
 */
export async function classifyCommand(
  path: string,
  name: FunctionName,
  options: ClassifyOptions,
): Promise<void> {
  const library = await loadAnyLibrary(path);
  if (library.kind !== 'classification') {
    throw new NeaiError('EMULATOR_REFUSED', 'this library does not classify', {
      asked: 'a library of the kind classification',
      got: library.kind,
      remedy: 'neai search-classes makes one; this one learns and detects.',
    });
  }
  await callClassifier(library, name, options, await loadLimits(path));
}

/**
 * One function of a classification library: prints its document.
 * @param limitedTo boards that the library is limited to; the emulator itself is not
 * @throws EMULATOR_REFUSED, SIGNAL_…
 */
export async function callClassifier(
  library: ClassificationLibrary,
  name: FunctionName,
  options: ClassifyOptions,
  limitedTo: readonly string[],
): Promise<void> {
  const takes = name === 'classify' ? TAKES : [];
  const stray = Object.keys(options).find((option) => !takes.includes(option));
  if (stray !== undefined) {
    throw new NeaiError('EMULATOR_REFUSED', `${name} has no such option`, {
      got: `--${stray}`,
      remedy:
        takes.length === 0
          ? 'It takes none.'
          : `It takes: ${takes.map((option) => `--${option}`).join(', ')}.`,
    });
  }
  const limits = limitedTo.length > 0 ? { limited_to: limitedTo } : {};
  printJson(
    name === 'classify'
      ? { ...(await classify(library, options)), ...limits }
      : {
          status: 'info',
          version: library.id,
          kind: library.kind,
          axes: library.axes,
          buffer_size: library.bufferSize,
          classes: library.classes,
          ...limits,
        },
  );
}

async function classify(library: ClassificationLibrary, options: ClassifyOptions) {
  const { input, signals } = await signalsOf(library, options);
  const classifier = new Classifier(library);
  classifier.initialize();
  const counts = library.classes.map(() => 0);
  const results = signals.map(({ line, signal }, i) => {
    const { code, probabilities } = classifier.classify(signal);
    counts[code - 1]!++;
    const { name } = library.classes[code - 1]!;
    const of = probabilities[code - 1]!;
    return {
      signal: i + 1,
      line,
      class_id: code,
      class_name: name,
      probability: of,
      probabilities: [...probabilities],
    };
  });
  return {
    status: 'classification',
    version: library.id,
    input,
    classes: library.classes,
    results,
    classification_summary: {
      signals: signals.length,
      classes: library.classes.map(({ id, name }, c) => ({ id, name, signals: counts[c] })),
    },
  };
}

async function signalsOf(
  shape: { readonly axes: number; readonly bufferSize: number },
  { file, begin, end, array }: ClassifyOptions,
): Promise<SignalInput> {
  if ((file === undefined) === (array === undefined)) {
    throw new NeaiError('EMULATOR_REFUSED', 'one source of signals is needed', {
      got: file === undefined ? 'neither --file nor --array' : 'both --file and --array',
      remedy: `Write: classify --file F [--begin L --end L], or classify --array v1 v2 … v${shape.axes * shape.bufferSize}.`,
    });
  }
  if (array !== undefined) return arrayInput(array, shape);
  return fileInput(file!, shape, {
    ...(begin !== undefined && { first: begin }),
    ...(end !== undefined && { last: end }),
  });
}
