import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { compile, FIRMWARE_FOLDER, withScratchFolder } from './compile.ts';

const CACHE = resolve(import.meta.dirname, '../../build/firmware-objects');
const COMPILER = 'arm-none-eabi-gcc';

/**
 * The objects of a board's firmware that are the same around every library: all but what reads the library's header. They
 * are compiled once for the same sources and compiler and kept in build/; the linker takes them in the order of their
 * names.
 * @returns the folder with the objects; undefined where nothing can be kept, and everything is compiled each time
 * @throws what {@link compile} throws
 */
export async function firmwareObjects(board: string, signal?: AbortSignal): Promise<string | undefined> {
  const compiler = compilerFile();
  if (compiler === undefined || !(await canKeep())) return undefined;
  const folder = join(CACHE, `${board}-${keyOf(compiler)}`);
  if (existsSync(folder)) return folder;
  // Made beside its place and moved there whole: others may make the same at this moment.
  const beside = `${folder}.${process.pid}.${performance.now()}`;
  await withScratchFolder(async (scratch) => {
    const variables = { NEAI_BOARD: board, NEAI_OBJECTS_ONLY: 'ON' };
    const build = await compile(scratch, { plan: [], cross: true, variables, signal });
    const objects = join(build, 'CMakeFiles/firmware_objects.dir');
    await mkdir(beside);
    for (const name of await readdir(objects, { recursive: true })) {
      if (/\.o(bj)?$/.test(name)) {
        await copyFile(join(objects, name), join(beside, name.replaceAll('/', '-').replace(/obj$/, 'o')));
      }
    }
  });
  await rename(beside, folder).catch(() => rm(beside, { recursive: true, force: true }));
  return folder;
}

/** A checkout that belongs to somebody else is compiled in scratch folders alone. */
async function canKeep(): Promise<boolean> {
  try {
    await mkdir(CACHE, { recursive: true });
    accessSync(CACHE, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The program that the name of the compiler means now: a wrapper in the search path is another one. */
function compilerFile(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, COMPILER)).find((file) => existsSync(file));
}

function keyOf(compiler: string): string {
  const { size, mtimeMs } = statSync(compiler);
  const hash = createHash('sha256').update(`${realpathSync(compiler)} ${size} ${mtimeMs}\0`);
  for (const file of readdirSync(FIRMWARE_FOLDER, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(FIRMWARE_FOLDER, file);
    if (statSync(path).isFile()) hash.update(`${file}\0`).update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex').slice(0, 32);
}
