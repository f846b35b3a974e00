import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BoardSession } from '../../src/host/board.ts';
import type { Slot } from '../../src/host/rack.ts';
import { FLASH, idleProgram } from './elf-image.ts';
import { control, flashCounts, Rig } from './rig.ts';

const PAGE = 2048;
const rig = new Rig();
let slot: Slot;
let session: BoardSession;
beforeAll(async () => {
  ({ slot } = await rig.virtual());
  session = await rig.attach(slot);
});
afterAll(() => rig.close());

/** Erase and program operations that the flash itself has counted while something was done. */
async function counted<T>(work: () => Promise<T>) {
  const before = await flashCounts(slot);
  const result = await work();
  const after = await flashCounts(slot);
  const erasedPages = after.perPage
    .filter(({ page, erases }) => erases !== (before.perPage.find((p) => p.page === page)?.erases ?? 0))
    .map(({ page }) => page);
  return {
    result,
    erases: after.erases - before.erases,
    programs: after.programs - before.programs,
    erasedPages,
  };
}

describe('flashing', () => {
  it('writes the pages of an image, and nothing at all the second time', async () => {
    const image = idleProgram(5 * PAGE + 100);
    const elf = rig.elf({ address: FLASH, bytes: image });
    const first = await counted(() => session.flash(elf));
    expect(first.result).toMatchObject({
      skipped: false,
      bytes: image.length,
      sectorsErased: 6,
      sectorsWritten: 6,
    });
    expect(first).toMatchObject({ erases: 6, programs: (6 * PAGE) / 8, erasedPages: [0, 1, 2, 3, 4, 5] });
    expect(Buffer.compare(await session.readMemory(FLASH, image.length), image)).toBe(0);

    const second = await counted(() => session.flash(elf));
    expect(second.result).toMatchObject({
      skipped: true,
      bytes: image.length,
      sectorsErased: 0,
      sectorsWritten: 0,
    });
    expect(second).toMatchObject({ erases: 0, programs: 0 });
    expect(second.result.seconds).toBeLessThan(slot.deadlineFactor);
  });

  it('writes only the pages that differ and leaves the neighbours of an image alone', async () => {
    const image = idleProgram(8 * PAGE, 2);
    await session.flash(rig.elf({ address: FLASH, bytes: image }));
    image[3 * PAGE + 5]! ^= 1;
    image[6 * PAGE + 7]! ^= 0x80;
    const parts = [
      { address: FLASH, bytes: image.subarray(0, 4 * PAGE) },
      { address: FLASH + 6 * PAGE, bytes: image.subarray(6 * PAGE) },
    ];
    const partly = await counted(() => session.flash(rig.elf(...parts)));
    expect(partly).toMatchObject({ erases: 2, programs: (2 * PAGE) / 8, erasedPages: [3, 6] });
    expect(Buffer.compare(await session.readMemory(FLASH, image.length), image)).toBe(0);
  });

  it('does not take an image for complete because its first pages, build id included, are right', async () => {
    const whole = idleProgram(4 * PAGE, 3);
    const half = whole.slice().fill(0xff, 2 * PAGE);
    await session.flash(rig.elf({ address: FLASH, bytes: half }));
    const repaired = await counted(() => session.flash(rig.elf({ address: FLASH, bytes: whole })));
    expect(repaired.result.skipped).toBe(false);
    expect(repaired.erasedPages).toEqual([2, 3]);
    expect(Buffer.compare(await session.readMemory(FLASH, whole.length), whole)).toBe(0);
  });
});

describe('after a power failure in the middle of flashing', () => {
  it.each(['erase', 'program'] as const)(
    'at an %s, the next run repairs what was torn',
    async (operation) => {
      const image = idleProgram(4 * PAGE, operation === 'erase' ? 11 : 12);
      const elf = rig.elf({ address: FLASH, bytes: image });
      await control(slot, { do: 'cut-power-at-flash-op', operation, moment: 'during', skip: 2, seed: 3 });
      await expect(session.flash(elf)).rejects.toMatchObject({ exitStatus: 3 });
      const { tornWords } = await control<{ tornWords: number[] }>(slot, { do: 'flash-counts' });
      expect(tornWords.length).toBeGreaterThan(0);
      await control(slot, { do: 'power', state: 'on' });
      await session.close();
      session = await rig.attach(slot);
      const repaired = await counted(() => session.flash(elf));
      expect(repaired.result).toMatchObject({ skipped: false });
      expect(await control(slot, { do: 'flash-counts' })).toMatchObject({ tornWords: [] });
      expect((await session.flash(elf)).skipped).toBe(true);
    },
  );
});

describe('an image that does not belong here', () => {
  const good = idleProgram(PAGE, 5);
  const named = (id: string): Uint8Array => {
    const image = good.slice();
    image.set(Buffer.from(`${id}\0`), 0x400);
    return image;
  };
  it.each([
    [
      'lies beyond the end of flash',
      [{ address: FLASH + 0x3ff00, bytes: good }],
      /does not lie in the flash/,
    ],
    ['is made for RAM', [{ address: 0x2000_0000, bytes: good }], /does not lie in the flash/],
    ['has its stack elsewhere', [{ address: FLASH, bytes: good.slice().fill(0xee, 0, 4) }], /stack pointer/],
    ['loads nothing', [], /nothing to load/],
  ])('is refused before anything is erased when it %s', async (_what, parts, message) => {
    const refused = await counted(() =>
      session.flash(rig.elf(...parts)).then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
    expect(refused.result).toMatchObject({
      code: 'IMAGE_WRONG_BOARD',
      exitStatus: 2,
      message: expect.stringMatching(message),
    });
    expect(refused.erases).toBe(0);
  });

  it('may name the board it is for, and is refused when it is no ELF file at all', async () => {
    await session.flash(rig.elf({ address: FLASH, bytes: named('nucleo-l432kc') }));
    await expect(session.flash(new URL(import.meta.url).pathname)).rejects.toMatchObject({
      code: 'ELF_INVALID',
    });
  });
});
