import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { API_V2 } from '../src/engine/codegen/api/v2.ts';
import {
  PRICED_CORES,
  type PricedCore,
  type PricedPart,
  tableBytes,
} from '../src/engine/codegen/flash-price.ts';
import { generateLibrary } from '../src/engine/codegen/generate-library.ts';
import { layOut } from '../src/engine/codegen/layout.ts';
import { memberDispatch } from '../src/engine/codegen/members.ts';
import {
  apiSources,
  modelSources,
  RUNTIME_SOURCES,
  transformSources,
} from '../src/engine/codegen/sources.ts';
import { createLibrary, libraryShape } from '../src/engine/library.ts';
import { MODELS } from '../src/engine/models/registry.ts';
import { SINGLE_MODELS } from '../src/engine/models/singles.ts';
import { floatToHex } from '../src/engine/numeric/f32.ts';
import { TRANSFORMS } from '../src/engine/transforms/registry.ts';
import { stackBounds } from '../src/host/stack-bound.ts';
import type { FilePlan } from '../src/shared/file-plan.ts';
import { framesAlone, functionsOf, stackAbovePointers } from './measure-stack.ts';

const GCC = 'arm-none-eabi-gcc';
const FLAGS_SCRIPT = join(import.meta.dirname, '../firmware/cmake/print-flags.cmake');
/** Every library has it whole. */
const RUNTIME = 'kernels/neai_runtime.c';
const API = ['initialize', 'learn', 'detect', 'set_sensitivity', 'get_sensitivity', 'get_status'].map(
  (name) => `NanoEdgeAI_${name}`,
);

const ofKernels = [...TRANSFORMS.flatMap(transformSources), ...MODELS.flatMap(modelSources)].map(
  ({ from }) => from,
);
const ofApi = apiSources(API_V2).map(({ from }) => from);
const ofRuntime = [...RUNTIME_SOURCES, ...apiSources(API_V2)].map(({ from }) => from);
/** Everything that the prices depend on, relative to src/engine. */
export const PRICED_SOURCES: readonly string[] = [...new Set([...ofKernels, ...ofRuntime])];

/** The way to the members of models that are made of models, as the code generator writes it. */
const MEMBERS = 'members.c';

const isKernel = (from: string): boolean => from.endsWith('/kernel.c');
const KERNELS = PRICED_SOURCES.filter(isKernel);
/** Files of which a linker takes the functions that are used. */
const HELPERS = PRICED_SOURCES.filter(
  (from) => from.endsWith('.c') && !isKernel(from) && from !== RUNTIME && !ofApi.includes(from),
);

/** The library whose size, less the prices of its parts, is what every library has. */
function sampleLibrary() {
  const shape = { axes: 1, length: 64 };
  const pooled = TRANSFORMS.find(({ name }) => name === 'pooled')!;
  return createLibrary(
    {
      format: 'neai-library',
      formatVersion: 1,
      kind: 'anomaly-detection',
      axes: shape.axes,
      bufferSize: shape.length,
      pipeline: [{ transform: pooled.name, params: pooled.searchSpace(shape)[0]! as never }],
      model: { name: 'diag', params: {} },
      calibration: { scale: floatToHex(1), width: floatToHex(2) },
      detectFloor: 20,
      minimumLearningIterations: 20,
    },
    null,
  );
}

/** Prices of one core. */
interface Column {
  readonly bytes: Map<string, number>;
  readonly uses: Map<string, Set<string>>;
  readonly stack: Map<string, number>;
}

/** Compiles every part for every core. @param texts of PRICED_SOURCES */
export async function measureParts(texts: ReadonlyMap<string, string>): Promise<Record<string, PricedPart>> {
  const folder = await mkdtemp(join(tmpdir(), 'neai-flash-prices-'));
  try {
    for (const [from, text] of texts) {
      await writeFile(join(folder, from.endsWith('.h') ? from.split('/').at(-1)! : unitOf(from)), text);
    }
    const members = `#include "neai_members.h"\n${memberDispatch(SINGLE_MODELS)}`;
    await writeFile(join(folder, MEMBERS), members);
    const plan = generateLibrary(sampleLibrary(), { kernelSources: (path) => texts.get(path)! }).filter(
      ({ path }) => path.startsWith('sources/') || path === 'NanoEdgeAI.h',
    );
    const columns: Column[] = [];
    for (const core of PRICED_CORES) columns.push(await new CoreMeasure(folder, core).run(plan));
    return tableOf(columns);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const unitOf = (from: string): string => from.replaceAll('/', '_');

function tableOf(columns: readonly Column[]): Record<string, PricedPart> {
  const names = [...new Set(columns.flatMap(({ bytes }) => [...bytes.keys()]))].sort();
  const bytesOf = (name: string): number[] => columns.map(({ bytes }) => bytes.get(name) ?? 0);
  // what every library has anyway costs nothing more
  const stackOf = (name: string): number[] => columns.map(({ stack }) => stack.get(name) ?? 0);
  const priced = names.filter((name) => [...bytesOf(name), ...stackOf(name)].some((bytes) => bytes !== 0));
  const usesOf = (name: string): string[] =>
    [...new Set(columns.flatMap(({ uses }) => [...(uses.get(name) ?? [])]))]
      .filter((used) => priced.includes(used))
      .sort();
  return Object.fromEntries(
    priced.map((name) => [name, { bytes: bytesOf(name), stack: stackOf(name), uses: usesOf(name) }]),
  );
}

class CoreMeasure {
  readonly #folder: string;
  readonly #core: PricedCore;
  readonly #column: Column = { bytes: new Map(), uses: new Map(), stack: new Map() };
  /** Call graphs of the helpers, by file. */
  readonly #helpers = new Map<string, string>();
  #flags: string[] = [];

  constructor(folder: string, core: PricedCore) {
    this.#folder = folder;
    this.#core = core;
  }

  async run(plan: FilePlan): Promise<Column> {
    const { bytes, uses, stack } = this.#column;
    const { all } = await execa('cmake', [`-DNEAI_CORE=${this.#core}`, '-P', FLAGS_SCRIPT], { all: true });
    this.#flags = all.split('\n').slice(1);
    for (const from of HELPERS) await this.#priceHelper(from);
    const between = framesAlone(await callGraph(await this.#compile(this.#folder, MEMBERS)));
    for (const from of KERNELS) {
      const object = await this.#compile(this.#folder, unitOf(from));
      bytes.set(from, sizeOf(await this.#tool('size', object)));
      uses.set(from, new Set(words(await this.#tool('nm', '-u', '-j', object))));
      stack.set(from, this.#stackOfKernel(from, await callGraph(object), between));
    }
    for (const [from, graph] of this.#helpers) {
      const each = stackBounds([...this.#helpers.values()], functionsOf(graph));
      for (const [name, most] of Object.entries(each)) if (bytes.has(name)) stack.set(name, most);
      // a function that a library has and nobody there calls by name counts as called through a pointer
      stack.set(from, Math.max(0, ...Object.values(each)));
    }
    const runtime = await this.#compile(this.#folder, unitOf(RUNTIME));
    const present = new Set(words(await this.#tool('nm', '-j', '--defined-only', runtime)));
    for (const names of uses.values()) for (const name of present) names.delete(name);

    const objects: string[] = [];
    const place = join(this.#folder, `sample-${this.#core}`);
    for (const { path, content } of plan) {
      await mkdir(dirname(join(place, path)), { recursive: true });
      await writeFile(join(place, path), content);
    }
    const graphs: string[] = [];
    for (const { path } of plan) {
      if (!path.endsWith('.c')) continue;
      const object = await this.#compile(place, path);
      objects.push(object);
      if (!/neai_(transform|model)_/.test(path)) graphs.push(await callGraph(object));
    }
    const above = stackAbovePointers(graphs, API);
    stack.set('base', above);
    // what every library takes whatever its kernels take
    bytes.set(RUNTIME, 0);
    stack.set(RUNTIME, Math.max(...Object.values(stackBounds(graphs, API))) - above);
    const whole = await this.#linked(objects, API);
    // the compiler's own routines: what each adds to a library that has those of the runtime already
    for (const name of new Set([...uses.values()].flatMap((names) => [...names]))) {
      if (!bytes.has(name)) bytes.set(name, (await this.#linked(objects, [...API, name])) - whole);
    }
    const used = this.#closure(KERNELS);
    for (const name of bytes.keys()) if (!used.has(name) && name !== RUNTIME) bytes.delete(name);
    for (const name of stack.keys()) if (!bytes.has(name) && name !== 'base') stack.delete(name);
    bytes.set('base', whole - this.#priceOfSample());
    return this.#column;
  }

  /** Prices every function of a file by itself, and its constants as a part that all of them use. */
  async #priceHelper(from: string): Promise<void> {
    const { bytes, uses } = this.#column;
    const object = await this.#compile(this.#folder, unitOf(from));
    this.#helpers.set(from, await callGraph(object));
    let rest = sizeOf(await this.#tool('size', object));
    const relocations = relocationsOf(await this.#tool('readelf', '-rW', object));
    for (const { name, size } of symbolsOf(await this.#tool('nm', '-S', object))) {
      bytes.set(name, size);
      uses.set(name, new Set([from, ...(relocations.get(name) ?? [])]));
      rest -= size;
    }
    bytes.set(from, rest);
  }

  /**
   * Worst stack of a kernel with what it calls; of one that is made of models without them.
   * @param between stack of the way from such a model to its members
   */
  #stackOfKernel(from: string, graph: string, between: number): number {
    const ofModels = MODELS.some(
      (model) => model.members !== undefined && from === `models/${model.name}/kernel.c`,
    );
    if (ofModels) return framesAlone(graph) + between;
    return Math.max(...Object.values(stackBounds([graph, ...this.#helpers.values()], functionsOf(graph))));
  }

  #priceOfSample(): number {
    const library = sampleLibrary();
    const layout = layOut(library.pipeline, library.model, libraryShape(library));
    const kernels = ['transforms/pooled/kernel.c', 'models/diag/kernel.c'];
    let priced = tableBytes(layout, library.model);
    for (const name of this.#closure(kernels)) priced += this.#column.bytes.get(name) ?? 0;
    return priced;
  }

  #closure(names: readonly string[]): Set<string> {
    const found = new Set<string>();
    const add = (name: string): void => {
      if (found.has(name)) return;
      found.add(name);
      for (const used of this.#column.uses.get(name) ?? []) add(used);
    };
    names.forEach(add);
    return found;
  }

  async #tool(tool: string, ...args: string[]): Promise<string> {
    return (await execa(`arm-none-eabi-${tool}`, args)).stdout;
  }

  /** @returns path of the object */
  async #compile(folder: string, unit: string): Promise<string> {
    const object = join(folder, `${unit}.${this.#core}.o`);
    await execa(GCC, [...this.#flags, '-fcallgraph-info=su', '-I.', '-Isources', '-c', unit, '-o', object], {
      cwd: folder,
    });
    return object;
  }

  /** Flash of an image with these roots and what they need, unused sections dropped. */
  async #linked(objects: readonly string[], roots: readonly string[]): Promise<number> {
    const image = join(this.#folder, `${this.#core}.elf`);
    const linker = ['--gc-sections', '--no-warn-rwx-segments', `-e${API[0]!}`, ...roots.map((r) => `-u${r}`)];
    const target = this.#flags.filter((flag) => flag.startsWith('-m'));
    const args = [...target, '-nostartfiles', '--specs=nano.specs', ...linker.map((flag) => `-Wl,${flag}`)];
    await execa(GCC, [...args, ...objects, '-o', image]);
    return sizeOf(await this.#tool('size', image));
  }
}

/** What the compiler wrote beside an object. */
const callGraph = (object: string): Promise<string> => readFile(object.replace(/\.o$/, '.ci'), 'utf8');

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** Code, constants and initial values: the first two columns of `size`. */
function sizeOf(text: string): number {
  const [code, data] = words(text.split('\n')[1]!);
  return Number(code) + Number(data);
}

/** Functions that other files can call, with their sizes. */
const symbolsOf = (text: string): { name: string; size: number }[] =>
  text.split('\n').flatMap((line) => {
    const match = /^[0-9a-f]+ ([0-9a-f]+) T (\w+)$/.exec(line);
    return match === null ? [] : [{ name: match[2]!, size: Number.parseInt(match[1]!, 16) }];
  });

/** What the section of each function refers to. */
function relocationsOf(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let section: string | undefined;
  for (const line of text.split('\n')) {
    const heading = /^Relocation section '(.*?)'/.exec(line);
    if (heading !== null) section = /^\.rel\.text\.(\w+)$/.exec(heading[1]!)?.[1];
    const entry = /^[0-9a-f]{8} .* {3}(\S+)$/.exec(line);
    if (section === undefined || entry === null) continue;
    const name = entry[1]!.replace(/^\.text\./, '');
    if (!name.startsWith('.') && name !== section) found.set(section, [...(found.get(section) ?? []), name]);
  }
  return found;
}
