import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeChip } from '../../src/host/probe-chip.ts';
import type { Slot } from '../../src/host/rack.ts';
import { lockSlot } from '../../src/host/slot-lock.ts';
import { board, control, Rig } from './rig.ts';

const rig = new Rig();
let slot: Slot;
beforeAll(async () => {
  slot = (await rig.virtual()).slot;
});
afterAll(() => rig.close());

const elsewhere = { ...board.identity, deviceId: 0x472, deviceIdAddress: 0xe0044000 };
const other = { ...board, id: 'nucleo-l552ze-q', identity: elsewhere };
const smaller = { ...board, id: 'nucleo-l412kb', flash: { ...board.flash, bytes: board.flash.bytes / 2 } };
const ask = (boards: readonly (typeof board)[]) => probeChip({ ...slot, boards });

describe('a chip that is asked who it is, without a board file', () => {
  it('is recognised by device id and flash size, whichever address comes first', async () => {
    const facts = await ask([other, smaller, board]);
    expect(facts).toEqual({
      deviceId: 0x435,
      boards: ['nucleo-l432kc'],
      uniqueId: expect.stringMatching(/^[0-9A-F]{24}$/),
      flashKilobytes: 256,
    });
  });

  it('is only read: no flash operation follows', async () => {
    await ask([board]);
    expect(await control<object>(slot, { do: 'flash-counts' })).toMatchObject({ erases: 0, programs: 0 });
  });

  it('is no board of ours when no board has its device id', async () => {
    expect(await ask([other])).toMatchObject({ boards: [] });
  });

  it('is left alone while another command uses it', async () => {
    const lock = lockSlot(slot.probeSerial, slot.name);
    try {
      await expect(ask([board])).rejects.toMatchObject({ code: 'SLOT_BUSY' });
    } finally {
      lock.release();
    }
    await expect(ask([board])).resolves.toMatchObject({ deviceId: 0x435 });
  });

  it('without power is told as what it is', async () => {
    await control(slot, { do: 'power', state: 'off' });
    try {
      await expect(ask([board])).rejects.toMatchObject({ code: 'TARGET_NO_VOLTAGE' });
    } finally {
      await control(slot, { do: 'power', state: 'on' });
    }
  });
});
