import { basename } from 'node:path';
import { execa } from 'execa';
import { NeaiError } from '../shared/errors.ts';

/** Distribution packages (Debian 12) of the programs that builds call. */
const PACKAGES: Record<string, string> = {
  cmake: 'cmake',
  ninja: 'ninja-build',
  gcc: 'gcc',
  'arm-none-eabi-gcc': 'gcc-arm-none-eabi and libnewlib-arm-none-eabi',
  'arm-none-eabi-ld': 'binutils-arm-none-eabi',
  'arm-none-eabi-objcopy': 'binutils-arm-none-eabi',
  ld: 'binutils',
  objcopy: 'binutils',
  clang: 'clang and llvm of one version (NEAI_LLVM names another folder of them)',
  'llvm-link': 'clang and llvm of one version (NEAI_LLVM names another folder of them)',
};

export interface ToolResult {
  readonly exitCode: number;
  /** Standard output and standard error, in the order they came. */
  readonly output: string;
}

export interface ToolOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a program to its end. @throws BUILD_TOOL_MISSING, BUILD_TIMEOUT, INTERRUPTED */
export async function runTool(
  file: string,
  args: readonly string[],
  options: ToolOptions,
): Promise<ToolResult> {
  const result = await execa(file, args, {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: options.timeoutMs,
    ...(options.signal ? { cancelSignal: options.signal } : {}),
    // Messages are read by a program here; they must not depend on who runs it.
    env: { LC_ALL: 'C' },
  });
  const asked = [file, ...args].join(' ');
  if (result.isCanceled) throw new NeaiError('INTERRUPTED', `${file} was interrupted`, { asked });
  if (result.timedOut) {
    throw new NeaiError('BUILD_TIMEOUT', `${file} did not end within ${options.timeoutMs} ms`, { asked });
  }
  if (result.code === 'ENOENT') {
    throw new NeaiError('BUILD_TOOL_MISSING', `the program ${file} is not installed`, {
      remedy: `Run npm run setup, or install ${PACKAGES[basename(file)] ?? file}.`,
    });
  }
  return { exitCode: result.exitCode ?? -1, output: result.all };
}
