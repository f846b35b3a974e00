import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { NeaiError } from '../shared/errors.ts';
import { readYaml } from '../shared/yaml-document.ts';
import { readBytes } from './read-bytes.ts';

/** The registry's name beside a project. */
export const REGISTRY_FILE = 'datasets.yaml';

const entrySchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/, 'a name is lower case letters, digits, points and hyphens'),
  version: z.coerce.number().int().min(1),
  /** Relative to the registry. */
  file: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 lower-case hexadecimal digits'),
  /** What a value means: g, m/s², V, … */
  units: z.string().min(1),
  /** Samples a second. */
  rateHz: z.coerce.number().positive(),
  /** What the file's lines are examples of, in words. */
  labels: z.string().min(1),
});
/** One version of one file of signals, as people registered it. */
export type RegisteredFile = z.infer<typeof entrySchema>;

const registrySchema = z
  .strictObject({ datasets: z.array(entrySchema) })
  .superRefine(({ datasets }, context) => {
    const known = new Set<string>();
    for (const [at, { name, version }] of datasets.entries()) {
      const key = `${name} ${version}`;
      if (known.has(key)) {
        context.addIssue({
          code: 'custom',
          path: ['datasets', at, 'version'],
          message: `${key} is there already`,
        });
      }
      known.add(key);
    }
  });

export interface Registry {
  /** Absolute. */
  readonly path: string;
  readonly files: readonly RegisteredFile[];
}

/**
 * Reads a registry.
 * @param path undefined: datasets.yaml in the folder (the present one unless said), if there is one
 * @returns undefined when there is none and none was named
 * @throws NeaiError DATASET_REGISTRY with file, line and column
 */
export async function loadRegistry(path?: string, folder = ''): Promise<Registry | undefined> {
  const file = resolve(path ?? join(folder, REGISTRY_FILE));
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (path === undefined && cause.code === 'ENOENT') return undefined;
    throw new NeaiError('DATASET_REGISTRY', 'the registry cannot be read', {
      file,
      got: cause.message,
      cause,
    });
  });
  if (text === undefined) return undefined;
  const { value } = readYaml(text, registrySchema, { file, code: 'DATASET_REGISTRY' });
  return { path: file, files: value.datasets };
}

/** Text of a registry with one more entry. @throws NeaiError DATASET_REGISTRY when name and version are taken */
export function withEntry(registry: Registry | undefined, entry: RegisteredFile, path: string): string {
  const files = registry?.files ?? [];
  const taken = files.find(({ name, version }) => name === entry.name && version === entry.version);
  if (taken !== undefined) {
    throw new NeaiError('DATASET_REGISTRY', `${entry.name} version ${entry.version} is registered already`, {
      file: path,
      got: `${taken.file}, SHA-256 ${taken.sha256}`,
      remedy: 'What is registered stays as it is: give the file a new version.',
    });
  }
  const checked = entrySchema.safeParse(entry);
  if (!checked.success) {
    throw new NeaiError('DATASET_REGISTRY', 'this cannot be registered', {
      got: z.prettifyError(checked.error),
    });
  }
  return stringify({ datasets: [...files, checked.data] });
}

/** A file's path as a registry has it. */
export const pathIn = (registryPath: string, file: string): string =>
  relative(dirname(registryPath), resolve(file));

/** Versions of a file that a registry has, oldest first. */
export const versionsOf = (registry: Registry, file: string): RegisteredFile[] =>
  registry.files
    .filter((entry) => resolve(dirname(registry.path), entry.file) === resolve(file))
    .sort((a, b) => a.version - b.version);

/**
 * The registered version that a file is; undefined when the registry does not name it.
 * @throws NeaiError DATASET_CHANGED when it names the file, but with other contents
 */
export function registeredAs(registry: Registry, file: string, sha256: string): RegisteredFile | undefined {
  const versions = versionsOf(registry, file);
  const same = versions.findLast((entry) => entry.sha256 === sha256);
  const newest = versions.at(-1);
  if (same !== undefined || newest === undefined) return same;
  throw new NeaiError('DATASET_CHANGED', `this is not ${newest.name} version ${newest.version} any more`, {
    file,
    asked: `SHA-256 ${newest.sha256} (${registry.path})`,
    got: `SHA-256 ${sha256}`,
    remedy: `Bring the registered file back, or register this one: neai dataset add ${newest.name} ${file} --as-version ${newest.version + 1}.`,
  });
}

/** Holds files against a registry before anything is done with them; those that it does not name are not read. */
export async function holdToRegistry(
  registry: Registry | undefined,
  files: readonly string[],
): Promise<RegisteredFile[]> {
  const found: RegisteredFile[] = [];
  for (const file of new Set(files)) {
    if (registry === undefined || versionsOf(registry, file).length === 0) continue;
    // What is missing or no file is told better by whoever reads it.
    if (!(await stat(file).catch(() => undefined))?.isFile()) continue;
    const entry = registeredAs(registry, file, await sha256OfFile(file));
    if (entry !== undefined) found.push(entry);
  }
  return found;
}

/** SHA-256 of a file, read as a stream. @throws NeaiError SIGNAL_FILE_UNREADABLE */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await readBytes(file, (chunk) => void hash.update(chunk));
  return hash.digest('hex');
}
