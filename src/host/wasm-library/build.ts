import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FIRMWARE_FOLDER } from '../compile.ts';
import type { CompileLibraryOptions } from '../compiled-library.ts';
import { compiledOnce, keyOf } from '../compiled-once.ts';
import { inTurn } from '../in-turn.ts';
import { compilerRun, hostFlags, layHeaders } from '../library-compiler.ts';
import { withExports } from './exports.ts';
import { LLVM_FOLDER } from './llvm-folder.ts';

/** There is no C library for this target here, and a generated library needs nothing of one but this. */
const MATH_HEADER = '#define sqrtf __builtin_sqrtf\n';
/** The knowledge is declared in assembly, for ELF (codegen/config-source.ts): here module.c has it. */
const TARGET_FLAGS = ['--target=wasm32', '-ffreestanding', '-mbulk-memory', '-D__asm__(text)='];

const EXPORTS = [
  'signal',
  'knowledge',
  'knowledge_bytes',
  'initialize',
  'learn',
  'detect',
  'set_sensitivity',
  'learn_counter',
  'digest',
  'distance_bits',
  'score_bits',
  'trace',
].map((name) => `neai_module_${name}`);

export interface WasmBuild {
  /** The module: see module.c. */
  readonly module: Uint8Array;
  /** As the compiler names itself. */
  readonly compiler: string;
}

/**
 * Compiles a generated library to WebAssembly, under the project's own flags of language and arithmetic. What was compiled
 * in the folder before is not compiled again.
 * @throws BUILD_TOOL_MISSING, BUILD_COMPILE_FAILED, BUILD_TIMEOUT, INTERRUPTED
 */
export async function buildWasmLibrary(options: CompileLibraryOptions): Promise<WasmBuild> {
  const { plan, taps, folder, signal } = options;
  const run = compilerRun('the library does not compile to WebAssembly', signal);
  const [clang, link] = ['clang', 'llvm-link'].map((tool) => join(LLVM_FOLDER, tool)) as [string, string];
  const version = await run(clang, ['--version']);
  const flags = [
    ...TARGET_FLAGS,
    ...(await hostFlags(run, '-DNEAI_PART=language')),
    ...(taps ? ['-DNEAI_TAPS'] : []),
  ];
  const headers = [
    ...plan.filter(({ path }) => path.endsWith('.h')),
    { path: 'system/math.h', content: MATH_HEADER },
  ];
  const { home, key: keyOfAll } = await layHeaders(folder, headers, version, flags);
  const include = [home, join(home, 'sources'), join(home, 'system'), join(FIRMWARE_FOLDER, 'core')].map(
    (path) => `-I${path}`,
  );
  const own = [join(import.meta.dirname, 'module.c'), join(FIRMWARE_FOLDER, 'core/crc32c.c')];
  const sources = [
    ...plan.filter(({ path }) => path.startsWith('sources/') && path.endsWith('.c')),
    ...(await Promise.all(own.map(async (path) => ({ path, content: await readFile(path) })))),
  ];
  const units = await inTurn(sources, ({ path, content }) => {
    const key = keyOf([keyOfAll, path, content]);
    return compiledOnce(join(folder, `${key}.bc`), async (unit) => {
      const source = join(folder, key, 'source.c');
      await mkdir(dirname(source), { recursive: true });
      await writeFile(source, content);
      await run(clang, [...flags, ...include, '-emit-llvm', '-c', source, '-o', unit]);
    });
  });
  const object = await compiledOnce(join(folder, `library-${keyOf(units)}.o`), async (part) => {
    const all = `${part}.bc`;
    await run(link, [...units, '-o', all]);
    await run(clang, [...flags, '-c', all, '-o', part]);
  });
  return { module: withExports(await readFile(object), EXPORTS), compiler: version.split('\n')[0]! };
}
