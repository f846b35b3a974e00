import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { NeaiError } from '../../shared/errors.ts';
import { replaceFile } from './write-project.ts';

const figure = z.number().nullable();
const figuresSchema = z.strictObject({ balancedAccuracy: figure, confidence: figure });

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** A signal file, its path relative to the project's folder: of a couple, or of a class. */
const fileSchema = z.union([
  z.strictObject({ couple: z.string(), label: z.enum(['regular', 'abnormal']), path: z.string(), sha256 }),
  z.strictObject({ class: z.string(), path: z.string(), sha256 }),
]);

/** benchmarks/<n>/benchmark.json: one search of a project. */
const benchmarkSchema = z.strictObject({
  format: z.literal('neai-benchmark'),
  formatVersion: z.literal(1),
  number: z.int().min(1),
  startedAt: z.iso.datetime(),
  /** Of the last process that worked on it; null while it runs, and when that was killed. */
  endedAt: z.iso.datetime().nullable(),
  options: z.strictObject({ evaluations: z.int(), seed: z.int() }),
  files: z.array(fileSchema),
  /** What it found: of the whole budget, or until it was interrupted; null before. */
  result: z
    .strictObject({
      /** False: interrupted; --resume would go on. */
      complete: z.boolean(),
      libraryId: z.string(),
      evaluations: z.int(),
      seconds: z.number(),
      /** Measured where a compiler was there, else estimated; flash null without a core. */
      ramBytes: z.number(),
      flashBytes: figure,
      /** Null of a classifier: it learns nothing on the target. */
      minimumLearningIterations: z.int().nullable(),
      crossValidated: figuresSchema,
      heldOut: figuresSchema,
    })
    .nullable(),
});

export type Benchmark = z.infer<typeof benchmarkSchema>;
export type BenchmarkFile = Benchmark['files'][number];

const FILES = {
  record: 'benchmark.json',
  library: 'library.json',
  bestSoFar: 'best-so-far.json',
  journal: 'journal.jsonl',
} as const;

/** Places of a benchmark's files. */
export interface BenchmarkPlaces {
  readonly folder: string;
  readonly record: string;
  readonly library: string;
  readonly bestSoFar: string;
  readonly journal: string;
}

export function benchmarkPlaces(projectFolder: string, number: number): BenchmarkPlaces {
  const folder = join(projectFolder, 'benchmarks', String(number));
  const [record, library, bestSoFar, journal] = Object.values(FILES).map((name) => join(folder, name));
  return { folder, record: record!, library: library!, bestSoFar: bestSoFar!, journal: journal! };
}

/** Numbers of a project's benchmarks, ascending. */
function benchmarkNumbers(projectFolder: string): number[] {
  const folder = join(projectFolder, 'benchmarks');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
    .filter((number) => existsSync(benchmarkPlaces(projectFolder, number).record))
    .sort((a, b) => a - b);
}

/** All benchmarks of a project in their order. @throws BENCHMARK_UNKNOWN when one's record is damaged */
export function listBenchmarks(projectFolder: string): Benchmark[] {
  return benchmarkNumbers(projectFolder).map((number) => readBenchmark(projectFolder, number));
}

/** @throws BENCHMARK_UNKNOWN */
export function readBenchmark(projectFolder: string, number: number): Benchmark {
  const file = benchmarkPlaces(projectFolder, number).record;
  if (!existsSync(file)) {
    const known = benchmarkNumbers(projectFolder);
    throw new NeaiError('BENCHMARK_UNKNOWN', `the project has no benchmark ${number}`, {
      asked: known.length === 0 ? 'a project that was searched' : `one of ${known.join(', ')}`,
      got: String(number),
    });
  }
  try {
    return benchmarkSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new NeaiError('BENCHMARK_UNKNOWN', 'the record of this benchmark cannot be read', {
      file,
      got: cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause),
      cause,
    });
  }
}

export function writeBenchmark(projectFolder: string, benchmark: Benchmark): void {
  const checked = benchmarkSchema.parse(benchmark);
  replaceFile(
    benchmarkPlaces(projectFolder, benchmark.number).record,
    `${JSON.stringify(checked, undefined, 2)}\n`,
  );
}

/**
 * The library of a benchmark: the one it ended with, or the best so far of one that still runs or was killed.
 * @param benchmark number; without it the last one that has a library
 * @returns path of the library file
 * @throws BENCHMARK_UNKNOWN
 */
export function findLibrary(projectFolder: string, benchmark?: number): string {
  const libraryOf = (number: number): string | undefined => {
    const { library, bestSoFar } = benchmarkPlaces(projectFolder, number);
    return [library, bestSoFar].find((file) => existsSync(file));
  };
  if (benchmark !== undefined) {
    readBenchmark(projectFolder, benchmark);
    const file = libraryOf(benchmark);
    if (file !== undefined) return file;
    throw new NeaiError('BENCHMARK_UNKNOWN', `benchmark ${benchmark} has no library yet`, {
      remedy: 'Wait until its first candidates are evaluated.',
    });
  }
  const file = benchmarkNumbers(projectFolder)
    .map(libraryOf)
    .findLast((found) => found !== undefined);
  if (file !== undefined) return file;
  throw new NeaiError('BENCHMARK_UNKNOWN', 'the project has no library yet', {
    remedy: 'Search one: neai search --project P.',
  });
}
