import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildBoardFirmware } from '../../src/cli/build.ts';
import { limitsTo } from '../../src/cli/bundle/library-plan.ts';
import type { Library } from '../../src/engine/index.ts';
import { runTool } from '../../src/host/run-tool.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** Whatever can change a byte of an image: sources, linker scripts and flags, kernels and what writes the library's C. */
const SOURCES = [
  'firmware',
  'src/engine',
  'src/boards',
  'src/protocol',
  'src/host',
  'src/cli/build.ts',
  'src/cli/bundle',
];
const CACHE = join(ROOT, 'build/scenario-firmware');
const COMPILER_MS = 20_000;

export interface Firmware {
  /** Path of firmware.elf. */
  readonly elf: string;
  readonly buildId: string;
}

/** Firmware of libraries, limited to boards or not; built once for the same sources, compiler and library. */
export class FirmwareCache {
  readonly #builds = new Map<string, Promise<Firmware>>();
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** @throws BUILD_… */
  get(library: Library, board: string, limitedTo: readonly string[] = []): Promise<Firmware> {
    const key = [board, library.id, ...limitedTo].join(' ');
    let firmware = this.#builds.get(key);
    if (firmware === undefined) {
      firmware = this.#build(library, board, limitedTo);
      this.#builds.set(key, firmware);
      firmware.catch(() => this.#builds.delete(key));
    }
    return firmware;
  }

  async #build(library: Library, board: string, limitedTo: readonly string[]): Promise<Firmware> {
    const { output: compiler } = await runTool('arm-none-eabi-gcc', ['--version'], {
      timeoutMs: COMPILER_MS,
      signal: this.#signal,
    });
    const folder = join(CACHE, keyOf([compiler, board, library.id, limitedTo.join(' ')]));
    const elf = join(folder, 'firmware.elf');
    const idFile = join(folder, 'build-id');
    if (existsSync(idFile)) return { elf, buildId: readFileSync(idFile, 'utf8') };
    // Built beside its place and moved there whole: other runs may build the same at this moment.
    const temporary = `${folder}.${process.pid}`;
    mkdirSync(temporary, { recursive: true });
    const limits = limitsTo(limitedTo);
    const { buildId } = await buildBoardFirmware(library, board, temporary, this.#signal, limits);
    writeFileSync(join(temporary, 'build-id'), buildId);
    if (existsSync(idFile)) rmSync(temporary, { recursive: true });
    else renameSync(temporary, folder);
    return { elf, buildId };
  }
}

function keyOf(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part}\0`);
  for (const source of SOURCES) addTree(hash, join(ROOT, source));
  return hash.digest('hex').slice(0, 32);
}

function addTree(hash: ReturnType<typeof createHash>, path: string): void {
  const names = readNames(path);
  if (names === undefined) hash.update(`${path}\0`).update(readFileSync(path));
  else for (const name of names.sort()) addTree(hash, join(path, name));
}

/** Undefined for a file. */
function readNames(path: string): string[] | undefined {
  try {
    return readdirSync(path);
  } catch {
    return undefined;
  }
}
