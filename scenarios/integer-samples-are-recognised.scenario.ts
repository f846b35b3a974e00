import { expect, test } from '../harness/index.ts';

test.use({ libraryPath: 'fixtures/fan-3x32' });

/** The buffer of a sensor driver, handed over as `(float *)samples`: the same bytes, read as other numbers. */
const castToFloat = (samples: Int16Array | Int32Array): Float32Array => new Float32Array(samples.buffer);

test('integer samples handed over by a cast are recognised, and the cast is named', async ({
  board,
  emulator,
  dataset,
}) => {
  await board.initialize();
  emulator.initialize();
  await test.step('converted samples raise no warning', async () => {
    await expect(board).toMatchEmulator(emulator, { learn: dataset.regular.slice(0, 5) });
    expect(board.warnings).toEqual([]);
  });

  await test.step('bits of int16 read as float', async () => {
    const samples = Int16Array.from([...dataset.regular[5]!, ...dataset.regular[6]!]);
    // Board and emulator agree even about this: whatever the bits are as floats, NaN among them or not.
    await expect(board).toMatchEmulator(emulator, { learn: [castToFloat(samples)] });
    expect(board.warnings).toEqual([expect.stringContaining('bits of int16 read as float')]);
    expect(board.warnings[0]).toContain('(float)samples[i]');
  });

  await test.step('bits of int32 read as float', async () => {
    await board.detect(castToFloat(Int32Array.from(dataset.regular[7]!)));
    expect(board.warnings.at(-1)).toContain('bits of int32 read as float');
  });
});
