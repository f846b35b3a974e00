import { existsSync, statSync } from 'node:fs';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { FilePlan } from '../shared/file-plan.ts';
import { buildHash, type Compiler, keepingFolder, keepNewest, keepWhole } from './keeping.ts';

/** What comes out of a build. */
export interface Built<Facts> {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What is known of them beside; they outlive JSON. */
  readonly facts: Facts;
}

export interface BuildInput {
  readonly compiler: Compiler;
  readonly plan: FilePlan;
  /** Everything else that decides what comes out. */
  readonly options: unknown;
}

/** Kept of each sort; firmware has a quarter of a megabyte, libraries less. */
const KEPT = 100;

/** Files of the system that were linked in, as they were then. */
type Inputs = readonly { readonly path: string; readonly bytes: number; readonly modifiedMs: number }[];

/**
 * What a build makes: kept in build/ from last time, or made now and kept. It is taken for the same where plan, options,
 * sources of the firmware and compiler are the same, and the archives of the system that the linker took have not changed.
 * @param make builds it; `map` is what the linker wrote of its inputs, empty where it linked nothing of the system
 */
export async function keptBuild<Facts>(
  sort: 'firmware-images' | 'libraries',
  { compiler, plan, options }: BuildInput,
  make: () => Promise<Built<Facts> & { readonly map: string }>,
): Promise<Built<Facts>> {
  const hash = buildHash(compiler);
  const cache = await keepingFolder(sort);
  if (hash === undefined || cache === undefined) return make();
  hash.update(JSON.stringify(options));
  for (const { path, content } of plan) {
    hash.update(`\0${path}\0${Buffer.byteLength(content)}\0`).update(content);
  }
  const folder = join(cache, hash.digest('hex'));
  const kept = await readKept<Facts>(folder).catch(() => undefined);
  if (kept !== undefined) return kept;
  const { bytes, facts, map } = await make();
  await keepWhole(folder, async (beside) => {
    await writeFile(join(beside, 'bytes'), bytes);
    await writeFile(join(beside, 'built.json'), JSON.stringify({ facts, inputs: inputsOf(map) }));
  });
  await keepNewest(cache, KEPT);
  return { bytes, facts };
}

/** @throws when there is none, and when another process removes it meanwhile */
async function readKept<Facts>(folder: string): Promise<Built<Facts> | undefined> {
  const { facts, inputs } = JSON.parse(await readFile(join(folder, 'built.json'), 'utf8')) as {
    facts: Facts;
    inputs: Inputs;
  };
  const isSame = inputs.every(({ path, bytes, modifiedMs }) => {
    const now = statSync(path, { throwIfNoEntry: false });
    return now?.size === bytes && now.mtimeMs === modifiedMs;
  });
  if (!isSame) return undefined;
  const bytes = new Uint8Array(await readFile(join(folder, 'bytes')));
  const now = new Date();
  await utimes(folder, now, now);
  return { bytes, facts };
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
