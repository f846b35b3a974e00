import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { zipSync } from 'fflate';
import { type BuildFacts, type BundleChoices, bundleDocuments, type Library } from '../../engine/index.ts';
import { writePlan } from '../../host/compile.ts';
import type { BuiltLibrary } from '../../host/library-build.ts';
import type { FilePlan } from '../../shared/file-plan.ts';
import { emulatorFile } from './emulator-file.ts';

const LICENCE = resolve(import.meta.dirname, '../../../LICENSE');
/** The first day that a zip can name, in its own local time: the same bytes on any day and anywhere. */
const NO_TIME = new Date(1980, 0, 1);

/** What the documents of a bundle are written from. */
export function factsOf(core: string, built: BuiltLibrary): BuildFacts {
  const { archive, sizes, ...measured } = built;
  const archiveSha256 = createHash('sha256').update(archive).digest('hex');
  return { core, ...measured, archive: sizes, archiveSha256 };
}

/** Every file of a bundle: what was planned and compiled, the documents, the emulator, the licence. */
export async function planBundle(
  library: Library,
  {
    plan,
    built,
    facts,
    choices,
  }: { plan: FilePlan; built: BuiltLibrary; facts: BuildFacts; choices: BundleChoices },
): Promise<FilePlan> {
  return [
    ...plan,
    { path: 'libneai.a', content: built.archive },
    ...bundleDocuments(library, facts, choices),
    { path: 'emulator.mjs', content: await emulatorFile(library, choices.limits?.boards ?? []) },
    { path: 'LICENSE', content: readFileSync(LICENCE, 'utf8') },
  ];
}

/** Writes a bundle into a folder, and beside it the same as one zip. @returns path of the zip */
export async function writeBundle(id: string, bundle: FilePlan, folder: string): Promise<string> {
  await removeOldSources(bundle, folder);
  const zip = join(folder, `${id}.zip`);
  await writePlan([...bundle, { path: `${id}.zip`, content: zipOf(bundle) }], folder);
  return zip;
}

function zipOf(bundle: FilePlan): Uint8Array {
  const encoder = new TextEncoder();
  const files = [...bundle].sort((a, b) => (a.path < b.path ? -1 : 1));
  return zipSync(
    Object.fromEntries(
      files.map(({ path, content }) => [
        path,
        [typeof content === 'string' ? encoder.encode(content) : content, { mtime: NO_TIME, level: 9 }],
      ]),
    ),
  );
}

/** Sources of the library that was here before would be compiled along with this one's. */
async function removeOldSources(bundle: FilePlan, folder: string): Promise<void> {
  const planned = new Set(bundle.map(({ path }) => path));
  const found = await readdir(join(folder, 'sources')).catch(() => [] as string[]);
  const old = found.filter((name) => /\.[ch]$/.test(name) && !planned.has(`sources/${name}`));
  await Promise.all(old.map((name) => rm(join(folder, 'sources', name))));
}
