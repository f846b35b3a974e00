import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { NeaiError } from '../../shared/errors.ts';
import type { ClassFiles } from '../run-class-search.ts';
import type { CoupleFiles } from '../search-data.ts';
import type { BenchmarkFile } from './benchmarks.ts';
import { GROUPS_OF_KIND, type Project } from './project-file.ts';

/** The couples of a project, their files as seen from the current folder. @throws PROJECT_FILE_INVALID without any */
export function coupleFiles(project: Project): CoupleFiles[] {
  const { couples } = project.description;
  if (couples.length === 0) {
    throw noFiles(project, 'no signal files yet', '--couple NAME --regular F… --abnormal F…');
  }
  const fromHere = seenFromHere(project);
  return couples.map(({ name, regular, abnormal }) => ({
    name,
    regular: regular.map(fromHere),
    abnormal: abnormal.map(fromHere),
  }));
}

/** The classes of a project, as coupleFiles. @throws PROJECT_FILE_INVALID with fewer than two */
export function classFiles(project: Project): ClassFiles[] {
  const { classes } = project.description;
  if (classes.length < 2) throw noFiles(project, 'fewer than two classes', '--class NAME=FILE');
  return classes.map(({ name, files }) => ({ name, files: files.map(seenFromHere(project)) }));
}

const seenFromHere =
  ({ folder }: Project) =>
  (path: string): string =>
    relative('', resolve(folder, path));

function noFiles({ file, description, placeOf }: Project, has: string, files: string): NeaiError {
  return new NeaiError('PROJECT_FILE_INVALID', `the project has ${has}`, {
    file,
    ...placeOf([GROUPS_OF_KIND[description.kind]]),
    remedy: `Add some: neai project add P ${files}`,
  });
}

type WithoutDigest<T> = T extends unknown ? Omit<T, 'sha256'> : never;
type NamedFile = WithoutDigest<BenchmarkFile>;

/** The signal files that a project names, and where in its file it does. */
export function namedFiles({ description }: Project): { named: NamedFile; at: (string | number)[] }[] {
  return [
    ...description.couples.flatMap((couple, index) =>
      (['regular', 'abnormal'] as const).flatMap((label) =>
        couple[label].map((path, at) => ({
          named: { couple: couple.name, label, path },
          at: ['couples', index, label, at],
        })),
      ),
    ),
    ...description.classes.flatMap(({ name, files }, index) =>
      files.map((path, at) => ({ named: { class: name, path }, at: ['classes', index, 'files', at] })),
    ),
  ];
}

/** The signal files of a project as they are now. @throws PROJECT_FILE_INVALID at the line that names a file not there */
export async function filesNow(project: Project): Promise<BenchmarkFile[]> {
  const files: BenchmarkFile[] = [];
  for (const { named, at } of namedFiles(project)) {
    const sha256 = await sha256Of(resolve(project.folder, named.path)).catch(
      (cause: NodeJS.ErrnoException) => {
        throw new NeaiError('PROJECT_FILE_INVALID', `cannot read the signal file ${named.path}`, {
          file: project.file,
          ...project.placeOf(at),
          got: cause.message,
          remedy: 'Correct the path; it is relative to the folder of the project.',
          cause,
        });
      },
    );
    files.push({ ...named, sha256 });
  }
  return files;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Paths under which an earlier list had other contents, each once. */
export function changedSince(before: readonly BenchmarkFile[], now: readonly BenchmarkFile[]): string[] {
  const was = new Map(before.map(({ path, sha256 }) => [path, sha256]));
  const changed = now.filter(({ path, sha256 }) => was.has(path) && was.get(path) !== sha256);
  return [...new Set(changed.map(({ path }) => path))];
}
