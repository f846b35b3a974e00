import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { generateClassifier } from '../../src/engine/classification/codegen/generate-classifier.ts';
import {
  CLASSIFICATION_SOURCES,
  classModelSource,
  classModelSymbol,
} from '../../src/engine/classification/codegen/sources.ts';
import type { ClassificationLibrary } from '../../src/engine/classification/library.ts';
import { CLASS_MODELS } from '../../src/engine/classification/models/registry.ts';
import { memberDispatch } from '../../src/engine/codegen/members.ts';
import {
  type KernelSource,
  modelSources,
  modelSymbol,
  RUNTIME_SOURCES,
  transformSources,
  transformSymbol,
} from '../../src/engine/codegen/sources.ts';
import { generateLibrary, type Library } from '../../src/engine/index.ts';
import { MODELS } from '../../src/engine/models/registry.ts';
import { SINGLE_MODELS } from '../../src/engine/models/singles.ts';
import { TRANSFORMS } from '../../src/engine/transforms/registry.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ENGINE = join(ROOT, 'src/engine');
const DISPATCH = join(ROOT, 'test/parity/dispatch');

/** Text of a C file of the engine. */
const kernelText = (path: string): Promise<string> => readFile(join(ENGINE, path), 'utf8');

/** Compiler and flags of a core as firmware/cmake/flags.cmake has them. */
export async function compilerOf(core: string): Promise<{ compiler: string; flags: string[] }> {
  const script = join(ROOT, 'firmware/cmake/print-flags.cmake');
  const { stdout } = await execa('cmake', [`-DNEAI_CORE=${core}`, '-P', script]);
  const [compiler, ...flags] = stdout.split('\n').filter((line) => line !== '');
  return { compiler: compiler!, flags };
}

/** Entry `byte` of the table of CRC-32C: what the register holds after eight steps from that byte. */
function crcEntry(byte: number): number {
  return Array.from({ length: 8 }).reduce<number>(
    (crc) => (crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1),
    byte,
  );
}

/** The tables from registry order to kernels, and that of the checksum. */
function kernelTables(): string {
  const checksums = Array.from({ length: 256 }, (_, byte) => `${crcEntry(byte) >>> 0}u`);
  const stages = TRANSFORMS.map(transformSymbol);
  const models = MODELS.map(modelSymbol);
  const classes = CLASS_MODELS.map(classModelSymbol);
  return `#include "parity.h"
#include "neai_members.h"
${memberDispatch(SINGLE_MODELS)}
${stages.map((name) => `NEAI_STAGE_KERNEL(${name});`).join('\n')}
${models.map((name) => `NEAI_MODEL_KERNELS(${name});`).join('\n')}
${classes.map((name) => `NEAI_CLASS_KERNEL(${name});`).join('\n')}
const parity_stage_kernel parity_stage_kernels[] = {${stages.join(', ')}};
const parity_model_kernels parity_all_models[] = {
${models.map((name) => `    {${name}_learn, ${name}_score},`).join('\n')}
};
const parity_class_kernel parity_class_kernels[] = {${classes.join(', ')}};
const uint32_t parity_crc_table[256] = {${checksums.join(', ')}};
`;
}

/** The two compilers that this computer's programs come from. */
export type HostCompiler = 'gcc' | 'clang';

/** A program around the kernels other than the core's usual one. */
export interface DispatchMain {
  /** C file of dispatch/. */
  readonly source: string;
  readonly linkFlags: readonly string[];
}

export interface DispatchOptions {
  readonly core: string;
  readonly outDir: string;
  /** Appended to the project's flags: another optimisation, or something planted that the tests have to find. */
  readonly extraFlags?: readonly string[];
  /** Of core `host`; default gcc. */
  readonly hostCompiler?: HostCompiler;
  readonly main?: DispatchMain;
}

/** Where and with which parts a core's program is linked, unless told otherwise. */
function usualMain(core: string): DispatchMain {
  // without optimisation even sqrtf is a call
  if (core === 'host') return { source: 'host-main.c', linkFlags: ['-lm'] };
  return { source: 'bare-main.c', linkFlags: ['-T', join(DISPATCH, 'bare.ld')] };
}

/** Compiles every kernel once, with taps, into one program for a core; returns the path of the ELF. */
export async function buildDispatch(options: DispatchOptions): Promise<string> {
  const { core, outDir, extraFlags = [], hostCompiler = 'gcc', main = usualMain(core) } = options;
  const sources: KernelSource[] = [
    ...RUNTIME_SOURCES,
    ...TRANSFORMS.flatMap(transformSources),
    ...MODELS.flatMap(modelSources),
    ...CLASSIFICATION_SOURCES,
    ...CLASS_MODELS.map(classModelSource),
  ];
  const unique = new Map(sources.map((source) => [source.name, source.from]));
  await mkdir(outDir, { recursive: true });
  await Promise.all(
    [...unique].map(async ([name, from]) => writeFile(join(outDir, name), await kernelText(from))),
  );
  await writeFile(join(outDir, 'kernel_tables.c'), kernelTables());
  const own = ['parity.c', 'classifier.c', main.source].map((name) => join(DISPATCH, name));
  const files = [...unique.keys(), 'kernel_tables.c'].filter((name) => name.endsWith('.c'));
  const { compiler, flags } = await compilerOf(core);
  const link = [...(core === 'host' ? [] : ['-nostartfiles', '--specs=nano.specs']), ...main.linkFlags];
  const out = join(outDir, 'parity.elf');
  const isClang = core === 'host' && hostCompiler === 'clang';
  await execa(
    isClang ? 'clang' : compiler,
    [
      // the strict form of this warning is gcc's alone
      ...flags.map((flag) => (isClang && flag === '-Wcast-align=strict' ? '-Wcast-align' : flag)),
      // nobody debugs these programs, and debug information is half of the time
      '-g0',
      ...extraFlags,
      '-DNEAI_TAPS',
      `-I${outDir}`,
      `-I${DISPATCH}`,
      ...files,
      ...own,
      ...link,
      '-o',
      out,
    ],
    { cwd: outDir },
  );
  return out;
}

/** Writes the files of a generated library below a folder; returns the C files, relative to it. */
export async function writeLibrary(
  library: Library | ClassificationLibrary,
  folder: string,
): Promise<string[]> {
  const kernelSources = (path: string): string => readFileSync(join(ENGINE, path), 'utf8');
  const plan =
    library.kind === 'classification'
      ? generateClassifier(library, { kernelSources })
      : generateLibrary(library, { kernelSources });
  for (const { path, content } of plan) {
    const to = join(folder, path);
    await mkdir(dirname(to), { recursive: true });
    await writeFile(to, content);
  }
  return plan.map(({ path }) => path).filter((path) => path.startsWith('sources/') && path.endsWith('.c'));
}
