import { describe, expect, test } from 'vitest';
import { MODELS } from '../../src/engine/models/registry.ts';
import { TRANSFORMS } from '../../src/engine/transforms/registry.ts';
import { playOnEmulator } from './reference.ts';
import { LONG } from './tools.ts';
import { vectorCases } from './vectors.ts';

/** The other rungs play the same vectors: host.test.ts, arm.test.ts, qemu.test.ts. */
describe('the committed vectors', () => {
  test('are what the emulator answers; arithmetic changed on purpose asks for node test/vectors/engine-parity.ts --all', () => {
    const found = vectorCases().flatMap(({ one, difference: compare }) => {
      const difference = compare(playOnEmulator(one));
      return difference === null ? [] : [`${one.name}: ${difference}`];
    });
    expect(found).toEqual([]);
  });

  if (!LONG) return;
  test('reach every transform and every model; node test/vectors/engine-parity.ts adds new ones', () => {
    const libraries = vectorCases().map(({ one }) => one.library);
    const transforms = new Set(libraries.flatMap(({ pipeline }) => pipeline.map((stage) => stage.transform)));
    const models = new Set(libraries.map(({ model }) => model.name));
    expect([...transforms].sort()).toEqual(TRANSFORMS.map(({ name }) => name).sort());
    expect([...models].sort()).toEqual(MODELS.map(({ name }) => name).sort());
  });
});
