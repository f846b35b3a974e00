import { NeaiError } from '../../shared/errors.ts';
import { runInSandbox, type SandboxOptions, type SandboxResult } from './sandbox.ts';

/** The one JSON document that a program answers a call with. */
export interface ProgramAnswer {
  /** Id that it calls itself by; null where it does not. */
  readonly version: string | null;
  readonly results: readonly unknown[];
}

/**
 * Half an answer with status 0, text on standard output, and an object that lacks its parts are all the same failure.
 * @throws VENDOR_EMULATOR_FAILED
 */
export function parseAnswer(words: readonly string[], { exitCode, output }: SandboxResult): ProgramAnswer {
  const fail = (why: string): never => {
    throw new NeaiError('VENDOR_EMULATOR_FAILED', `the emulator ${why}`, {
      asked: words.join(' '),
      got: `status ${exitCode}: ${output.trim().slice(0, 600)}`,
    });
  };
  if (exitCode !== 0) return fail('has refused the call');
  let document: unknown;
  try {
    document = JSON.parse(output);
  } catch {
    return fail('answered something that is no JSON');
  }
  const { version, lib_id, results } = (document ?? {}) as Record<string, unknown>;
  if (!Array.isArray(results)) return fail('answered without results');
  const named = version ?? lib_id;
  return { version: typeof named === 'string' ? named : null, results };
}

/** The verbs that a program lists when it is called without any. */
export async function listedVerbs(program: string, options: SandboxOptions): Promise<string[]> {
  const { output } = await runInSandbox([`./${program}`], options);
  return [...output.matchAll(/^\s*((?:NanoEdgeAI|neai)_\w+)\s*$/gm)].map((match) => match[1]!);
}
