import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BOARD_CORES } from '../boards/schema.ts';
import { NeaiError } from '../shared/errors.ts';
import type { FilePlan } from '../shared/file-plan.ts';
import { compile, withScratchFolder } from './compile.ts';
import { readElf } from './elf.ts';
import { type Built, keptBuild } from './kept-build.ts';
import { API_FUNCTIONS, archiveOfOneObject } from './one-object.ts';
import { runTool } from './run-tool.ts';
import { type SectionSizes, sectionSizes } from './section-sizes.ts';
import { stackBounds } from './stack-bound.ts';

/** What a library can be compiled for. */
export const CORES = [...BOARD_CORES, 'host'] as const;
export type Core = (typeof CORES)[number];

/** Of the cores, those with single-precision hardware. */
const CORES_WITH_FPU: readonly Core[] = ['cortex-m4', 'cortex-m7', 'cortex-m33'];
const TOOL_TIMEOUT_MS = 60_000;
const FLAGS_SCRIPT = resolve(import.meta.dirname, '../../firmware/cmake/print-flags.cmake');

export interface FunctionRoles {
  readonly initialize: string;
  readonly learn: string;
  readonly detect: string;
}

const ROLES: FunctionRoles = {
  initialize: 'NanoEdgeAI_initialize',
  learn: 'NanoEdgeAI_learn',
  detect: 'NanoEdgeAI_detect',
};

export interface TargetOptions {
  readonly core: Core;
  /** Hard where the core has an FPU, unless said otherwise. */
  readonly floatAbi?: 'hard' | 'soft' | undefined;
  /** On, unless said otherwise. */
  readonly shortWchar?: boolean | undefined;
  /** The compiler's own (on for Arm), unless said otherwise. */
  readonly shortEnums?: boolean | undefined;
  /** What a program calls: the six functions of API generation 2, unless said otherwise. */
  readonly functions?: readonly string[];
  /** Those of them whose stack is told apart, where they have other names than in API generation 2. */
  readonly roles?: FunctionRoles;
  /** Data that stays visible beside them and the knowledge. */
  readonly data?: readonly string[];
}

export interface BuiltLibrary {
  /** Bytes of libneai.a. */
  readonly archive: Uint8Array;
  /** First line that the compiler says of itself. */
  readonly compiler: string;
  readonly floatAbi: 'hard' | 'soft' | null;
  readonly shortWchar: boolean | null;
  readonly shortEnums: boolean | null;
  /** Flags of core and ABI. */
  readonly targetFlags: readonly string[];
  readonly languageFlags: readonly string[];
  /** Of the archive. */
  readonly sizes: SectionSizes;
  /** Of the functions with the compiler's routines that they call, unused sections dropped; null on a computer. */
  readonly linked: SectionSizes | null;
  /** Worst stack of each function by its name, in bytes. */
  readonly stackOf: Readonly<Record<string, number>>;
  /** The same of the three that matter; 0 for what the library does not have. */
  readonly stackBytes: { readonly initialize: number; readonly learn: number; readonly detect: number };
}

/**
 * Compiles a library for a core into libneai.a, one object with its functions and the knowledge in it, and measures
 * it. The same plan and options give the same bytes.
 * @throws USAGE (hard floats without an FPU), BUILD_TOOL_MISSING, BUILD_COMPILE_FAILED, BUILD_STACK_UNBOUNDED,
 *   BUILD_TIMEOUT, INTERRUPTED
 */
export async function buildLibrary(
  plan: FilePlan,
  options: TargetOptions & {
    readonly signal?: AbortSignal | undefined;
    /** Compile even what is kept of an earlier build from the same input. */
    readonly isFresh?: boolean;
  },
): Promise<BuiltLibrary> {
  const { core, signal, isFresh = false, functions = API_FUNCTIONS, roles = ROLES, data = [] } = options;
  const cross = core !== 'host';
  const compiler = cross ? 'arm-none-eabi-gcc' : 'gcc';
  const abi = abiOf(options);
  const variables = {
    NEAI_CORE: core,
    NEAI_MEASURE: 'ON',
    ...(abi.floatAbi && { NEAI_FLOAT_ABI: abi.floatAbi }),
    ...(cross && { NEAI_SHORT_WCHAR: onOff(abi.shortWchar!) }),
    ...(cross && options.shortEnums !== undefined && { NEAI_SHORT_ENUMS: onOff(options.shortEnums) }),
  };
  if (signal?.aborted) throw new NeaiError('INTERRUPTED', 'the build was interrupted');
  const make = (): Promise<Built<Facts> & { map: string }> =>
    withScratchFolder(async (folder) => {
      const build = await compile(folder, { plan, cross, variables, signal });
      const keep = ['neai_knowledge', ...data, ...(cross ? [] : ['neai_device_id'])];
      const { archive, object } = await archiveOfOneObject(build, { cross, functions, keep, signal });
      const targetFlags = await flagsOf('core', variables, signal);
      const stack = stackBounds(await callGraphs(build), functions);
      const alone = cross
        ? await linkAlone(build, archive, { compiler, functions, targetFlags, signal })
        : null;
      return {
        bytes: new Uint8Array(await readFile(archive)),
        facts: {
          ...abi,
          compiler: (await output(compiler, ['--version'], signal)).split('\n')[0]!,
          targetFlags,
          languageFlags: (await flagsOf('language', variables, signal)).filter((flag) => flag !== '-g'),
          sizes: sectionSizes(readElf(await readFile(object), object)),
          linked: alone?.sizes ?? null,
          stackOf: stack,
          stackBytes: {
            initialize: stack[roles.initialize]!,
            learn: stack[roles.learn] ?? 0,
            detect: stack[roles.detect] ?? 0,
          },
        },
        map: alone?.map ?? '',
      };
    });
  const input = { compiler, plan, options: { variables, functions, roles, data } } as const;
  const { bytes, facts } = isFresh ? await make() : await keptBuild('libraries', input, make);
  return { archive: bytes, ...facts };
}

type Facts = Omit<BuiltLibrary, 'archive'>;

const onOff = (on: boolean): string => (on ? 'ON' : 'OFF');

function abiOf({ core, floatAbi, shortWchar, shortEnums }: TargetOptions) {
  if (core === 'host') return { floatAbi: null, shortWchar: null, shortEnums: null };
  const hasFpu = CORES_WITH_FPU.includes(core);
  if (floatAbi === 'hard' && !hasFpu) {
    throw new NeaiError('USAGE', `${core} has no FPU`, {
      asked: '--float-abi hard',
      remedy: `Hard floats are for ${CORES_WITH_FPU.join(', ')}; leave --float-abi out.`,
    });
  }
  return {
    floatAbi: floatAbi ?? (hasFpu ? ('hard' as const) : ('soft' as const)),
    shortWchar: shortWchar ?? true,
    // the compiler for bare Arm has them on by itself
    shortEnums: shortEnums ?? true,
  };
}

async function output(
  tool: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const result = await runTool(tool, args, { timeoutMs: TOOL_TIMEOUT_MS, signal });
  if (result.exitCode === 0) return result.output;
  throw new NeaiError('BUILD_COMPILE_FAILED', `${tool} failed`, { evidence: result.output });
}

async function flagsOf(
  part: 'core' | 'language',
  variables: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const defines = Object.entries(variables).map(([name, value]) => `-D${name}=${value}`);
  const text = await output('cmake', [...defines, `-DNEAI_PART=${part}`, '-P', FLAGS_SCRIPT], signal);
  return text.split('\n').filter((line) => line !== '');
}

/** Texts of the call graphs that the compiler left beside the objects. */
async function callGraphs(build: string): Promise<string[]> {
  const names = await readdir(build, { recursive: true });
  const graphs = names.filter((name) => name.endsWith('.ci')).sort();
  return Promise.all(graphs.map((name) => readFile(join(build, name), 'utf8')));
}

/** Links the functions and nothing else, so that every byte of the image is theirs. @returns the linker's map too */
async function linkAlone(
  build: string,
  archive: string,
  {
    compiler,
    functions,
    targetFlags,
    signal,
  }: {
    compiler: string;
    functions: readonly string[];
    targetFlags: readonly string[];
    signal: AbortSignal | undefined;
  },
): Promise<{ readonly sizes: SectionSizes; readonly map: string }> {
  await mkdir(join(build, 'alone'));
  const image = join(build, 'alone', 'image.elf');
  const linker = ['--gc-sections', '--no-warn-rwx-segments', `-e${functions[0]!}`];
  const roots = functions.map((name) => `-u${name}`);
  const map = join(build, 'alone', 'image.map');
  const flags = [...linker, `-Map=${map}`, ...roots].map((flag) => `-Wl,${flag}`);
  await output(
    compiler,
    [...targetFlags, '-nostartfiles', '--specs=nano.specs', ...flags, archive, '-o', image],
    signal,
  );
  return { sizes: sectionSizes(readElf(await readFile(image), image)), map: await readFile(map, 'utf8') };
}
