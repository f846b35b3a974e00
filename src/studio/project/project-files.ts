import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { NeaiError } from '../../shared/errors.ts';
import type { CoupleFiles } from '../search-data.ts';
import type { BenchmarkFile } from './benchmarks.ts';
import type { Project } from './project-file.ts';

/** The couples of a project, their files as seen from the current folder. @throws PROJECT_FILE_INVALID without any */
export function coupleFiles({ folder, file, description, placeOf }: Project): CoupleFiles[] {
  if (description.couples.length === 0) {
    throw new NeaiError('PROJECT_FILE_INVALID', 'the project has no signal files yet', {
      file,
      ...placeOf(['couples']),
      remedy: 'Add some: neai project add P --couple NAME --regular F… --abnormal F…',
    });
  }
  const fromHere = (path: string): string => relative('', resolve(folder, path));
  return description.couples.map(({ name, regular, abnormal }) => ({
    name,
    regular: regular.map(fromHere),
    abnormal: abnormal.map(fromHere),
  }));
}

/** The signal files of a project as they are now. @throws PROJECT_FILE_INVALID at the line that names a file not there */
export async function filesNow({ folder, file, description, placeOf }: Project): Promise<BenchmarkFile[]> {
  const files: BenchmarkFile[] = [];
  for (const [index, couple] of description.couples.entries()) {
    for (const label of ['regular', 'abnormal'] as const) {
      for (const [at, path] of couple[label].entries()) {
        const sha256 = await sha256Of(resolve(folder, path)).catch((cause: NodeJS.ErrnoException) => {
          throw new NeaiError('PROJECT_FILE_INVALID', `cannot read the signal file ${path}`, {
            file,
            ...placeOf(['couples', index, label, at]),
            got: cause.message,
            remedy: 'Correct the path; it is relative to the folder of the project.',
            cause,
          });
        });
        files.push({ couple: couple.name, label, path, sha256 });
      }
    }
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
