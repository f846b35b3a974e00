import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { BOARD_CORES } from '../../src/boards/schema.ts';
import { planLibrary } from '../../src/cli/bundle/library-plan.ts';
import { API_V2 } from '../../src/engine/codegen/api/v2.ts';
import {
  estimateFlashBytes,
  estimateStackBytes,
  PRICED_CORES,
  type PricedCore,
} from '../../src/engine/codegen/flash-price.ts';
import { estimateRamBytes } from '../../src/engine/codegen/layout.ts';
import { librarySources } from '../../src/engine/codegen/sources.ts';
import { chainOutputLength } from '../../src/engine/emulator/chain.ts';
import { costOf, createLibrary, type Library, libraryShape } from '../../src/engine/index.ts';
import type { Model } from '../../src/engine/models/model.ts';
import { MODELS, modelByName } from '../../src/engine/models/registry.ts';
import { TRANSFORMS, transformByName } from '../../src/engine/transforms/registry.ts';
import { buildLibrary, CORES } from '../../src/host/library-build.ts';
import { API_FUNCTIONS } from '../../src/host/one-object.ts';
import { stackBounds } from '../../src/host/stack-bound.ts';
import { compilerOf } from '../parity/build.ts';

const SHAPE = { axes: 3, length: 64 };
/** One of these suits every transform. */
const SHAPES = [{ axes: 3, length: 16 }, { axes: 5, length: 1 }, SHAPE];
const shapeFor = (transform: string) =>
  SHAPES.find((shape) => transformByName(transform).searchSpace(shape).length > 0)!;

const suits = (model: Model, transform: string): boolean => {
  const params = transformByName(transform).searchSpace(SHAPE)[0]!;
  return model.searchSpace(chainOutputLength([{ transform, params }], SHAPE)!).length > 0;
};

/** A library of one stage that puts transforms side by side, and a model, each with its first parameters. */
function libraryOf(transforms: readonly string[], modelName: string, shape = SHAPE): Library {
  const blocks = transforms.map((transform) => ({
    transform,
    params: transformByName(transform).searchSpace(shape)[0]!,
  }));
  const pipeline = blocks.length === 1 ? blocks : [{ transform: 'concat', params: { blocks } }];
  const model = modelByName(modelName);
  const params = model.searchSpace(chainOutputLength(pipeline, shape)!)[0]!;
  return createLibrary(
    {
      format: 'neai-library',
      formatVersion: 1,
      kind: 'anomaly-detection',
      axes: shape.axes,
      bufferSize: shape.length,
      pipeline: pipeline as Library['pipeline'],
      model: { name: modelName, params } as Library['model'],
      calibration: { scale: '3f800000', width: '40000000' },
      detectFloor: 20,
      minimumLearningIterations: 20,
    },
    null,
  );
}

/** Call graphs that the compiler writes of all sources of these libraries, by name, and of what is generated, by id. */
async function callGraphs(core: PricedCore, libraries: readonly Library[]): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'neai-stack-'));
  try {
    const graphs = new Map<string, string>();
    const shared = libraries.flatMap((library) => librarySources(library, API_V2).map(({ name }) => name));
    const generated = new Map<string, string>();
    for (const library of libraries) {
      for (const { path, content } of planLibrary(library)) {
        const name = path.split('/').at(-1)!;
        if (path !== 'NanoEdgeAI.h' && !path.startsWith('sources/')) continue;
        const isOwn = name.endsWith('.c') && !shared.includes(name);
        if (isOwn) generated.set(library.id, `${library.id}.c`);
        await writeFile(join(folder, isOwn ? `${library.id}.c` : name), content);
      }
    }
    const units = [...new Set([...shared.filter((name) => name.endsWith('.c')), ...generated.values()])];
    const { compiler, flags } = await compilerOf(core);
    await execa(compiler, [...flags, '-fcallgraph-info=su', '-I.', '-c', ...units], { cwd: folder });
    for (const unit of units) {
      const graph = await readFile(join(folder, unit.replace(/\.c$/, '.ci')), 'utf8');
      graphs.set(unit.replace(/^([0-9a-f]{24})\.c$/, '$1'), graph);
    }
    return graphs;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('the prices that a search holds limits against before it fits', () => {
  it('are of every core that a library can be built for', () => {
    expect(PRICED_CORES).toEqual(BOARD_CORES);
    expect(CORES.filter((core) => core !== 'host')).toEqual(PRICED_CORES);
  });

  it.for<[PricedCore, string[], string]>([
    ['cortex-m4', ['axis_cov', 'quantiles'], 'kmeans_seq'],
    ['cortex-m0', ['time_stats'], 'cov_shrink'],
    ['cortex-m4', ['haar', 'time_stats'], 'ensemble'],
  ])('lie close to what %s really takes', { timeout: 120_000 }, async ([core, transforms, modelName]) => {
    const library = libraryOf(transforms, modelName);
    const built = await buildLibrary(planLibrary(library), { core });
    const { flashBytes, ramBytes } = costOf({ ...built, archive: built.sizes });
    const parts = [library.pipeline, library.model, libraryShape(library)] as const;
    const flash = estimateFlashBytes(...parts, core) / flashBytes;
    expect(flash).toBeGreaterThan(0.97);
    expect(flash).toBeLessThan(1.08);
    const ram = estimateRamBytes(...parts) + estimateStackBytes(...parts, core);
    expect(ram).toBeGreaterThanOrEqual(ramBytes);
    expect(ram - ramBytes).toBeLessThan(80);
  });

  it.for<PricedCore>(['cortex-m0', 'cortex-m4'])(
    'hold the stack of every transform and every model on %s, and are not far above it',
    { timeout: 120_000 },
    async (core) => {
      const every = TRANSFORMS.map(({ name }) => name);
      const libraries = [
        ...every.map((transform) => libraryOf([transform], 'diag', shapeFor(transform))),
        ...['pooled', 'time_stats', 'quantiles', 'axis_cov'].flatMap((transform) =>
          MODELS.filter((model) => suits(model, transform)).map(({ name }) => libraryOf([transform], name)),
        ),
      ];
      expect(new Set(libraries.map(({ model }) => model.name)).size).toBe(MODELS.length);
      const graphs = await callGraphs(core, libraries);
      for (const library of libraries) {
        const parts = [library.pipeline, library.model, libraryShape(library)] as const;
        const own = librarySources(library, API_V2).flatMap(({ name }) => graphs.get(name) ?? []);
        const stacks = stackBounds([...own, graphs.get(library.id)!], API_FUNCTIONS);
        const worst = Math.max(...Object.values(stacks));
        const estimate = estimateStackBytes(...parts, core);
        const what = `${library.pipeline[0]!.transform}, ${library.model.name}`;
        expect(estimate, what).toBeGreaterThanOrEqual(worst);
        expect(estimate, what).toBeLessThanOrEqual(worst + 64);
      }
    },
  );
});
