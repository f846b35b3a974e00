import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { ClassificationLibrary } from '../../src/engine/classification/library.ts';
import type { Library } from '../../src/engine/index.ts';
import { writeLibrary } from '../parity/build.ts';

const ROOT = join(import.meta.dirname, '../..');
const CORE = join(ROOT, 'firmware/core');
const HERE = import.meta.dirname;

/** Everything a program here can be made of. */
async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of [
    CORE,
    join(CORE, 'host'),
    HERE,
    join(HERE, 'test-library'),
    join(HERE, 'fuzz'),
    join(ROOT, 'firmware/generated'),
  ]) {
    const names = (await readdir(folder)).filter((name) => /\.(c|h|ld)$/.test(name)).sort();
    for (const name of names) hash.update(name).update(await readFile(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Compiles C for this computer with the flags of the house. A program that was built from the same sources with the
 * same options is taken as it is, whichever test file built it.
 * @returns path of the program
 */
async function compile(sources: string[], extra: string[]): Promise<string> {
  const flags = await execa('cmake', [
    '-DNEAI_CORE=host',
    '-P',
    join(ROOT, 'firmware/cmake/print-flags.cmake'),
  ]);
  const [compiler, ...options] = flags.stdout.split('\n');
  const includes = [CORE, join(ROOT, 'firmware/generated')].map((folder) => `-I${folder}`);
  const command = [...options, ...includes, ...extra, ...sources];
  const key = createHash('sha256').update(command.join('\n')).digest('hex').slice(0, 16);
  const folder = join(ROOT, 'build/test-core');
  const program = join(folder, `${await digestOfSources()}-${key}`);
  if (await stat(program).catch(() => undefined)) return program;
  await mkdir(folder, { recursive: true });
  const fresh = join(await mkdtemp(join(folder, 'new-')), 'program');
  await execa(compiler!, [...command, '-o', fresh]);
  await rename(fresh, program);
  await rm(dirname(fresh), { recursive: true });
  return program;
}

async function coreSources(): Promise<string[]> {
  const names = await readdir(CORE);
  return names.filter((name) => name.endsWith('.c')).map((name) => join(CORE, name));
}

/**
 * The whole core over two pipes, around the library for tests (3 axes × bufferSize).
 * @param headerFolder holds another protocol.h, found before the generated one
 */
export async function buildHostCore(bufferSize = 16, headerFolder?: string): Promise<string> {
  const library = join(HERE, 'test-library');
  return compile(
    [...(await coreSources()), join(CORE, 'host/hal_host.c'), join(library, 'library.c')],
    [
      ...(headerFolder === undefined ? [] : [`-iquote${headerFolder}`]),
      `-I${library}`,
      `-DBUFFER_SIZE=${bufferSize}`,
      '-DNEAI_LONGEST_CALL_MS=200',
      `-Wl,-T,${CORE}/host/sections.ld`,
    ],
  );
}

/** The whole core around a library as the generator writes it. @param folder for the library's sources */
export async function buildHostCoreAround(
  library: Library | ClassificationLibrary,
  folder: string,
): Promise<string> {
  const sources = await writeLibrary(library, folder);
  const command = [`-I${folder}`, `-I${join(folder, 'sources')}`, '-DNEAI_LONGEST_CALL_MS=200'];
  return compile(
    [...(await coreSources()), join(CORE, 'host/hal_host.c'), ...sources.map((file) => join(folder, file))],
    [...command, `-Wl,-T,${CORE}/host/sections.ld`],
  );
}

/** Receiver and sender alone: firmware/core/frame.c as a filter. */
export async function buildFrameTool(): Promise<string> {
  return compile(
    ['frame.c', 'crc32c.c'].map((name) => join(CORE, name)).concat(join(HERE, 'frame-tool.c')),
    [],
  );
}

/** The condition by which the shipped receiver refuses a wrong CRC, and what stands for it in the copy that never does. */
const CRC_REFUSES = '|| crc != r->crc)';
const CRC_TELLS = '|| (campaign_crc_difference = crc ^ r->crc, 0))';

/**
 * Damage on the line in front of the shipped receiver, with a copy of it beside that tells the difference of the CRCs in
 * place of refusing. The copy is made here from the text of frame.c and exists in this program alone.
 */
export async function buildCampaignTool(): Promise<string> {
  const shipped = await readFile(join(CORE, 'frame.c'), 'utf8');
  if (shipped.split(CRC_REFUSES).length !== 2)
    throw new Error(`frame.c no longer says "${CRC_REFUSES}" once`);
  const names = ['frame_send', 'frame_payload_per_unit', 'receiver_take'];
  const copy = [
    '#include <stdint.h>',
    'extern uint32_t campaign_crc_difference;',
    'uint32_t campaign_crc_difference;',
    ...names.map((name) => `#define ${name} open_${name}`),
    shipped.replace(CRC_REFUSES, CRC_TELLS),
  ].join('\n');
  const digest = createHash('sha256').update(copy).digest('hex').slice(0, 16);
  const folder = join(ROOT, 'build/test-core', `open-receiver-${digest}`);
  await mkdir(folder, { recursive: true });
  const fresh = join(await mkdtemp(join(folder, 'new-')), 'open-frame.c');
  await writeFile(fresh, copy);
  await rename(fresh, join(folder, 'open-frame.c'));
  await rm(dirname(fresh), { recursive: true });
  const sources = ['frame.c', 'crc32c.c'].map((name) => join(CORE, name));
  return compile([...sources, join(HERE, 'campaign-tool.c'), join(folder, 'open-frame.c')], []);
}

/** Decoders of the core that libFuzzer tries, and the sources they are made of. */
const FUZZED = {
  frame: ['frame.c', 'crc32c.c'],
  request: ['cbor.c', 'packed.c'],
  packed: ['packed.c'],
} as const;
export type Fuzzed = keyof typeof FUZZED;
export const FUZZ_TARGETS = Object.keys(FUZZED) as Fuzzed[];

/**
 * A decoder under libFuzzer with the address and undefined-behaviour sanitizers.
 * @returns path of the program, or why it cannot be built here
 */
export async function buildFuzzer(name: Fuzzed): Promise<string | { readonly missing: string }> {
  const folder = join(ROOT, 'build/test-core');
  await mkdir(folder, { recursive: true });
  const fresh = await mkdtemp(join(folder, 'fuzz-'));
  const program = join(fresh, 'program');
  const options = ['-std=c11', '-O1', '-g', '-ffp-contract=off', '-Wall', '-Wextra', '-Werror'];
  const sanitizers = ['-fsanitize=fuzzer,address,undefined', '-fno-sanitize-recover=all'];
  const includes = [CORE, join(ROOT, 'firmware/generated')].map((path) => `-I${path}`);
  const sources = [join(HERE, `fuzz/fuzz-${name}.c`), ...FUZZED[name].map((file) => join(CORE, file))];
  const command = [...options, ...sanitizers, ...includes];
  const link = await execa('clang', [...command, '-x', 'c', '-', '-o', program], {
    input:
      '#include <stdint.h>\n#include <stddef.h>\nint LLVMFuzzerTestOneInput(const uint8_t *d, size_t n);\n' +
      'int LLVMFuzzerTestOneInput(const uint8_t *d, size_t n) { (void)d; (void)n; return 0; }\n',
    reject: false,
  });
  if (link.failed) {
    await rm(fresh, { recursive: true });
    const why =
      link.exitCode === undefined ? 'clang is not there' : String(link.stderr).trim().split('\n').at(-2);
    return { missing: `clang links no libFuzzer here (Debian: clang, libclang-rt-14-dev): ${why}` };
  }
  await execa('clang', [...command, ...sources, '-o', program]);
  const kept = join(folder, `fuzz-${name}-${await digestOfSources()}`);
  await rename(program, kept);
  await rm(fresh, { recursive: true });
  return kept;
}

/** The decoder of packed samples alone: firmware/core/packed.c as a filter. */
export async function buildPackedTool(): Promise<string> {
  return compile([join(CORE, 'packed.c'), join(HERE, 'packed-tool.c')], []);
}
