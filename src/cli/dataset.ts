import { resolve } from 'node:path';
import type { Command } from 'commander';
import { ERROR_CODES } from '../shared/error-codes.ts';
import { NeaiError } from '../shared/errors.ts';
import {
  loadRegistry,
  pathIn,
  REGISTRY_FILE,
  registeredAs,
  sha256OfFile,
  versionsOf,
  withEntry,
} from '../studio/dataset-registry.ts';
import { tableOf } from './history/text.ts';
import { positiveNumber, wholeNumber } from './options.ts';
import { printJson, printLine } from './output.ts';
import { replaceFile } from './replace-file.ts';

interface Options {
  readonly datasets?: string;
  readonly json?: boolean;
}

interface AddOptions extends Options {
  readonly asVersion?: number;
  readonly units: string;
  readonly rate: number;
  readonly labels: string;
}

/** `neai dataset add|list|check`: which files of signals there are, and that they are still what they were. */
export function registerDataset(program: Command): void {
  const group = program.command('dataset').description('the registry of files of signals: add, list, check');
  const add = (usage: string, description: string): Command =>
    group
      .command(usage)
      .description(description)
      .exitOverride()
      .option('--datasets <file>', `the registry (default: ${REGISTRY_FILE} here)`)
      .option('--json', 'print one JSON document');
  add('add <name> <file>', 'register a file under a name, or the next version of one')
    .option('--as-version <n>', 'version (default: the next one)', wholeNumber(1))
    .requiredOption('--units <text>', 'what a value means: g, V, …')
    .requiredOption('--rate <hz>', 'samples a second', positiveNumber)
    .requiredOption('--labels <text>', 'what its lines are examples of')
    .action(register);
  add('list', 'what is registered').action(list);
  add('check', 'hold every registered file against its hash; status 2 when one has changed').action(check);
}

async function register(name: string, file: string, options: AddOptions): Promise<void> {
  const path = resolve(options.datasets ?? REGISTRY_FILE);
  const registry = await loadRegistry(path).catch((error: unknown) => {
    // The first entry makes the registry.
    if (error instanceof NeaiError && (error.details.cause as NodeJS.ErrnoException)?.code === 'ENOENT')
      return undefined;
    throw error;
  });
  const versions = (registry?.files ?? []).filter((entry) => entry.name === name);
  const entry = {
    name,
    version: options.asVersion ?? Math.max(0, ...versions.map(({ version }) => version)) + 1,
    file: pathIn(path, file),
    sha256: await sha256OfFile(file),
    units: options.units,
    rateHz: options.rate,
    labels: options.labels,
  };
  await replaceFile(path, new TextEncoder().encode(withEntry(registry, entry, path)));
  if (options.json) printJson({ registry: path, added: entry });
  else printLine(`${name} version ${entry.version}: ${entry.file}, SHA-256 ${entry.sha256}`);
}

async function list(options: Options): Promise<void> {
  const registry = await loadRegistry(options.datasets ?? REGISTRY_FILE);
  const files = registry?.files ?? [];
  if (options.json) printJson({ registry: registry?.path ?? null, datasets: files });
  else {
    const rows = files.map(({ name, version, file, units, rateHz, labels }) => [
      ...[name, String(version), file, units, `${rateHz} Hz`, labels],
    ]);
    for (const line of tableOf([['name', 'version', 'file', 'units', 'rate', 'labels'], ...rows]))
      printLine(line);
  }
}

async function check(options: Options): Promise<void> {
  const registry = (await loadRegistry(options.datasets ?? REGISTRY_FILE))!;
  const results = [];
  for (const file of new Set(registry.files.map((entry) => resolve(registry.path, '..', entry.file)))) {
    const newest = versionsOf(registry, file).at(-1)!;
    const told = await sha256OfFile(file)
      .then((sha256) => registeredAs(registry, file, sha256)!)
      .then(
        ({ name, version }) => ({ name, version, problem: null }),
        (error: NeaiError) => ({
          name: newest.name,
          version: newest.version,
          problem: `${error.code}: ${error.message}`,
        }),
      );
    results.push({ file, ...told });
  }
  if (options.json) printJson({ registry: registry.path, files: results });
  else {
    for (const { file, name, version, problem } of results) {
      printLine(problem === null ? `${name} version ${version}: ${file}` : `${name}: ${file}: ${problem}`);
    }
  }
  if (results.some(({ problem }) => problem !== null))
    process.exitCode = ERROR_CODES.DATASET_CHANGED.exitStatus;
}
