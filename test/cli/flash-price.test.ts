import { describe, expect, it } from 'vitest';
import { BOARD_CORES } from '../../src/boards/schema.ts';
import { planLibrary } from '../../src/cli/bundle/library-plan.ts';
import {
  estimateFlashBytes,
  estimateStackBytes,
  PRICED_CORES,
  type PricedCore,
} from '../../src/engine/codegen/flash-price.ts';
import { estimateRamBytes } from '../../src/engine/codegen/layout.ts';
import { chainOutputLength } from '../../src/engine/emulator/chain.ts';
import { costOf, createLibrary, type Library, libraryShape } from '../../src/engine/index.ts';
import { modelByName } from '../../src/engine/models/registry.ts';
import { transformByName } from '../../src/engine/transforms/registry.ts';
import { buildLibrary, CORES } from '../../src/host/library-build.ts';

const SHAPE = { axes: 3, length: 64 };

/** A library of one stage that puts transforms side by side, and a model, each with its first parameters. */
function libraryOf(transforms: readonly string[], modelName: string): Library {
  const blocks = transforms.map((transform) => ({
    transform,
    params: transformByName(transform).searchSpace(SHAPE)[0]!,
  }));
  const pipeline = blocks.length === 1 ? blocks : [{ transform: 'concat', params: { blocks } }];
  const model = modelByName(modelName);
  const params = model.searchSpace(chainOutputLength(pipeline, SHAPE)!)[0]!;
  return createLibrary(
    {
      format: 'neai-library',
      formatVersion: 1,
      kind: 'anomaly-detection',
      axes: SHAPE.axes,
      bufferSize: SHAPE.length,
      pipeline: pipeline as Library['pipeline'],
      model: { name: modelName, params } as Library['model'],
      calibration: { scale: '3f800000', width: '40000000' },
      detectFloor: 20,
      minimumLearningIterations: 20,
    },
    null,
  );
}

describe('the prices that a search holds limits against before it fits', () => {
  it('are of every core that a library can be built for', () => {
    expect(PRICED_CORES).toEqual(BOARD_CORES);
    expect(CORES.filter((core) => core !== 'host')).toEqual(PRICED_CORES);
  });

  it.for<[PricedCore, string[], string]>([
    ['cortex-m4', ['axis_cov', 'quantiles'], 'kmeans_seq'],
    ['cortex-m0', ['time_stats'], 'cov_shrink'],
  ])('lie close to what %s really takes', { timeout: 120_000 }, async ([core, transforms, modelName]) => {
    const library = libraryOf(transforms, modelName);
    const built = await buildLibrary(planLibrary(library), { core });
    const { flashBytes, ramBytes } = costOf({ ...built, archive: built.sizes });
    const { pipeline, model } = library;
    const flash = estimateFlashBytes(pipeline, model, libraryShape(library), core) / flashBytes;
    expect(flash).toBeGreaterThan(0.97);
    expect(flash).toBeLessThan(1.08);
    const ram = estimateRamBytes(pipeline, model, libraryShape(library)) + estimateStackBytes(core);
    expect(ram).toBeGreaterThanOrEqual(ramBytes);
    expect(ram - ramBytes).toBeLessThan(150);
  });
});
