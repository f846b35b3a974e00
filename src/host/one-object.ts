import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NeaiError } from '../shared/errors.ts';
import { readElf } from './elf.ts';
import { runTool } from './run-tool.ts';

const TIMEOUT_MS = 60_000;
/** What a program that links a library calls; everything else is the library's own affair. */
export const API_FUNCTIONS = [
  'NanoEdgeAI_initialize',
  'NanoEdgeAI_learn',
  'NanoEdgeAI_detect',
  'NanoEdgeAI_set_sensitivity',
  'NanoEdgeAI_get_sensitivity',
  'NanoEdgeAI_get_status',
];
const KNOWLEDGE = '.neai';

export interface ObjectOptions {
  readonly cross: boolean;
  /** What a program that links the library calls. */
  readonly functions: readonly string[];
  /** Names that stay visible beside the functions; everything else becomes local. */
  readonly keep: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes one object out of all objects of build/libneai.a, and an archive out of that, as the original's archives are:
 * inner names are local (they clash with nothing), debug information is gone, and no section but the knowledge's has a
 * name with "neai" in it, so that `arm-none-eabi-size -A libneai.a | grep neai` finds its size. Every function keeps a
 * section of its own: a linker still drops what is not called.
 * @returns paths of the archive and of the object in it
 */
export async function archiveOfOneObject(
  build: string,
  options: ObjectOptions,
): Promise<{ readonly archive: string; readonly object: string }> {
  const prefix = options.cross ? 'arm-none-eabi-' : '';
  const run = async (tool: string, args: readonly string[]): Promise<void> => {
    const { exitCode, output } = await runTool(`${prefix}${tool}`, args, {
      timeoutMs: TIMEOUT_MS,
      signal: options.signal,
    });
    if (exitCode === 0) return;
    throw new NeaiError('BUILD_COMPILE_FAILED', `${tool} cannot put the objects of the library together`, {
      evidence: output,
    });
  };
  const joined = join(build, 'joined.o');
  const object = join(build, 'library.o');
  const archive = join(build, 'one', 'libneai.a');
  await mkdir(join(build, 'one'));
  await run('ld', ['-r', '--whole-archive', join(build, 'libneai.a'), '-o', joined]);
  const { sections } = readElf(await readFile(joined), joined);
  const names = new Set(sections.map(({ name }) => name).filter((name) => name.includes('neai')));
  names.delete(KNOWLEDGE);
  await run('objcopy', [
    '--strip-debug',
    ...[...options.functions, ...options.keep].map((name) => `--keep-global-symbol=${name}`),
    ...[...names]
      .filter((name) => !/^\.rela?\./.test(name))
      .map((name) => `--rename-section=${name}=${name.replaceAll(/neai_?/g, '')}`),
    joined,
    object,
  ]);
  await run('ar', ['qcDS', archive, object]);
  await run('ranlib', ['-D', archive]);
  return { archive, object };
}
