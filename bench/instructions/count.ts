import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { API_V2 } from '../../src/engine/codegen/api/v2.ts';
import { configSource } from '../../src/engine/codegen/config-source.ts';
import { librarySources } from '../../src/engine/codegen/sources.ts';
import type { Library } from '../../src/engine/library.ts';
import { readElf } from '../../src/host/elf.ts';
import { sectionSizes } from '../../src/host/section-sizes.ts';
import { runBareCore } from '../../src/virtual/bare-core.ts';
import type { CpuModel } from '../../src/virtual/core-models.ts';
import { compilerOf } from '../../test/parity/build.ts';

const ENGINE = join(import.meta.dirname, '../../src/engine');
const DEADLINE_INSTRUCTIONS = 4e9;
/** Learns of the two runs whose difference is counted: the first is past every warm-up and fills most stores. */
const LEARNS = [40, 80] as const;

/** What a library costs on a core. */
export interface Cost {
  readonly learnInstructions: number;
  /** Code and constants, in bytes, and variables with an initial value. */
  readonly flashBytes: number;
  /** .data, .bss and .neai. */
  readonly staticRamBytes: number;
  /** Deepest stack of initialize, learn and detect. */
  readonly stackBytes: number;
}

/** Compiles libraries for one core, each kernel once, and counts what a learn takes. */
export class LearnCounter {
  readonly #core: CpuModel;
  readonly #folder: string;
  readonly #compiler: ReturnType<typeof compilerOf>;
  readonly #objects = new Map<string, Promise<string>>();

  constructor(core: CpuModel, folder: string) {
    this.#core = core;
    this.#folder = join(folder, core);
    this.#compiler = compilerOf(core);
  }

  /** @param signals of the library's shape, learnt over and over */
  async cost(library: Library, signals: readonly Float32Array[]): Promise<Cost> {
    const folder = join(this.#folder, library.id);
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'NanoEdgeAI.h'),
      API_V2.header(library, { limitedTo: [], hasKnowledge: false }),
    );
    await writeFile(join(folder, 'library_config.c'), configSource(library));
    const shared: string[] = [];
    for (const { from, name } of librarySources(library, API_V2)) shared.push(await this.#source(from, name));
    const kernels = await Promise.all(
      shared
        .filter((name) => name.endsWith('.c') && !name.endsWith('neai_api.c'))
        .map((c) => this.#object(c)),
    );
    const own = await Promise.all(
      [join(folder, 'library_config.c'), join(this.#folder, 'neai_api.c')].map((c) =>
        this.#compile(c, folder),
      ),
    );
    const main = await this.#compile(join(import.meta.dirname, 'bare-main.c'), folder);
    const elf = join(folder, 'bench.elf');
    const { compiler, flags } = await this.#compiler;
    const script = join(import.meta.dirname, 'bare.ld');
    const link = ['-nostartfiles', '--specs=nano.specs', '-T', script];
    await execa(compiler, [...flags, ...kernels, ...own, main, ...link, '-o', elf]);
    let flashBytes = 0;
    let staticRamBytes = 0;
    for (const object of [...kernels, ...own]) {
      const { text, rodata, data, bss, neai } = sectionSizes(readElf(await readFile(object), object));
      flashBytes += text + rodata + data;
      staticRamBytes += data + bss + neai;
    }
    const image = await readFile(elf);
    const [short, long] = LEARNS.map((learns) => this.#run(image, learns, signals));
    return {
      learnInstructions: Math.round((long!.instructions - short!.instructions) / (LEARNS[1] - LEARNS[0])),
      flashBytes,
      staticRamBytes,
      stackBytes: Math.max(short!.stackBytes, long!.stackBytes),
    };
  }

  #run(elf: Uint8Array, learns: number, signals: readonly Float32Array[]) {
    const values = signals[0]!.length;
    const words = new Float32Array(3 + signals.length * values);
    new Uint32Array(words.buffer).set([learns, signals.length, values]);
    signals.forEach((signal, i) => {
      words.set(signal, 3 + i * values);
    });
    const { output, instructions, breakpoint } = runBareCore({
      model: this.#core,
      elf,
      input: { symbol: 'neai_mailbox_in', bytes: new Uint8Array(words.buffer) },
      output: 'neai_mailbox_out',
      deadlineInstructions: DEADLINE_INSTRUCTIONS,
    });
    const [similarity, stackBytes] = new Uint32Array(output.slice().buffer);
    if (breakpoint !== 0xab || similarity! > 100) throw new Error(`the program answered ${similarity}`);
    return { instructions, stackBytes: stackBytes! };
  }

  async #source(from: string, name: string): Promise<string> {
    const file = join(this.#folder, name);
    await writeFile(file, await readFile(join(ENGINE, from)));
    return file;
  }

  #object(source: string): Promise<string> {
    const known = this.#objects.get(source);
    if (known !== undefined) return known;
    const made = this.#compile(source, this.#folder);
    this.#objects.set(source, made);
    return made;
  }

  async #compile(source: string, include: string): Promise<string> {
    const { compiler, flags } = await this.#compiler;
    const object = join(include, `${source.slice(source.lastIndexOf('/') + 1)}.o`);
    await execa(compiler, [...flags, `-I${include}`, `-I${this.#folder}`, '-c', source, '-o', object]);
    return object;
  }
}
