import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FirmwareCache } from '../../harness/broker/firmware-cache.ts';
import type { Board } from '../../src/boards/schema.ts';
import { buildFirmware } from '../../src/host/build.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { loadLibrary } from '../../src/studio/load-library.ts';
import { trivialLibrary } from '../../test/host/trivial-library.ts';

const FIXTURE = resolve(import.meta.dirname, '../../scenarios/fixtures/gearbox-3x64');
/** Three pages of 2 KB with the header, five of 1 KB. */
const WIDE_WORDS = 1150;
const WIDE_SHAPE = { axes: 1, bufferSize: 8 };

/** A firmware whose knowledge is stored, and what it learns. */
export interface Subject {
  readonly elf: string;
  readonly nextSignal: () => Float32Array;
  close(): void;
}

/** The library that all boards run, less than a page of knowledge, and its regular lines over and over. */
export async function sharedLibrary(board: Board, signal: AbortSignal): Promise<Subject> {
  const library = await loadLibrary(FIXTURE);
  const { elf } = await new FirmwareCache(signal).get(library, board.id);
  const lines = readFileSync(join(FIXTURE, 'regular.csv'), 'utf8').trim().split('\n');
  const signals = lines.map((line) => Float32Array.from(line.split(' '), Number));
  let next = 0;
  return { elf, nextSignal: () => signals[next++ % signals.length]!, close: () => undefined };
}

/** Knowledge of several pages, of which every learn changes every word: pages of two backups never make one. */
export async function wideLibrary(board: Board, signal: AbortSignal): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'neai-wide-'));
  const plan = trivialLibrary({
    ...WIDE_SHAPE,
    knowledgeWords: WIDE_WORDS,
    onLearn: `for (uint32_t i = 2; i < ${WIDE_WORDS}u; i++) { knowledge[i] = knowledge[i] * 1664525u + i; }`,
  }).map(({ path, content }) => ({
    path,
    // As the generator writes it: only a library that tells the first word of its knowledge is loaded at boot.
    content: String(content).replace('#define NB_AXES', '#define NEAI_KNOWLEDGE_VERSION 1u\n#define NB_AXES'),
  }));
  const { elf } = await buildFirmware(plan, { board, shape: WIDE_SHAPE, outDir: folder, signal });
  const random = seededRandom(1);
  return {
    elf,
    nextSignal: () => Float32Array.from({ length: WIDE_SHAPE.bufferSize }, () => random.normal()),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
