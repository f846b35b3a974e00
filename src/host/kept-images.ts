import { existsSync, statSync } from 'node:fs';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { FilePlan } from '../shared/file-plan.ts';
import { crossBuildHash, keepingFolder, keepNewest, keepWhole } from './kept-builds.ts';
import type { SectionSizes } from './section-sizes.ts';

/** What comes out of a build of firmware/CMakeLists.txt for a board. */
export interface BuiltImage {
  /** Bytes of firmware.elf, before its build id is stamped. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Sections of the same firmware around an empty library; null when that was not asked for. */
  readonly empty: SectionSizes | null;
}

/** Of a quarter of a megabyte each. */
const KEPT = 100;

/** Files of the system that were linked in, as they were then. */
type Inputs = readonly { readonly path: string; readonly bytes: number; readonly modifiedMs: number }[];

/**
 * The image of a plan: kept in build/ from last time, or made now and kept. It is taken for the same where plan, variables,
 * sources of the firmware and compiler are the same, and the archives of the system that the linker took have not changed.
 * @param make builds it; `map` is what the linker wrote of its inputs
 */
export async function keptImage(
  plan: FilePlan,
  variables: Readonly<Record<string, string | number>>,
  make: () => Promise<BuiltImage & { readonly map: string }>,
): Promise<BuiltImage> {
  const hash = crossBuildHash();
  const cache = await keepingFolder('firmware-images');
  if (hash === undefined || cache === undefined) return make();
  hash.update(JSON.stringify(variables));
  for (const { path, content } of plan) {
    hash.update(`\0${path}\0${Buffer.byteLength(content)}\0`).update(content);
  }
  const folder = join(cache, hash.digest('hex'));
  const kept = await readKept(folder).catch(() => undefined);
  if (kept !== undefined) return kept;
  const { bytes, empty, map } = await make();
  await keepWhole(folder, async (beside) => {
    await writeFile(join(beside, 'firmware.elf'), bytes);
    await writeFile(join(beside, 'built.json'), JSON.stringify({ empty, inputs: inputsOf(map) }));
  });
  await keepNewest(cache, KEPT);
  return { bytes, empty };
}

/** @throws when there is none, and when another process removes it meanwhile */
async function readKept(folder: string): Promise<BuiltImage | undefined> {
  const { empty, inputs } = JSON.parse(await readFile(join(folder, 'built.json'), 'utf8')) as {
    empty: SectionSizes | null;
    inputs: Inputs;
  };
  const isSame = inputs.every(({ path, bytes, modifiedMs }) => {
    const now = statSync(path, { throwIfNoEntry: false });
    return now?.size === bytes && now.mtimeMs === modifiedMs;
  });
  if (!isSame) return undefined;
  const bytes = new Uint8Array(await readFile(join(folder, 'firmware.elf')));
  const now = new Date();
  await utimes(folder, now, now);
  return { bytes, empty };
}

/** `LOAD` of a linker's map, as far as it names files that outlive the build. */
function inputsOf(map: string): Inputs {
  const paths = map.split('\n').flatMap((line) => /^LOAD (.+)$/.exec(line)?.[1] ?? []);
  const ofSystem = [...new Set(paths)].filter((path) => isAbsolute(path) && existsSync(path));
  return ofSystem.map((path) => {
    const { size, mtimeMs } = statSync(path);
    return { path, bytes: size, modifiedMs: mtimeMs };
  });
}
