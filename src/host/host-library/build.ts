import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FIRMWARE_FOLDER } from '../compile.ts';
import type { CompileLibraryOptions } from '../compiled-library.ts';
import { compiledOnce, keyOf } from '../compiled-once.ts';
import { inTurn } from '../in-turn.ts';
import { compilerRun, hostFlags, layHeaders } from '../library-compiler.ts';

const COMPILER = 'gcc';
export interface HostProgram {
  /** Absolute path of the program. */
  readonly path: string;
  /** As the compiler names itself. */
  readonly compiler: string;
}

/**
 * Compiles a generated library with this computer's compiler, under the project's own flags, into a program that speaks
 * calls (driver.c). What was compiled in the folder before is not compiled again.
 * @throws BUILD_TOOL_MISSING, BUILD_COMPILE_FAILED, BUILD_TIMEOUT, INTERRUPTED
 */
export async function buildHostProgram(options: CompileLibraryOptions): Promise<HostProgram> {
  const { plan, taps, folder, signal } = options;
  const run = compilerRun('the library does not compile for this computer', signal);
  const version = await run(COMPILER, ['--version']);
  const flags = [...(await hostFlags(run)).slice(1), ...(taps ? ['-DNEAI_TAPS'] : [])];
  const headers = plan.filter(({ path }) => path.endsWith('.h'));
  const { home, key: keyOfAll } = await layHeaders(folder, headers, version, flags);
  const own = [join(import.meta.dirname, 'driver.c'), join(FIRMWARE_FOLDER, 'core/crc32c.c')];
  const sources = [
    ...plan
      .filter(({ path }) => path.startsWith('sources/') && path.endsWith('.c'))
      .map(({ path, content }) => ({ name: path, content })),
    ...(await Promise.all(own.map(async (file) => ({ name: file, content: await readFile(file, 'utf8') })))),
  ];
  const objects = await inTurn(sources, async ({ name, content }) => {
    const key = keyOf([keyOfAll, name, content]);
    return compiledOnce(join(folder, `${key}.o`), async (object) => {
      const source = join(folder, key, 'source.c');
      await mkdir(dirname(source), { recursive: true });
      await writeFile(source, content);
      const include = [home, join(home, 'sources'), join(FIRMWARE_FOLDER, 'core')].map((path) => `-I${path}`);
      await run(COMPILER, [...flags, ...include, '-c', source, '-o', object]);
    });
  });
  const path = await compiledOnce(join(folder, `library-${keyOf(objects)}`), (program) =>
    run(COMPILER, [...objects, '-lm', '-o', program]),
  );
  return { path, compiler: version.split('\n')[0]! };
}
