import { ERROR_CODES } from '../../shared/error-codes.ts';
import type { MeasuredLibrary } from '../../studio/choose-winner.ts';
import type { Project } from '../../studio/project/project-file.ts';
import { runClassBenchmark } from '../../studio/project/run-class-benchmark.ts';
import { compileClassifier } from '../bundle/classifier-bundle.ts';
import { interrupted } from '../interrupt.ts';
import { printJson, printLine, printRemark } from '../output.ts';
import { pagesOf, writeClassSearchFiles } from './class-record.ts';
import { classSearchDocument, classSearchLines, withClassProgress } from './class-text.ts';
import { measuringWith } from './measure.ts';
import { limitsOfProject } from './request.ts';

interface ClassProjectOptions {
  readonly evaluations?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly resume?: boolean;
  readonly benchmark?: number;
  readonly page: boolean;
  readonly json?: boolean;
}

/** `neai search --project P` of a project of the kind classification. @throws what the search throws */
export async function searchClassProject(project: Project, options: ClassProjectOptions): Promise<void> {
  const { evaluations, seed, workers, resume, benchmark: which, json } = options;
  const limits = limitsOfProject(project);
  const measuring = measuringWith(limits, interrupted, async (library: Compiled, core) => {
    const { cost } = await compileClassifier(library, { core, signal: interrupted });
    return cost;
  });
  const { search, places, benchmark } = await withClassProgress((onProgress) =>
    runClassBenchmark(
      project,
      {
        limits,
        ...measuring,
        ...(evaluations === undefined ? {} : { evaluations }),
        ...(seed === undefined ? {} : { seed }),
        ...(workers === undefined ? {} : { workers }),
        ...(resume === true ? { resume: which === undefined ? {} : { benchmark: which } } : {}),
        command: `neai search --project ${project.folder}`,
        now: () => new Date(),
        onRemark: printRemark,
      },
      onProgress,
      interrupted,
    ),
  );
  const { number } = benchmark;
  const { measured } = search;
  const as = { project: project.description.name, maxRamBytes: limits.maxRamBytes };
  const files = options.page ? await writeClassSearchFiles(search, as, places.library) : null;
  const document = classSearchDocument(search, places.library);
  if (json) printJson({ benchmark: number, ...document, measured, ...files });
  else {
    const lines = classSearchLines(search, places.library);
    const all = [...lines.slice(0, -1), ...measuredLines(measured), lines.at(-1)!, ...pagesOf(files)];
    for (const line of all) printLine(line);
  }
  if (search.interrupted) process.exitCode = ERROR_CODES.INTERRUPTED.exitStatus;
}

type Compiled = Parameters<typeof compileClassifier>[0];

const measuredLines = (measured: MeasuredLibrary | null): string[] =>
  measured === null
    ? []
    : [`  compiled: ${measured.ramBytes} bytes of RAM with its stack, ${measured.flashBytes} of flash`];
