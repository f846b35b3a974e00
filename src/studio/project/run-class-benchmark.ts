import type { ClassificationLibrary } from '../../engine/classification/library.ts';
import type { SearchLimits } from '../../engine/search/search.ts';
import { NeaiError } from '../../shared/errors.ts';
import { limitsText, type MeasuredLibrary } from '../choose-winner.ts';
import { libraryText } from '../library-text.ts';
import {
  type ClassSearchOutcome,
  type ClassSearchProgress,
  DEFAULT_CLASS_EVALUATIONS,
  runClassSearch,
} from '../run-class-search.ts';
import { DEFAULT_SEED } from '../run-search.ts';
import { beginBenchmark, newBenchmark } from './begin-benchmark.ts';
import { type Benchmark, type BenchmarkPlaces, listBenchmarks, writeBenchmark } from './benchmarks.ts';
import type { Project } from './project-file.ts';
import { classFiles, filesNow } from './project-files.ts';
import { lockFolder } from './project-lock.ts';
import { replaceFile } from './write-project.ts';

/** The stack shows when a library is compiled: a search that forgot it is done again with less, this often at most. */
const MOST_SEARCHES = 3;

export interface ClassBenchmarkOptions {
  readonly evaluations?: number;
  readonly seed?: number;
  readonly limits?: SearchLimits;
  /** Compiles and measures; null where there is no compiler. */
  readonly measure?: (library: ClassificationLibrary) => Promise<MeasuredLibrary | null>;
  /** As a person would type it, for a second process that is refused. */
  readonly command: string;
  readonly now: () => Date;
  readonly onRemark?: (remark: string) => void;
}

export interface ClassBenchmarkOutcome {
  readonly benchmark: Benchmark;
  readonly places: BenchmarkPlaces;
  readonly search: ClassSearchOutcome;
  readonly measured: MeasuredLibrary | null;
}

/**
 * Searches a classifier for a project of that kind, in a folder of its own: benchmarks/<n> with the library and a record.
 * It keeps no journal: an interrupted one keeps its best so far and cannot be gone on with.
 * @throws PROJECT_BUSY, PROJECT_FILE_INVALID, SEARCH_NO_LIBRARY, and what runClassSearch throws
 */
export async function runClassBenchmark(
  project: Project,
  options: ClassBenchmarkOptions,
  onProgress: (progress: ClassSearchProgress) => void = () => {},
  signal?: AbortSignal,
): Promise<ClassBenchmarkOutcome> {
  const { folder, description } = project;
  const classes = classFiles(project);
  const { now, onRemark } = options;
  const unlock = lockFolder(folder, { command: options.command, since: now() });
  try {
    const { evaluations = DEFAULT_CLASS_EVALUATIONS, seed = DEFAULT_SEED } = options;
    const files = await filesNow(project);
    const known = listBenchmarks(folder);
    const begun = newBenchmark(known, files, { evaluations, seed, now });
    const places = beginBenchmark(folder, begun, { known, files, onRemark });
    const request = { classes, axes: description.sensor.axes, evaluations, seed };
    const { search, measured } = await searchWithin(options, (maxRamBytes) =>
      runClassSearch(
        { ...request, ...(maxRamBytes === undefined ? {} : { maxRamBytes }) },
        onProgress,
        signal,
      ),
    );
    replaceFile(places.library, libraryText(search.library));
    const benchmark = ended(begun, search, measured, now());
    writeBenchmark(folder, benchmark);
    return { benchmark, places, search, measured };
  } finally {
    unlock();
  }
}

/** @throws SEARCH_NO_LIBRARY when what is found is over a limit once it is compiled */
async function searchWithin(
  { limits = {}, measure }: ClassBenchmarkOptions,
  search: (maxRamBytes: number | undefined) => Promise<ClassSearchOutcome>,
): Promise<{ search: ClassSearchOutcome; measured: MeasuredLibrary | null }> {
  const { maxRamBytes, maxFlashBytes = Number.POSITIVE_INFINITY } = limits;
  let allowed = maxRamBytes;
  for (let searches = 1; ; searches++) {
    const found = await search(allowed);
    const measured = (await measure?.(found.library)) ?? null;
    const over = measured === null ? 0 : measured.ramBytes - (maxRamBytes ?? measured.ramBytes);
    if (measured === null || (over <= 0 && measured.flashBytes <= maxFlashBytes)) {
      return { search: found, measured };
    }
    allowed = allowed === undefined ? undefined : allowed - over;
    if (searches < MOST_SEARCHES && over > 0 && allowed! > 0) continue;
    throw new NeaiError(
      'SEARCH_NO_LIBRARY',
      'the library that was found is over a limit once it is compiled',
      {
        asked: limitsText(limits),
        got: `${measured.ramBytes} bytes of RAM, ${measured.flashBytes} of flash`,
      },
    );
  }
}

function ended(
  begun: Benchmark,
  { library, evaluations, elapsedSeconds, interrupted }: ClassSearchOutcome,
  measured: MeasuredLibrary | null,
  at: Date,
): Benchmark {
  const { crossValidated, heldOut, ramBytes } = library.search!.scores as unknown as {
    crossValidated: Figures;
    heldOut: Figures;
    ramBytes: number;
  };
  const figures = ({ balancedAccuracy, confidence }: Figures): Figures => ({ balancedAccuracy, confidence });
  return {
    ...begun,
    endedAt: at.toISOString(),
    result: {
      complete: !interrupted,
      libraryId: library.id,
      evaluations,
      seconds: Number(elapsedSeconds.toFixed(3)),
      ramBytes: measured?.ramBytes ?? ramBytes,
      flashBytes: measured?.flashBytes ?? null,
      minimumLearningIterations: null,
      crossValidated: figures(crossValidated),
      heldOut: figures(heldOut),
    },
  };
}

interface Figures {
  readonly balancedAccuracy: number;
  readonly confidence: number;
}
