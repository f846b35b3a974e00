import { expect, test } from '../harness/index.ts';

/**
 * For a board that nobody has seen yet. One that does not greet ends before the first step: its error names what is wrong
 * (no clock, wrong rate, wrong pin, no DMA) and lists everything that was looked at. docs/bring-up.md.
 */
test('comes up: clock, line, DMA, resets and probe are what board.json says', async ({
  board,
  emulator,
  dataset,
}) => {
  test.setTimeout(300_000);
  await test.step('its own time runs as fast as ours', async () => {
    const before = await board.call('stats', {});
    const startMs = performance.now();
    await board.wait('2 s');
    const passedMs = performance.now() - startMs;
    const ownMs = (await board.call('stats', {})).uptimeMs - before.uptimeMs;
    expect(ownMs, 'too slow: a clock lower than board.json says').toBeGreaterThan(1950);
    expect(ownMs, 'too fast: a clock higher than board.json says').toBeLessThan(1.05 * (2000 + passedMs));
  });

  await test.step('the line carries both ways without an error', async () => {
    await board.initialize();
    emulator.initialize();
    await expect(board).toMatchEmulator(emulator, { learn: dataset.regular.slice(0, 10) });
    const { framingErrors, noiseErrors, framesRefused } = await board.call('stats', {});
    expect(framingErrors, 'framing errors: rates differ, or the line is disturbed').toBe(0);
    expect(noiseErrors, 'noise: the rate is at its limit, or the line is disturbed').toBe(0);
    expect(framesRefused, 'frames arrived damaged').toBe(0);
  });

  await test.step('the DMA follows the line around its ring', async () => {
    // More bytes than any ring holds.
    for (let round = 0; round < 4; round++)
      await expect(board).toMatchEmulator(emulator, { learn: dataset.regular.slice(0, 40) });
    const { overrunErrors, ringOverflows } = await board.call('stats', {});
    expect(overrunErrors, 'overruns: the DMA came too late for the receiver').toBe(0);
    expect(ringOverflows, 'the ring was overwritten before it was read').toBe(0);
  });

  await test.step('debug port and firmware see the same memory', async () => {
    const [byProbe, byFirmware] = [await board.backup('swd'), await board.backup('firmware')];
    expect(byProbe.knowledge).toEqual(byFirmware.knowledge);
  });

  await test.step('a reset by the pin and one by software are told apart', async () => {
    const { bootCounter } = board.hello;
    await board.reset('pin');
    expect(board.hello).toMatchObject({ resetCause: 'pin', bootCounter: bootCounter + 1 });
    await board.reset('software');
    expect(board.hello).toMatchObject({ resetCause: 'software', bootCounter: bootCounter + 2 });
  });
});
