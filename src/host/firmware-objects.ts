import { existsSync } from 'node:fs';
import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compile, withScratchFolder } from './compile.ts';
import { buildHash, keepingFolder, keepWhole } from './keeping.ts';

/**
 * The objects of a board's firmware that are the same around every library: all but what reads the library's header. They
 * are compiled once for the same sources, compiler and float ABI and kept in build/; the linker takes them in the order of
 * their names.
 * @param abi NEAI_FLOAT_ABI of firmware/CMakeLists.txt; nothing: that of the board's core
 * @returns the folder with the objects; undefined where nothing can be kept, and everything is compiled each time
 * @throws what {@link compile} throws
 */
export async function firmwareObjects(
  board: string,
  abi: { readonly NEAI_FLOAT_ABI?: string | number },
  signal?: AbortSignal,
): Promise<string | undefined> {
  const hash = buildHash('arm-none-eabi-gcc');
  const cache = await keepingFolder('firmware-objects');
  if (hash === undefined || cache === undefined) return undefined;
  const key = hash.update(JSON.stringify(abi)).digest('hex').slice(0, 32);
  const folder = join(cache, `${board}-${key}`);
  if (existsSync(folder)) return folder;
  await withScratchFolder(async (scratch) => {
    const variables = { NEAI_BOARD: board, NEAI_OBJECTS_ONLY: 'ON', ...abi };
    const build = await compile(scratch, { plan: [], cross: true, variables, signal });
    const objects = join(build, 'CMakeFiles/firmware_objects.dir');
    await keepWhole(folder, async (beside) => {
      for (const name of await readdir(objects, { recursive: true })) {
        if (/\.o(bj)?$/.test(name)) {
          await copyFile(join(objects, name), join(beside, name.replaceAll('/', '-').replace(/obj$/, 'o')));
        }
      }
    });
  });
  return folder;
}
