import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { listBoards } from '../boards/load.ts';
import { PRICED_CORES } from '../engine/codegen/flash-price.ts';
import { ERROR_CODES } from '../shared/error-codes.ts';
import { NeaiError } from '../shared/errors.ts';
import { holdToRegistry, loadRegistry } from '../studio/dataset-registry.ts';
import { libraryText } from '../studio/library-text.ts';
import { type Project, readProject } from '../studio/project/project-file.ts';
import { namedFiles } from '../studio/project/project-files.ts';
import { lockFolder } from '../studio/project/project-lock.ts';
import { runBenchmark } from '../studio/project/run-benchmark.ts';
import { DEFAULT_EVALUATIONS, DEFAULT_SEED, type SearchOutcome } from '../studio/run-search.ts';
import { interrupted } from './interrupt.ts';
import { makeFolder } from './make-folder.ts';
import { wholeNumber } from './options.ts';
import { printJson, printLine, printRemark } from './output.ts';
import { samplingOf, samplingRemarks } from './project/sampling.ts';
import { searchClassProject } from './search/class-project.ts';
import { measuring } from './search/measure.ts';
import { causeLines, type RecordedAs, recordOf, writeSearchFiles } from './search/record.ts';
import {
  couplesOf,
  type FileOptions,
  type LimitOptions,
  limitsOf,
  limitsOfProject,
} from './search/request.ts';
import { searchWithProgress, withProgress } from './search/run.ts';
import { searchDocument, searchLines } from './search/text.ts';

interface SearchCommandOptions extends FileOptions, LimitOptions {
  readonly project?: string;
  readonly datasets?: string;
  readonly benchmark?: number;
  readonly axes?: number;
  readonly out?: string;
  readonly evaluations?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly resume?: boolean;
  /** False with --no-page. */
  readonly page: boolean;
  readonly json?: boolean;
}

/** What a project says itself. */
const OF_PROJECT = [
  'regular',
  'abnormal',
  'couple',
  'axes',
  'out',
  'maxRam',
  'maxFlash',
  'core',
  'board',
] as const;

/** A search that has ended, and where its library was written. */
interface Done {
  readonly outcome: SearchOutcome;
  readonly as: RecordedAs;
  readonly file: string;
  readonly benchmark?: number;
}

/** `neai search`: the best library for these files, written as DIR/library.json, or for a project. */
export function registerSearch(program: Command): void {
  program
    .command('search')
    .description('search a library on the selection part of signal files')
    .option('--regular <files...>', 'files of regular signals, in order')
    .option(
      '--abnormal <files...>',
      'files of abnormal signals; without them the threshold stays uncalibrated',
    )
    .option(
      '--couple <couple>',
      'one machine of several: [NAME=]REGULAR[,…][:ABNORMAL[,…]]; may be repeated',
      (text: string, before: string[] = []) => [...before, text],
    )
    .option('--axes <n>', 'number of axes of the sensor', wholeNumber(1, 16))
    .option('--out <dir>', 'folder for library.json')
    .option('--project <dir>', 'in place of all these: search for this project, in a benchmark of its own')
    .option('--benchmark <n>', 'with --project and --resume: go on with this one', wholeNumber(1))
    .option(
      '--evaluations <n>',
      `budget: candidates to fit and score (default: ${DEFAULT_EVALUATIONS})`,
      wholeNumber(1),
    )
    .option('--seed <n>', `seed of the free picks (default: ${DEFAULT_SEED})`, wholeNumber(0, 0xffffffff))
    .option(
      '--workers <n>',
      'worker threads (default: all cores but one); the result does not depend on it',
      wholeNumber(1, 256),
    )
    .option('--max-ram <bytes>', 'most RAM that the library may need', wholeNumber(1))
    .option('--max-flash <bytes>', 'most flash that it may need, on a core or board', wholeNumber(1))
    .addOption(new Option('--core <core>', 'core that the library is for').choices(PRICED_CORES))
    .option('--board <board>', `board that it is for: ${listBoards().join(', ')}`)
    .option('--datasets <file>', 'registry of data sets (default: datasets.yaml here, if there is one)')
    .option('--resume', 'go on with the search that was interrupted there')
    .option('--no-page', 'leave out search-record.json and search.html')
    .option('--json', 'print one JSON document')
    .action(async (options: SearchCommandOptions) => {
      const project = options.project === undefined ? undefined : projectOf(options.project, options);
      if (project !== undefined) await holdProject(project, options.datasets);
      if (project?.description.kind === 'classification') return searchClassProject(project, options);
      const done = project === undefined ? await searchFiles(options) : await searchProject(project, options);
      const { outcome, as, file, benchmark } = done;
      const record = recordOf(outcome, as);
      const files = options.page ? await writeSearchFiles(record, file) : null;
      if (options.json) {
        const { causes } = record;
        printJson({ ...(benchmark && { benchmark }), ...searchDocument(outcome, file), ...files, causes });
      } else {
        const pages = files === null ? [] : [files.page];
        for (const line of [...searchLines(outcome, file), ...pages, ...causeLines(record)]) printLine(line);
      }
      // The best so far is kept, but what was asked for was not done: `neai search … && neai build …` must stop here.
      if (outcome.interrupted) process.exitCode = ERROR_CODES.INTERRUPTED.exitStatus;
    });
}

/** Files of a project against the registry beside it, before anything is done with them. @throws DATASET_CHANGED */
async function holdProject(project: Project, datasets: string | undefined): Promise<void> {
  const files = namedFiles(project).map(({ named }) => resolve(project.folder, named.path));
  await holdToRegistry(await loadRegistry(datasets, project.folder), files);
}

async function searchFiles(options: SearchCommandOptions): Promise<Done> {
  const { axes, out, benchmark, evaluations = DEFAULT_EVALUATIONS, seed = DEFAULT_SEED } = options;
  const couples = couplesOf(options);
  if (axes === undefined)
    throw new NeaiError('USAGE', 'the number of axes is missing', { remedy: 'Add --axes N.' });
  if (out === undefined)
    throw new NeaiError('USAGE', 'no folder for the result', { remedy: 'Add --out DIR.' });
  if (benchmark !== undefined) throw new NeaiError('USAGE', '--benchmark belongs to --project');
  const files = couples.flatMap(({ regular, abnormal }) => [...regular, ...abnormal]);
  await holdToRegistry(await loadRegistry(options.datasets), files);
  const limits = limitsOf(options);
  const folder = await makeFolder(out);
  const unlock = lockFolder(folder, { command: `neai search --out ${out}`, since: new Date() });
  try {
    const outcome = await searchWithProgress(
      {
        couples,
        axes,
        evaluations,
        seed,
        limits,
        ...measuring(limits, interrupted),
        ...(options.workers === undefined ? {} : { workers: options.workers }),
        journal: { file: join(folder, 'journal.jsonl'), resume: options.resume === true },
      },
      interrupted,
    );
    const file = join(folder, 'library.json');
    await writeFile(file, libraryText(outcome.library));
    return { outcome, as: { project: null, maxFlashBytes: limits.maxFlashBytes }, file };
  } finally {
    unlock();
  }
}

/** The project that a search is for. @throws USAGE beside options that it says itself */
function projectOf(folder: string, options: SearchCommandOptions): Project {
  const stray = OF_PROJECT.find((name) => options[name] !== undefined);
  if (stray !== undefined) {
    const option = stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new NeaiError('USAGE', `a project says itself what --${option} says`, {
      remedy: 'Write it into neai-project.yaml.',
    });
  }
  if (options.benchmark !== undefined && options.resume !== true) {
    throw new NeaiError('USAGE', '--benchmark goes with --resume: a new search is a new benchmark');
  }
  return readProject(folder);
}

async function searchProject(project: Project, options: SearchCommandOptions): Promise<Done> {
  const { resume, benchmark, evaluations, seed, workers } = options;
  const limits = limitsOfProject(project);
  for (const remark of samplingRemarks(await samplingOf(project, interrupted))) printRemark(remark);
  const {
    search,
    places,
    benchmark: record,
  } = await withProgress((onProgress) =>
    runBenchmark(
      project,
      {
        limits,
        ...measuring(limits, interrupted),
        ...(evaluations === undefined ? {} : { evaluations }),
        ...(seed === undefined ? {} : { seed }),
        ...(workers === undefined ? {} : { workers }),
        ...(resume === true ? { resume: benchmark === undefined ? {} : { benchmark } } : {}),
        command: `neai search --project ${project.folder}`,
        now: () => new Date(),
        onRemark: printRemark,
      },
      onProgress,
      interrupted,
    ),
  );
  const as = { project: project.description.name, maxFlashBytes: limits.maxFlashBytes };
  return { outcome: search, as, file: places.library, benchmark: record.number };
}
