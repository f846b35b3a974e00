import { ERROR_CODES } from '../../shared/error-codes.ts';
import { NeaiError } from '../../shared/errors.ts';
import type { MeasuredLibrary } from '../../studio/choose-winner.ts';
import type { Project } from '../../studio/project/project-file.ts';
import { runClassBenchmark } from '../../studio/project/run-class-benchmark.ts';
import { compileClassifier } from '../bundle/classifier-bundle.ts';
import { interrupted } from '../interrupt.ts';
import { printJson, printLine, printRemark } from '../output.ts';
import { classSearchDocument, classSearchLines, withClassProgress } from './class-text.ts';
import { measuringWith } from './measure.ts';
import { limitsOfProject } from './request.ts';

interface ClassProjectOptions {
  readonly evaluations?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly resume?: boolean;
  readonly json?: boolean;
}

/** `neai search --project P` of a project of the kind classification. @throws PROJECT_KIND, and what the search throws */
export async function searchClassProject(project: Project, options: ClassProjectOptions): Promise<void> {
  for (const [name, why] of [
    ['resume', 'a search for a classifier keeps no journal: begin it again without --resume'],
    ['workers', 'a search for a classifier runs on one core: leave --workers out'],
  ] as const) {
    if (options[name] === undefined) continue;
    throw new NeaiError('PROJECT_KIND', `--${name} is for searches of anomaly detection`, {
      file: project.file,
      got: `a project of the kind ${project.description.kind}`,
      remedy: `${why[0]!.toUpperCase()}${why.slice(1)}.`,
    });
  }
  const { evaluations, seed, json } = options;
  const limits = limitsOfProject(project);
  const measuring = measuringWith(limits, interrupted, async (library: Compiled, core) => {
    const { cost } = await compileClassifier(library, { core, signal: interrupted });
    return cost;
  });
  const { search, places, benchmark, measured } = await withClassProgress((onProgress) =>
    runClassBenchmark(
      project,
      {
        limits,
        ...measuring,
        ...(evaluations === undefined ? {} : { evaluations }),
        ...(seed === undefined ? {} : { seed }),
        command: `neai search --project ${project.folder}`,
        now: () => new Date(),
        onRemark: printRemark,
      },
      onProgress,
      interrupted,
    ),
  );
  const { number } = benchmark;
  if (json) printJson({ benchmark: number, ...classSearchDocument(search, places.library), measured });
  else {
    const lines = classSearchLines(search, places.library);
    for (const line of [...lines.slice(0, -1), ...measuredLines(measured), lines.at(-1)!]) printLine(line);
  }
  if (search.interrupted) process.exitCode = ERROR_CODES.INTERRUPTED.exitStatus;
}

type Compiled = Parameters<typeof compileClassifier>[0];

const measuredLines = (measured: MeasuredLibrary | null): string[] =>
  measured === null
    ? []
    : [`  compiled: ${measured.ramBytes} bytes of RAM with its stack, ${measured.flashBytes} of flash`];
