import { rmSync } from 'node:fs';
import { libraryText } from '../library-text.ts';
import {
  type ClassSearchOutcome,
  type ClassSearchProgress,
  DEFAULT_CLASS_EVALUATIONS,
  type RunClassSearchOptions,
  runClassSearch,
} from '../run-class-search.ts';
import { DEFAULT_SEED } from '../run-search.ts';
import { beginBenchmark, goingOn, newBenchmark } from './begin-benchmark.ts';
import { type Benchmark, type BenchmarkPlaces, listBenchmarks, writeBenchmark } from './benchmarks.ts';
import type { Project } from './project-file.ts';
import { classFiles, filesNow } from './project-files.ts';
import { lockFolder } from './project-lock.ts';
import { replaceFile } from './write-project.ts';

export interface ClassBenchmarkOptions
  extends Pick<
    RunClassSearchOptions,
    'evaluations' | 'seed' | 'workers' | 'limits' | 'measure' | 'everySecond'
  > {
  /** Goes on with a benchmark: this one, or the last that is not complete. */
  readonly resume?: { readonly benchmark?: number };
  /** As a person would type it, for a second process that is refused. */
  readonly command: string;
  readonly now: () => Date;
  readonly onRemark?: (remark: string) => void;
}

export interface ClassBenchmarkOutcome {
  readonly benchmark: Benchmark;
  readonly places: BenchmarkPlaces;
  readonly search: ClassSearchOutcome;
}

/**
 * Searches a classifier for a project of that kind, in a folder of its own: benchmarks/<n> with the journal, the library
 * and a record.
 * @throws PROJECT_BUSY, PROJECT_FILE_INVALID, BENCHMARK_UNKNOWN, and what runClassSearch throws
 */
export async function runClassBenchmark(
  project: Project,
  options: ClassBenchmarkOptions,
  onProgress: (progress: ClassSearchProgress) => void = () => {},
  signal?: AbortSignal,
): Promise<ClassBenchmarkOutcome> {
  const { folder, description } = project;
  const classes = classFiles(project);
  const { resume, command, now, onRemark, ...search } = options;
  const unlock = lockFolder(folder, { command, since: now() });
  try {
    const { evaluations = DEFAULT_CLASS_EVALUATIONS, seed = DEFAULT_SEED } = options;
    const files = await filesNow(project);
    const known = listBenchmarks(folder);
    const begun =
      resume === undefined
        ? newBenchmark(known, files, { evaluations, seed, now })
        : goingOn(folder, known, resume.benchmark, options);
    const places = beginBenchmark(folder, begun, { known, files, onRemark });
    const outcome = await runClassSearch(
      {
        ...search,
        ...begun.options,
        classes,
        axes: description.sensor.axes,
        journal: { file: places.journal, resume: resume !== undefined },
        onBest: (library) => replaceFile(places.bestSoFar, libraryText(library)),
      },
      onProgress,
      signal,
    );
    replaceFile(places.library, libraryText(outcome.library));
    rmSync(places.bestSoFar, { force: true });
    const benchmark = ended(begun, outcome, now());
    writeBenchmark(folder, benchmark);
    return { benchmark, places, search: outcome };
  } finally {
    unlock();
  }
}

function ended(
  begun: Benchmark,
  { library, evaluations, elapsedSeconds, interrupted, measured }: ClassSearchOutcome,
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
