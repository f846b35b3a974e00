import { rmSync } from 'node:fs';
import { libraryText } from '../library-text.ts';
import {
  DEFAULT_EVALUATIONS,
  DEFAULT_SEED,
  type RunSearchOptions,
  runSearch,
  type SearchOutcome,
  type SearchProgress,
} from '../run-search.ts';
import { beginBenchmark, goingOn, newBenchmark } from './begin-benchmark.ts';
import { type Benchmark, type BenchmarkPlaces, listBenchmarks, writeBenchmark } from './benchmarks.ts';
import type { Project } from './project-file.ts';
import { coupleFiles, filesNow } from './project-files.ts';
import { lockFolder } from './project-lock.ts';
import { replaceFile } from './write-project.ts';

export interface BenchmarkOptions
  extends Pick<RunSearchOptions, 'evaluations' | 'seed' | 'workers' | 'limits' | 'measure' | 'everySecond'> {
  /** Goes on with a benchmark: this one, or the last that is not complete. */
  readonly resume?: { readonly benchmark?: number };
  /** As a person would type it, for a second process that is refused. */
  readonly command: string;
  readonly now: () => Date;
  /** Told before the search: what its result will not be comparable for. */
  readonly onRemark?: (remark: string) => void;
}

export interface BenchmarkOutcome {
  readonly benchmark: Benchmark;
  readonly places: BenchmarkPlaces;
  readonly search: SearchOutcome;
}

/**
 * Searches a library for a project, in a folder of its own: benchmarks/<n> with the journal, the library and a record.
 * @throws PROJECT_BUSY, PROJECT_FILE_INVALID, BENCHMARK_UNKNOWN, and what runSearch throws
 */
export async function runBenchmark(
  project: Project,
  options: BenchmarkOptions,
  onProgress: (progress: SearchProgress) => void = () => {},
  signal?: AbortSignal,
): Promise<BenchmarkOutcome> {
  const { folder, description } = project;
  const couples = coupleFiles(project);
  const unlock = lockFolder(folder, { command: options.command, since: options.now() });
  try {
    const files = await filesNow(project);
    const known = listBenchmarks(folder);
    const begun =
      options.resume === undefined
        ? newBenchmark(known, files, {
            evaluations: options.evaluations ?? DEFAULT_EVALUATIONS,
            seed: options.seed ?? DEFAULT_SEED,
            now: options.now,
          })
        : goingOn(folder, known, options.resume.benchmark, options);
    const places = beginBenchmark(folder, begun, { known, files, onRemark: options.onRemark });
    const { evaluations, seed } = begun.options;
    const { workers, limits, measure, everySecond } = options;
    const search = await runSearch(
      {
        couples,
        axes: description.sensor.axes,
        evaluations,
        seed,
        ...(workers === undefined ? {} : { workers }),
        ...(limits === undefined ? {} : { limits }),
        ...(measure === undefined ? {} : { measure }),
        ...(everySecond === undefined ? {} : { everySecond }),
        journal: { file: places.journal, resume: options.resume !== undefined },
        onBest: (library) => replaceFile(places.bestSoFar, libraryText(library)),
      },
      onProgress,
      signal,
    );
    replaceFile(places.library, libraryText(search.library));
    rmSync(places.bestSoFar, { force: true });
    const benchmark = ended(begun, search, options.now());
    writeBenchmark(folder, benchmark);
    return { benchmark, places, search };
  } finally {
    unlock();
  }
}

function ended(begun: Benchmark, search: SearchOutcome, at: Date): Benchmark {
  const { library, winner, measured, evaluations, elapsedSeconds, interrupted } = search;
  const { heldOut } = library.search!.scores as unknown as { heldOut: Figures };
  const figures = ({ balancedAccuracy, confidence }: Figures): Figures => ({ balancedAccuracy, confidence });
  return {
    ...begun,
    endedAt: at.toISOString(),
    result: {
      complete: !interrupted,
      libraryId: library.id,
      evaluations,
      seconds: Number(elapsedSeconds.toFixed(3)),
      ramBytes: measured?.ramBytes ?? winner.ramBytes,
      flashBytes: measured?.flashBytes ?? winner.flashBytes ?? null,
      minimumLearningIterations: library.minimumLearningIterations,
      crossValidated: figures(winner.evaluation),
      heldOut: figures(heldOut),
    },
  };
}

interface Figures {
  readonly balancedAccuracy: number | null;
  readonly confidence: number | null;
}
