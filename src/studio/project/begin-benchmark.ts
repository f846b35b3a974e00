import { mkdirSync } from 'node:fs';
import { NeaiError } from '../../shared/errors.ts';
import {
  type Benchmark,
  type BenchmarkPlaces,
  benchmarkPlaces,
  readBenchmark,
  writeBenchmark,
} from './benchmarks.ts';
import { changedSince } from './project-files.ts';

/** The record of a search that begins: the next number, these files, no result yet. */
export function newBenchmark(
  known: readonly Benchmark[],
  files: Benchmark['files'],
  { evaluations, seed, now }: Benchmark['options'] & { readonly now: () => Date },
): Benchmark {
  return {
    format: 'neai-benchmark',
    formatVersion: 1,
    number: (known.at(-1)?.number ?? 0) + 1,
    startedAt: now().toISOString(),
    endedAt: null,
    options: { evaluations, seed },
    files,
    result: null,
  };
}

/**
 * The benchmark to go on with: this one, or the last that is not complete; what is asked for beside it must be what it had.
 * @throws SEARCH_RESUME_REFUSED, BENCHMARK_UNKNOWN
 */
export function goingOn(
  folder: string,
  known: readonly Benchmark[],
  number: number | undefined,
  { evaluations, seed }: { readonly evaluations?: number; readonly seed?: number },
): Benchmark {
  const found =
    number === undefined
      ? known.findLast(({ result }) => result?.complete !== true)
      : readBenchmark(folder, number);
  if (found === undefined) {
    throw new NeaiError('SEARCH_RESUME_REFUSED', 'the project has no search that was interrupted', {
      file: folder,
    });
  }
  for (const [name, asked, was] of [
    ['evaluations', evaluations, found.options.evaluations],
    ['seed', seed, found.options.seed],
  ] as const) {
    if (asked === undefined || asked === was) continue;
    throw new NeaiError('SEARCH_RESUME_REFUSED', `benchmark ${found.number} had another: ${name}`, {
      asked: String(was),
      got: String(asked),
    });
  }
  return { ...found, endedAt: null };
}

/** What is there before a search begins. */
interface BeforeBenchmark {
  readonly known: readonly Benchmark[];
  /** As they are now. */
  readonly files: Benchmark['files'];
  /** Told of each file that is another than at the search before. */
  readonly onRemark: ((remark: string) => void) | undefined;
}

/** Makes the folder of a benchmark and writes its record. */
export function beginBenchmark(
  folder: string,
  begun: Benchmark,
  { known, files, onRemark = () => {} }: BeforeBenchmark,
): BenchmarkPlaces {
  const last = known.findLast(({ number }) => number < begun.number);
  for (const path of last === undefined ? [] : changedSince(last.files, files)) {
    onRemark(`${path} has changed since benchmark ${last!.number}: figures do not compare`);
  }
  const places = benchmarkPlaces(folder, begun.number);
  mkdirSync(places.folder, { recursive: true });
  writeBenchmark(folder, begun);
  return places;
}
