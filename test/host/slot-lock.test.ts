import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { lockSlot, type SlotLock } from '../../src/host/slot-lock.ts';
import { freshSerial } from './serials.ts';

const held: SlotLock[] = [];
const take = (serial: string, name = 'a'): SlotLock => {
  const lock = lockSlot(serial, name);
  held.push(lock);
  return lock;
};
afterEach(() => {
  for (const lock of held.splice(0)) lock.release();
});

/** Another process that takes the lock, says so, and holds it until it is killed. */
function otherHolder(serial: string) {
  const module = JSON.stringify(new URL('../../src/host/slot-lock.ts', import.meta.url).href);
  const code = `const { lockSlot } = await import(${module});
    lockSlot('${serial}', 'elsewhere'); process.stdout.write('held\\n'); setInterval(() => {}, 1000);`;
  return execa(process.execPath, ['--input-type=module', '-e', code], { reject: false });
}

describe('the lock of a board', () => {
  it('lets one holder in and tells the second who that is', () => {
    const serial = freshSerial();
    take(serial, 'first');
    expect(() => take(serial, 'second')).toThrow(
      expect.objectContaining({
        code: 'SLOT_BUSY',
        exitStatus: 3,
        details: expect.objectContaining({
          got: expect.stringContaining(`process ${process.pid}, slot 'first'`),
        }),
      }),
    );
  });

  it('is free again when released, and of no concern to other boards', () => {
    const serial = freshSerial();
    take(serial).release();
    take(serial);
    take(freshSerial());
  });

  it('keeps other processes out while its holder lives, and is free when that was killed', async () => {
    const serial = freshSerial();
    const other = otherHolder(serial);
    await other.stdout.take(1).toArray();
    expect(() => take(serial)).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ got: expect.stringContaining(`process ${other.pid}`) }),
      }),
    );
    other.kill('SIGKILL');
    await other;
    take(serial);
  });
});
