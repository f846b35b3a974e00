import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { NeaiError } from '../../shared/errors.ts';
import { writePlan } from '../compile.ts';
import type { CompileLibraryOptions } from '../compiled-library.ts';
import { compiledOnce, keyOf } from '../compiled-once.ts';
import { inTurn } from '../in-turn.ts';
import { runTool } from '../run-tool.ts';

const COMPILER = 'gcc';
const TIMEOUT_MS = 120_000;
const FIRMWARE = resolve(import.meta.dirname, '../../../firmware');
const FLAGS_SCRIPT = join(FIRMWARE, 'cmake/print-flags.cmake');
/** Lines of the compiler's output that go into an error. */
const EVIDENCE_LINES = 12;

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
  const limits = { timeoutMs: TIMEOUT_MS, ...(signal && { signal }) };
  const version = await run(COMPILER, ['--version'], limits);
  const flags = (await run('cmake', ['-DNEAI_CORE=host', '-P', FLAGS_SCRIPT], limits))
    .split('\n')
    .filter((line) => line !== '' && line !== '-g')
    .slice(1);
  if (taps) flags.push('-DNEAI_TAPS');
  const headers = plan.filter(({ path }) => path.endsWith('.h'));
  const keyOfAll = keyOf([version, ...flags, ...headers.flatMap(({ path, content }) => [path, content])]);
  const home = join(folder, `headers-${keyOfAll}`);
  await writePlan(headers, home);
  const own = ['driver.c', '../../../firmware/core/crc32c.c'].map((name) =>
    resolve(import.meta.dirname, name),
  );
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
      const include = [home, join(home, 'sources'), join(FIRMWARE, 'core')].map((path) => `-I${path}`);
      await run(COMPILER, [...flags, ...include, '-c', source, '-o', object], limits);
    });
  });
  const path = await compiledOnce(join(folder, `library-${keyOf(objects)}`), (program) =>
    run(COMPILER, [...objects, '-lm', '-o', program], limits),
  );
  return { path, compiler: version.split('\n')[0]! };
}

async function run(
  tool: string,
  args: readonly string[],
  limits: { timeoutMs: number; signal?: AbortSignal },
): Promise<string> {
  const { exitCode, output } = await runTool(tool, args, limits);
  if (exitCode === 0) return output;
  const evidence = output.split('\n').slice(0, EVIDENCE_LINES).join('\n');
  throw new NeaiError('BUILD_COMPILE_FAILED', 'the library does not compile for this computer', { evidence });
}
