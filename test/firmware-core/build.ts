import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

const ROOT = join(import.meta.dirname, '../..');
const CORE = join(ROOT, 'firmware/core');
const HERE = import.meta.dirname;

/** Compiles C for this computer with the flags of the house. @returns path of the program */
async function compile(sources: string[], extra: string[]): Promise<string> {
  const flags = await execa('cmake', [
    '-DNEAI_CORE=host',
    '-P',
    join(ROOT, 'firmware/cmake/print-flags.cmake'),
  ]);
  const [compiler, ...options] = flags.stdout.split('\n');
  const program = join(await mkdtemp(join(tmpdir(), 'neai-core-')), 'program');
  const includes = [CORE, join(ROOT, 'firmware/generated')].map((folder) => `-I${folder}`);
  await execa(compiler!, [...options, ...includes, ...extra, ...sources, '-o', program]);
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

/** Receiver and sender alone: firmware/core/frame.c as a filter. */
export async function buildFrameTool(): Promise<string> {
  return compile(
    ['frame.c', 'crc32c.c'].map((name) => join(CORE, name)).concat(join(HERE, 'frame-tool.c')),
    [],
  );
}
