import type { Benchmark, BenchmarkFile } from '../../studio/project/benchmarks.ts';
import type { Project } from '../../studio/project/project-file.ts';
import { percent } from '../search/text.ts';

/** How the files of a project stand. */
export interface ProjectState {
  readonly files: readonly BenchmarkFile[];
  /** Paths whose contents are others than at the last benchmark. */
  readonly changed: readonly string[];
  readonly benchmarks: number;
}

/** Limits that only a board can show. */
function onBoardText({ stack, learn, detect }: Project['description']['limits']): string[] {
  const parts = [
    ...(stack === undefined ? [] : [`stack ${stack} bytes`]),
    ...(learn === undefined ? [] : [`learn ${learn} ticks`]),
    ...(detect === undefined ? [] : [`detect ${detect} ticks`]),
  ];
  return parts.length === 0 ? [] : [`  on its board: ${parts.join(', ')}`];
}

/** What a person reads of a project. */
export function projectLines(
  { file, description }: Project,
  { files, changed, benchmarks }: ProjectState,
  lastBenchmark: number | undefined,
): string[] {
  const { kind, name, description: about, owner, target, limits, sensor, couples, classes } = description;
  const limit = (bytes: number | undefined): string => (bytes === undefined ? 'no limit' : `${bytes} bytes`);
  const frequency = sensor.samplingFrequency === undefined ? '' : `, ${sensor.samplingFrequency} Hz`;
  return [
    `${name}${owner === '' ? '' : ` (${owner})`}${about === '' ? '' : `: ${about}`}`,
    `  ${kind} for ${target.board ?? target.core}, RAM ${limit(limits.ram)}, flash ${limit(limits.flash)}`,
    ...onBoardText(limits),
    `  ${sensor.type}, ${sensor.axes} axes${frequency}`,
    ...[...couples, ...classes].flatMap((group) => [
      `  ${group.name}:`,
      ...files
        .filter((one) => groupOf(one) === group.name)
        .map((one) => {
          const told = changed.includes(one.path) ? `, changed since benchmark ${lastBenchmark}` : '';
          return `    ${'label' in one ? `${one.label} ` : ''}${one.path}${told}`;
        }),
    ]),
    ...(couples.length + classes.length === 0 ? ['  no signal files yet'] : []),
    `  ${benchmarks} ${benchmarks === 1 ? 'benchmark' : 'benchmarks'}`,
    file,
  ];
}

const groupOf = (file: BenchmarkFile): string => ('class' in file ? file.class : file.couple);

/** One line of the list of searches. */
export function benchmarkLine({ number, startedAt, result, options }: Benchmark): string {
  const when = startedAt.slice(0, 16).replace('T', ' ');
  const head = `${number}  ${when}`;
  if (result === null) return `${head}  not ended (budget ${options.evaluations}, seed ${options.seed})`;
  const { complete, evaluations, heldOut, crossValidated } = result;
  const figures = (of: typeof heldOut): string =>
    `${percent(of.balancedAccuracy)} / ${percent(of.confidence)}`;
  return [
    head,
    `${evaluations} of ${options.evaluations}${complete ? '' : ' (interrupted)'}`,
    `cross-validated ${figures(crossValidated)}`,
    `held out ${figures(heldOut)}`,
    `${result.ramBytes} bytes of RAM`,
    result.libraryId,
  ].join('  ');
}

/** One line of the list of libraries. @param benchmark one with a result */
export function libraryLine({ number, endedAt, result }: Benchmark): string {
  const { libraryId, heldOut, ramBytes, flashBytes, minimumLearningIterations } = result!;
  return [
    libraryId,
    `benchmark ${number}`,
    (endedAt ?? '').slice(0, 16).replace('T', ' '),
    `held out ${percent(heldOut.balancedAccuracy)}`,
    `RAM ${ramBytes}${flashBytes === null ? '' : `, flash ${flashBytes}`} bytes`,
    minimumLearningIterations === null ? 'classification' : `learn ${minimumLearningIterations}`,
  ].join('  ');
}
