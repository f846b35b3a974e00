import { createHash, type Hash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { FIRMWARE_FOLDER } from './compile.ts';

const BUILD_FOLDER = resolve(import.meta.dirname, '../../build');
/** Variables of the environment by which compiler, linker and CMake take other files or other flags. */
const ENVIRONMENT =
  /^(C(PP|XX)?FLAGS|LDFLAGS|ASMFLAGS|CC|CPATH|C_INCLUDE_PATH|LIBRARY_PATH|LD_RUN_PATH|COMPILER_PATH|GCC_.*|CMAKE_.*|SOURCE_DATE_EPOCH)$/;

/**
 * Where builds of one sort are kept, below build/ of this checkout.
 * @returns undefined where nothing can be kept: a checkout that belongs to somebody else is compiled in scratch folders alone
 */
export async function keepingFolder(sort: string): Promise<string | undefined> {
  const folder = join(BUILD_FOLDER, sort);
  try {
    await mkdir(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    return undefined;
  }
}

export type Compiler = 'arm-none-eabi-gcc' | 'gcc';

/**
 * A hash that has taken in what every build depends on: the compiler and the linker that their names mean now (a wrapper
 * in the search path is another one), the environment that compilers read, and all files of the firmware.
 * @returns undefined without a compiler
 */
export function buildHash(compiler: Compiler): Hash | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const hash = createHash('sha256');
  for (const program of [compiler, compiler.replace(/gcc$/, 'ld')]) {
    const file = folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
    if (file === undefined) return undefined;
    const { size, mtimeMs } = statSync(file);
    hash.update(`${realpathSync(file)} ${size} ${mtimeMs}\0`);
  }
  for (const name of Object.keys(process.env).sort()) {
    if (ENVIRONMENT.test(name)) hash.update(`${name}=${process.env[name]}\0`);
  }
  for (const file of readdirSync(FIRMWARE_FOLDER, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(FIRMWARE_FOLDER, file);
    if (statSync(path).isFile()) hash.update(`${file}\0`).update(readFileSync(path)).update('\0');
  }
  return hash;
}

/** Makes a folder beside its place and moves it there whole: others may make the same at this moment. */
export async function keepWhole(folder: string, fill: (beside: string) => Promise<void>): Promise<void> {
  const beside = `${folder}.${process.pid}.${performance.now()}`;
  await mkdir(beside);
  await fill(beside);
  await rename(beside, folder).catch(() => rm(beside, { recursive: true, force: true }));
}

/** Removes all entries of a folder but the newest. */
export async function keepNewest(folder: string, count: number): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= count) return;
  const aged = await Promise.all(
    names.map(async (name) => {
      const found = await stat(join(folder, name)).catch(() => null);
      return { name, mtimeMs: found?.mtimeMs ?? 0 };
    }),
  );
  aged.sort((a, b) => b.mtimeMs - a.mtimeMs);
  for (const { name } of aged.slice(count)) await rm(join(folder, name), { recursive: true, force: true });
}
