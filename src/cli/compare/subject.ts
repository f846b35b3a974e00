import { createHash } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import type { Dataset } from '../../engine/dataset/dataset.ts';
import type { FileWithRange } from '../../engine/dataset/line-range.ts';
import type { Library } from '../../engine/index.ts';
import { NeaiError } from '../../shared/errors.ts';
import { holdToRegistry, loadRegistry } from '../../studio/dataset-registry.ts';
import { libraryText } from '../../studio/library-text.ts';
import { loadLibrary, loadLimits } from '../../studio/load-library.ts';
import { readDataset } from '../../studio/read-dataset.ts';
import { searchWithProgress } from '../search/run.ts';
import type { CompareOptions, Subject } from './options.ts';
import { planAfterSearch, planFixedLibrary, planRecorded, type SignalPlan } from './signal-plan.ts';

/** A library and what will be done with it. */
export interface Prepared {
  readonly library: Library;
  /** SHA-256 of library.json as this run writes it. */
  readonly librarySha256: string;
  readonly plan: SignalPlan;
  /** Evaluations that this run's search made; null for a fixed library. */
  readonly evaluations: number | null;
  /** Boards that the library's bundle is limited to; none: all. */
  readonly limitedTo: readonly string[];
}

/** Searches the library or loads it, reads the files, and plans every call. */
export async function prepare(
  subject: Subject,
  options: CompareOptions,
  signal: AbortSignal,
): Promise<Prepared> {
  await holdToRegistry(await loadRegistry(options.datasets), filesOf(subject));
  switch (subject.kind) {
    case 'searched':
      return prepareSearched(subject, options, signal);
    case 'fixed':
      return prepareFixed(subject, options.axes);
    case 'recorded':
      return prepareRecorded(subject);
  }
}

async function prepareSearched(
  subject: Extract<Subject, { kind: 'searched' }>,
  options: CompareOptions,
  signal: AbortSignal,
): Promise<Prepared> {
  const { regular, abnormal: unlike } = subject;
  const couples = [{ name: 'couple 1', regular, abnormal: unlike }];
  const { evaluations: budget, seed, workers, maxRam } = options;
  const outcome = await searchWithProgress(
    {
      couples,
      axes: subject.axes,
      evaluations: budget,
      seed,
      ...(workers === undefined ? {} : { workers }),
      ...(maxRam === undefined ? {} : { limits: { maxRamBytes: maxRam } }),
    },
    signal,
  );
  // An interrupted search leaves its best library; an interrupted comparison shows nothing and stops here.
  signal.throwIfAborted();
  const { library, evaluations } = outcome;
  const split = outcome.couples[0]!;
  const abnormal = subject.abnormal.length === 0 ? null : split.abnormal;
  const plan = planAfterSearch(split.regular, abnormal, library.search);
  return { library, librarySha256: sha256Of(library), plan, evaluations, limitedTo: [] };
}

/** Loads a library and reads the lines that are named. */
export async function prepareFixed(
  subject: Extract<Subject, { kind: 'fixed' }>,
  axes: number | undefined,
): Promise<Prepared> {
  const library = await loadLibrary(subject.library);
  if (axes !== undefined && axes !== library.axes) {
    throw new NeaiError('USAGE', `--axes ${axes} contradicts the library`, {
      asked: `${axes} axes`,
      got: `a library of ${library.axes} axes`,
      remedy:
        'Leave --axes out, a library brings its own, or name a library of as many axes as the files have.',
    });
  }
  const plan = await planLines(subject, library, library.search);
  const limitedTo = await loadLimits(subject.library);
  return { library, librarySha256: sha256Of(library), plan, evaluations: null, limitedTo };
}

/** The calls of a record again, from the files it names, which must be the same ones. */
async function prepareRecorded({
  library: path,
  run,
}: Extract<Subject, { kind: 'recorded' }>): Promise<Prepared> {
  const { file, record } = run;
  const library = await loadLibrary(path ?? join(dirname(file), 'library.json'));
  const read = datasetReader(library);
  const datasets = [];
  for (const { path: name, sha256 } of record.dataset.files) {
    const dataset = await read(name);
    if (dataset.sha256 !== sha256) {
      throw new NeaiError('RECORD_OTHER_CALLS', 'a file is another one than when the run was recorded', {
        file: name,
        asked: `SHA-256 ${sha256}`,
        got: `SHA-256 ${dataset.sha256}`,
      });
    }
    datasets.push(dataset);
  }
  const plan = planRecorded(record, datasets);
  return { library, librarySha256: sha256Of(library), plan, evaluations: null, limitedTo: [] };
}

/** Reads the lines that a fixed library learns and detects, and plans every call. */
export async function planLines(
  subject: Extract<Subject, { kind: 'fixed' }>,
  shape: Pick<Library, 'axes' | 'bufferSize'>,
  searched: Library['search'],
): Promise<SignalPlan> {
  const read = datasetReader(shape);
  const learn = [];
  for (const lines of subject.learn) learn.push({ ...(await linesOf(lines, read)), label: null });
  const detect = [];
  for (const lines of subject.detect) detect.push({ ...(await linesOf(lines, read)), label: lines.label });
  return planFixedLibrary(learn, detect, searched);
}

async function linesOf(
  { path, range }: FileWithRange,
  read: (path: string) => Promise<Dataset>,
): Promise<{ dataset: Dataset; range: FileWithRange['range'] }> {
  return { dataset: await read(path), range };
}

/** A file named several times is read once and stays one entry of the record. */
function datasetReader({
  axes,
  bufferSize,
}: Pick<Library, 'axes' | 'bufferSize'>): (path: string) => Promise<Dataset> {
  const known = new Map<string, Promise<Dataset>>();
  return (path) => {
    const key = resolve(path);
    const dataset = known.get(key) ?? readDataset(path, { axes, valuesPerLine: axes * bufferSize });
    known.set(key, dataset);
    return dataset;
  };
}

const sha256Of = (library: Library): string =>
  createHash('sha256').update(libraryText(library)).digest('hex');

/** Files of signals that a subject names itself; those of a recorded run are held against their hashes anyway. */
function filesOf(subject: Subject): string[] {
  if (subject.kind === 'searched') return [...subject.regular, ...subject.abnormal];
  if (subject.kind === 'fixed') return [...subject.learn, ...subject.detect].map(({ path }) => path);
  return [];
}
