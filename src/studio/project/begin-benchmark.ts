import { mkdirSync } from 'node:fs';
import { type Benchmark, type BenchmarkPlaces, benchmarkPlaces, writeBenchmark } from './benchmarks.ts';
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
