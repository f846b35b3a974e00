import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, normalize, resolve } from 'node:path';
import { NeaiError } from '../shared/errors.ts';
import type { FilePlan } from '../shared/file-plan.ts';
import { runTool } from './run-tool.ts';

export const FIRMWARE_FOLDER = resolve(import.meta.dirname, '../../firmware');
const CONFIGURE_TIMEOUT_MS = 60_000;
const COMPILE_TIMEOUT_MS = 300_000;
/** Lines of the compiler's output that go into an error. */
const EVIDENCE_LINES = 12;

/** Writes every planned file below a folder. */
export async function writePlan(plan: FilePlan, folder: string): Promise<void> {
  for (const { path, content } of plan) {
    const place = normalize(path);
    if (isAbsolute(place) || place.startsWith('..')) {
      throw new NeaiError('INTERNAL', `a file plan leaves its folder: ${path}`);
    }
    await mkdir(dirname(join(folder, place)), { recursive: true });
    await writeFile(join(folder, place), content);
  }
}

/** Runs `work` in a folder that is gone afterwards. */
export async function withScratchFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'neai-build-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface CompileOptions {
  readonly plan: FilePlan;
  /** Cross compiler (Cortex-M) or the desk's own. */
  readonly cross: boolean;
  /** Variables of firmware/CMakeLists.txt. */
  readonly variables: Readonly<Record<string, string | number>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Configures and builds firmware/CMakeLists.txt around a plan, all below `folder`.
 * @returns the build folder, with libneai.a and, for a board, firmware.elf
 * @throws BUILD_TOOL_MISSING, BUILD_COMPILE_FAILED, BUILD_DOES_NOT_FIT, BUILD_TIMEOUT, INTERRUPTED
 */
export async function compile(folder: string, options: CompileOptions): Promise<string> {
  const library = join(folder, 'library');
  const build = join(folder, 'build');
  await writePlan(options.plan, library);
  const compiler = options.cross ? 'arm-none-eabi-gcc' : 'gcc';
  for (const tool of ['cmake', 'ninja', compiler]) {
    await runTool(tool, ['--version'], { timeoutMs: CONFIGURE_TIMEOUT_MS, signal: options.signal });
  }
  const variables = {
    ...options.variables,
    NEAI_LIBRARY_DIR: library,
    ...(options.cross
      ? { CMAKE_TOOLCHAIN_FILE: join(FIRMWARE_FOLDER, 'cmake/toolchain.cmake') }
      : { CMAKE_C_COMPILER: compiler }),
  };
  const defines = Object.entries(variables).map(([name, value]) => `-D${name}=${value}`);
  await step('cmake', ['-G', 'Ninja', '-S', FIRMWARE_FOLDER, '-B', build, ...defines], CONFIGURE_TIMEOUT_MS);
  await step('ninja', ['-C', build], COMPILE_TIMEOUT_MS);
  return build;

  async function step(tool: string, args: string[], timeoutMs: number): Promise<void> {
    const { exitCode, output } = await runTool(tool, args, { timeoutMs, signal: options.signal });
    if (exitCode !== 0) throw compileError(output, folder);
  }
}

function compileError(output: string, folder: string): NeaiError {
  const overflow = /region `(\w+)' overflowed by (\d+) bytes/.exec(output);
  const lines = output.split('\n').map((line) => line.replaceAll(`${folder}/`, ''));
  const first = lines.findIndex((line) => /(error|warning): |undefined reference|overflowed/i.test(line));
  const evidence = lines.slice(Math.max(0, first), Math.max(0, first) + EVIDENCE_LINES).join('\n');
  if (overflow) {
    const [, region, bytes] = overflow;
    return new NeaiError('BUILD_DOES_NOT_FIT', `${region} of the board is ${bytes} bytes too small`, {
      evidence,
    });
  }
  return new NeaiError('BUILD_COMPILE_FAILED', 'the sources do not compile and link', { evidence });
}
