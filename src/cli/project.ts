import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { listBoards } from '../boards/load.ts';
import { PRICED_CORES, type PricedCore } from '../engine/codegen/flash-price.ts';
import { NeaiError } from '../shared/errors.ts';
import { loadAnyLibrary } from '../studio/load-library.ts';
import { type Benchmark, benchmarkPlaces, listBenchmarks } from '../studio/project/benchmarks.ts';
import {
  PROJECT_KINDS,
  type Project,
  type ProjectKind,
  readProject,
} from '../studio/project/project-file.ts';
import { changedSince, filesNow } from '../studio/project/project-files.ts';
import { lockFolder } from '../studio/project/project-lock.ts';
import { addFiles, createProject, type FilesToAdd } from '../studio/project/write-project.ts';
import type { ClassFiles } from '../studio/run-class-search.ts';
import { interrupted } from './interrupt.ts';
import { makeFolder } from './make-folder.ts';
import { positiveNumber, wholeNumber } from './options.ts';
import { printJson, printLine, printRemark } from './output.ts';
import { samplingLines, samplingOf, samplingRemarks } from './project/sampling.ts';
import { benchmarkLine, libraryLine, projectLines } from './project/text.ts';
import { addClass } from './search/class-files.ts';
import { limitsOfProject } from './search/request.ts';

interface CreateOptions {
  readonly kind: ProjectKind;
  readonly name: string;
  readonly description?: string;
  readonly owner?: string;
  readonly core?: PricedCore;
  readonly board?: string;
  readonly maxRam?: number;
  readonly maxFlash?: number;
  readonly maxStack?: number;
  readonly maxLearn?: number;
  readonly maxDetect?: number;
  readonly sensor: string;
  readonly axes: number;
  readonly samplingFrequency?: number;
  readonly json?: boolean;
}

interface AddOptions {
  readonly couple?: string;
  readonly class?: readonly ClassFiles[];
  readonly regular?: string[];
  readonly abnormal?: string[];
  readonly json?: boolean;
}

/** `neai project …`: folders with a readable file, their searches and their libraries. */
export function registerProject(program: Command): void {
  const project = program
    .command('project')
    .description('projects: signal files, limits, searches, libraries');
  project
    .command('create')
    .description('make a project: a folder with neai-project.yaml')
    .argument('<dir>', 'its folder')
    .requiredOption('--name <name>', 'what people call it')
    .addOption(
      new Option('--kind <kind>', 'what its libraries do').choices(PROJECT_KINDS).default(PROJECT_KINDS[0]),
    )
    .option('--description <text>', 'what it is for')
    .option('--owner <name>', 'who answers for it')
    .addOption(new Option('--core <core>', 'core that the library is for').choices(PRICED_CORES))
    .option('--board <board>', `in place of the core: ${listBoards().join(', ')}`)
    .option('--max-ram <bytes>', 'most RAM that the library may need', wholeNumber(1))
    .option('--max-flash <bytes>', 'most flash that the library may need', wholeNumber(1))
    .option('--max-stack <bytes>', 'deepest stack of a library function on its board', wholeNumber(1))
    .option('--max-learn <ticks>', 'longest learn on its board', wholeNumber(1))
    .option('--max-detect <ticks>', 'longest detect on its board', wholeNumber(1))
    .requiredOption('--sensor <type>', 'accelerometer, current, …')
    .requiredOption('--axes <n>', 'number of axes of the sensor', wholeNumber(1, 16))
    .option('--sampling-frequency <hz>', 'samples a second', positiveNumber)
    .option('--json', 'print one JSON document')
    .action((folder: string, options: CreateOptions) => show(create(folder, options), options.json));
  project
    .command('show')
    .description('what a project says, and how its signal files stand')
    .argument('<dir>', 'folder of the project')
    .option('--json', 'print one JSON document')
    .action((folder: string, { json }: { json?: boolean }) => show(readProject(folder), json));
  project
    .command('add')
    .description('add signal files: a couple or classes, or more files to them')
    .argument('<dir>', 'folder of the project')
    .option('--couple <name>', 'the machine that they are of')
    .option('--regular <files...>', 'files of regular signals, in order')
    .option('--abnormal <files...>', 'files of abnormal signals')
    .option('--class <NAME=FILE>', 'in place of these: a file of a class; may be repeated', addClass)
    .option('--json', 'print one JSON document')
    .action(async (folder: string, { json, ...options }: AddOptions) => {
      const additions = additionsOf(options);
      readProject(folder);
      const unlock = lockFolder(folder, { command: `neai project add ${folder}`, since: new Date() });
      try {
        await show(addFiles(folder, additions), json);
      } finally {
        unlock();
      }
    });
  project
    .command('benchmarks')
    .description('the searches of a project')
    .argument('<dir>', 'folder of the project')
    .option('--json', 'print one JSON document')
    .action((folder: string, { json }: { json?: boolean }) => {
      readProject(folder);
      const benchmarks = listBenchmarks(folder);
      if (json) printJson({ benchmarks });
      else for (const benchmark of benchmarks) printLine(benchmarkLine(benchmark));
    });
  project
    .command('libraries')
    .description('the libraries that the searches of a project found')
    .argument('<dir>', 'folder of the project')
    .option('--json', 'print one JSON document')
    .action((folder: string, { json }: { json?: boolean }) => {
      const found = archived(folder);
      const file = ({ number }: Benchmark): string => benchmarkPlaces(folder, number).library;
      if (json) {
        const libraries = found.map((one) => ({ benchmark: one.number, library: file(one), ...one.result }));
        printJson({ libraries });
      } else for (const benchmark of found) printLine(libraryLine(benchmark));
    });
  project
    .command('fetch')
    .description('fetch a library of a project again')
    .argument('<dir>', 'folder of the project')
    .argument('<which>', 'number of the benchmark, or the library id or its beginning')
    .requiredOption('--out <dir>', 'folder for library.json')
    .option('--json', 'print one JSON document')
    .action(async (folder: string, which: string, { out, json }: { out: string; json?: boolean }) => {
      const { number } = pick(archived(folder), which);
      const from = benchmarkPlaces(folder, number).library;
      const { id } = await loadAnyLibrary(from);
      const file = join(await makeFolder(out), 'library.json');
      await copyFile(from, file);
      if (json) printJson({ benchmark: number, id, library: file });
      else printLine(`library ${id} of benchmark ${number}: ${file}`);
    });
}

/** What `project add` is to add: files of one couple, or of classes. @throws USAGE */
function additionsOf({ couple, regular = [], abnormal = [], class: classes }: AddOptions): FilesToAdd[] {
  const ofCouple = regular.length + abnormal.length > 0;
  if (classes !== undefined && (couple !== undefined || ofCouple)) {
    throw new NeaiError('USAGE', 'classes have neither couples nor labels', {
      remedy: 'Give --class NAME=FILE alone.',
    });
  }
  if (classes !== undefined) {
    return classes.map(({ name, files }) => ({ to: 'classes', name, files: { files } }));
  }
  if (!ofCouple || couple === undefined) {
    const remedy = 'Give --couple NAME --regular F… --abnormal F…, or --class NAME=FILE.';
    throw new NeaiError('USAGE', ofCouple ? 'the couple has no name' : 'nothing to add', { remedy });
  }
  return [{ to: 'couples', name: couple, files: { regular, abnormal } }];
}

function create(folder: string, options: CreateOptions): Project {
  const { kind, name, description = '', owner = '', core, board, maxRam, maxFlash, sensor, axes } = options;
  if ((core === undefined) === (board === undefined)) {
    throw new NeaiError('USAGE', 'a project is for a core or for a board', {
      remedy: 'Add --core or --board.',
    });
  }
  const made = createProject(folder, {
    kind,
    name,
    description,
    owner,
    target: { core, board },
    limits: {
      ...{ ram: maxRam, flash: maxFlash, stack: options.maxStack },
      ...{ learn: options.maxLearn, detect: options.maxDetect },
    },
    sensor: { type: sensor, axes, samplingFrequency: options.samplingFrequency },
  });
  limitsOfProject(made);
  return made;
}

async function show(project: Project, json: boolean | undefined): Promise<void> {
  limitsOfProject(project);
  const files = await filesNow(project);
  const last = listBenchmarks(project.folder).at(-1);
  const changed = last === undefined ? [] : changedSince(last.files, files);
  const state = { files, changed, benchmarks: listBenchmarks(project.folder).length };
  const sampling = await samplingOf(project, interrupted);
  if (json) {
    printJson({ project: project.file, ...project.description, ...state, sampling });
    return;
  }
  for (const line of [...projectLines(project, state, last?.number), ...samplingLines(sampling)])
    printLine(line);
  for (const remark of samplingRemarks(sampling)) printRemark(remark);
}

function archived(folder: string): Benchmark[] {
  readProject(folder);
  return listBenchmarks(folder).filter(({ result }) => result !== null);
}

/** A benchmark by its number or by its library's id. @throws BENCHMARK_UNKNOWN */
function pick(found: readonly Benchmark[], which: string): Benchmark {
  const matching = found.filter(
    ({ number, result }) =>
      String(number) === which || (which.length >= 4 && result!.libraryId.startsWith(which)),
  );
  const [first, ...others] = matching;
  // searches that found the same library are as good as one
  if (first !== undefined && others.every(({ result }) => result!.libraryId === first.result!.libraryId)) {
    return matching.at(-1)!;
  }
  throw new NeaiError('BENCHMARK_UNKNOWN', `no one library goes by '${which}'`, {
    asked: found.map(({ number, result }) => `${number} (${result!.libraryId})`).join(', ') || 'a search',
    got: which,
    remedy: 'See neai project libraries.',
  });
}
