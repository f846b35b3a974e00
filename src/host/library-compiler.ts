import { join } from 'node:path';
import { NeaiError } from '../shared/errors.ts';
import type { FilePlan } from '../shared/file-plan.ts';
import { FIRMWARE_FOLDER, writePlan } from './compile.ts';
import { keyOf } from './compiled-once.ts';
import { runTool } from './run-tool.ts';

const TIMEOUT_MS = 120_000;
const FLAGS_SCRIPT = join(FIRMWARE_FOLDER, 'cmake/print-flags.cmake');
/** Lines of the compiler's output that go into an error. */
const EVIDENCE_LINES = 12;

/** Runs a tool to its end and gives what it printed. */
export type Run = (tool: string, args: readonly string[]) => Promise<string>;

/**
 * Tools that compile a generated library for something that runs on this computer.
 * @param failure what is said when one of them refuses
 * @returns what runs them; it throws BUILD_TOOL_MISSING, BUILD_COMPILE_FAILED, BUILD_TIMEOUT, INTERRUPTED
 */
export function compilerRun(failure: string, signal: AbortSignal | undefined): Run {
  const limits = { timeoutMs: TIMEOUT_MS, ...(signal && { signal }) };
  return async (tool, args) => {
    const { exitCode, output } = await runTool(tool, args, limits);
    if (exitCode === 0) return output;
    const evidence = output.split('\n').slice(0, EVIDENCE_LINES).join('\n');
    throw new NeaiError('BUILD_COMPILE_FAILED', failure, { evidence });
  };
}

/** The project's own flags for this computer, without debug information; `defines` choose a part of them. */
export async function hostFlags(run: Run, ...defines: string[]): Promise<string[]> {
  const printed = await run('cmake', ['-DNEAI_CORE=host', ...defines, '-P', FLAGS_SCRIPT]);
  return printed.split('\n').filter((line) => line !== '' && line !== '-g');
}

/**
 * Lays the headers of a library where sources include them.
 * @param version of the compiler, as it names itself
 * @returns the folder, and the key of everything but the sources that objects depend on
 */
export async function layHeaders(
  folder: string,
  headers: FilePlan,
  version: string,
  flags: readonly string[],
): Promise<{ readonly home: string; readonly key: string }> {
  const key = keyOf([version, ...flags, ...headers.flatMap(({ path, content }) => [path, content])]);
  const home = join(folder, `headers-${key}`);
  await writePlan(headers, home);
  return { home, key };
}
