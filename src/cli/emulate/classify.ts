import { Classifier } from '../../engine/classification/classifier.ts';
import type { ClassificationLibrary } from '../../engine/classification/library.ts';
import { NeaiError } from '../../shared/errors.ts';
import { arrayInput, fileInput } from '../../studio/emulator-input.ts';
import type { SignalInput } from '../../studio/emulator-session.ts';
import { loadAnyLibrary, loadLimits } from '../../studio/load-library.ts';
import { printJson } from '../output.ts';

/** The function of a classification library, and its original name. */
export const isClassify = (name: string | undefined): boolean =>
  name === 'classify' || name === 'NanoEdgeAI_classify';

export interface ClassifyOptions {
  readonly file?: string;
  readonly begin?: number;
  readonly end?: number;
  readonly array?: readonly string[];
}

/**
 * `neai emulate LIB classify …`: class id and probabilities of each signal, as one JSON document. There is no state:
 * nothing is learnt.
 * @throws EMULATOR_REFUSED, LIBRARY_…, SIGNAL_…
 */
export async function classifyCommand(path: string, options: ClassifyOptions): Promise<void> {
  const library = await loadAnyLibrary(path);
  if (library.kind !== 'classification') {
    throw new NeaiError('EMULATOR_REFUSED', 'this library does not classify', {
      asked: 'a library of the kind classification',
      got: library.kind,
      remedy: 'neai search-classes makes one; this one learns and detects.',
    });
  }
  await classify(library, options, await loadLimits(path));
}

/**
 * Classifies the signals named and prints the document.
 * @param limitedTo boards that the library is limited to; the emulator itself is not
 * @throws EMULATOR_REFUSED, SIGNAL_…
 */
export async function classify(
  library: ClassificationLibrary,
  options: ClassifyOptions,
  limitedTo: readonly string[] = [],
): Promise<void> {
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
  printJson({
    status: 'classification',
    version: library.id,
    input,
    classes: library.classes,
    results,
    classification_summary: {
      signals: signals.length,
      classes: library.classes.map(({ id, name }, c) => ({ id, name, signals: counts[c] })),
    },
    ...(limitedTo.length > 0 && { limited_to: limitedTo }),
  });
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
