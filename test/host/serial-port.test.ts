import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findPort, SerialLine } from '../../src/host/serial-port.ts';
import { MAX_RECORD_BYTES } from '../../src/protocol/frame.ts';
import { NeaiError } from '../../src/shared/errors.ts';
import { openPty, type Pty } from './pty.ts';
import { freshSerial } from './serials.ts';

const ptys: Pty[] = [];
const lines: SerialLine[] = [];
const pty = (): Pty => {
  const made = openPty();
  ptys.push(made);
  return made;
};
const open = async (path: string, deadlineFactor = 1): Promise<SerialLine> => {
  const line = await SerialLine.open({ path, baud: 115200, deadlineFactor });
  lines.push(line);
  return line;
};
afterEach(async () => {
  await Promise.all(lines.splice(0).map((line) => line.close()));
  for (const made of ptys.splice(0)) made.unplug();
});
const text = (record: Uint8Array): string => Buffer.from(record).toString('latin1');

/** Everything a line delivers, and a way to wait for it. */
function listen(line: SerialLine) {
  const records: string[] = [];
  const seen = { records, noise: 0, lost: [] as NeaiError[] };
  line.onRecord((record) => records.push(text(record)));
  line.onNoise((bytes) => {
    seen.noise += bytes;
  });
  line.onLost((error) => seen.lost.push(error));
  return seen;
}

describe('the serial line', () => {
  it('delivers records one by one, every byte as it came, however the line cuts them', async () => {
    const device = pty();
    const seen = listen(await open(device.path));
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 0x0a);
    device.write(Buffer.from('boot\nfirst\nsec'));
    await vi.waitFor(() => expect(seen.records).toEqual(['boot', 'first']));
    device.write(Buffer.concat([Buffer.from('ond\n'), all, Buffer.from('\n')]));
    await vi.waitFor(() => expect(seen.records).toEqual(['boot', 'first', 'second', text(all)]));
    expect(seen.noise).toBe(0);
  });

  it('sends bytes as they are and counts both directions', async () => {
    const device = pty();
    const line = await open(device.path);
    const received: number[] = [];
    device.onData((bytes) => received.push(...bytes));
    await line.write(Uint8Array.of(1, 0x0a, 0x0d, 0xff, 0, 0x11, 0x13));
    await vi.waitFor(() => expect(received).toEqual([1, 0x0a, 0x0d, 0xff, 0, 0x11, 0x13]));
    expect(line.traffic).toEqual({ bytesIn: 0, bytesOut: 7 });
  });

  it('ends a record without end as noise and reads the next one', async () => {
    const device = pty();
    const line = await open(device.path);
    const seen = listen(line);
    const longest = 'x'.repeat(MAX_RECORD_BYTES);
    device.write(Buffer.from(`${longest}\n${longest}y\n`));
    await vi.waitFor(() => expect(seen.noise).toBe(MAX_RECORD_BYTES + 2));
    for (let sent = 1; sent <= 8; sent++) {
      const before = line.traffic.bytesIn;
      device.write(Buffer.alloc(1000, 0x55));
      await vi.waitFor(() => expect(line.traffic.bytesIn).toBe(before + 1000));
    }
    device.write(Buffer.from('\nafter\n'));
    await vi.waitFor(() => expect(seen.records).toEqual([longest, 'after']));
    expect(seen.noise).toBe(MAX_RECORD_BYTES + 2 + 8_001);
  });

  it('drops what stands unfinished at close, and counts it', async () => {
    const device = pty();
    const line = await open(device.path);
    const seen = listen(line);
    device.write(Buffer.from('whole\nhalf'));
    await vi.waitFor(() => expect(line.traffic.bytesIn).toBe(10));
    await line.close();
    expect(seen).toMatchObject({ records: ['whole'], noise: 4, lost: [] });
  });

  it('tells once, within half a second, that the port went away, and refuses to send from then on', async () => {
    const device = pty();
    const line = await open(device.path);
    const seen = listen(line);
    device.unplug();
    await vi.waitFor(() => expect(seen.lost).toHaveLength(1));
    expect(seen.lost[0]).toMatchObject({ code: 'PORT_CLOSED', exitStatus: 3 });
    await expect(line.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'PORT_CLOSED' });
    await line.close();
    expect(seen.lost).toHaveLength(1);
  });

  it('changes its own baud rate', async () => {
    const line = await open(pty().path);
    await line.setBaud(921600);
    expect(line.baud).toBe(921600);
  });

  it('gives up sending into a line that takes nothing, at its deadline', async () => {
    const line = await open(pty().path, 0.05);
    // Nobody reads the other end: the kernel's buffer fills up and stays full.
    const sending = Promise.all(Array.from({ length: 64 }, () => line.write(Buffer.alloc(4096))));
    await expect(sending).rejects.toMatchObject({ code: 'PORT_TIMEOUT' });
  });
});

describe('a port that cannot be opened', () => {
  it('is told apart by code: not there, held by another', async () => {
    await expect(open('/nonexistent/ttyACM0')).rejects.toMatchObject({
      code: 'PORT_NOT_FOUND',
      exitStatus: 3,
    });
    const device = pty();
    await open(device.path);
    await expect(open(device.path, 0.1)).rejects.toMatchObject({ code: 'PORT_BUSY' });
  });

  it('is waited for when its holder is just letting go', async () => {
    const device = pty();
    const first = await open(device.path);
    const second = open(device.path);
    await expect(open(device.path, 0.01)).rejects.toMatchObject({ code: 'PORT_BUSY' });
    await first.close();
    await (await second).close();
    await Promise.all([(await open(device.path)).close(), open(device.path)]);
  });

  it('is free again after it was called off in the middle of opening', async () => {
    const device = pty();
    const early = new AbortController();
    const opening = SerialLine.open({
      path: device.path,
      baud: 115200,
      deadlineFactor: 1,
      signal: early.signal,
    });
    early.abort();
    await expect(opening).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await open(device.path);
  });

  it('is free again when close has come back, also after it was lost', async () => {
    const device = pty();
    for (let again = 0; again < 20; again++) {
      const line = await open(device.path);
      line.fail(new NeaiError('OPENOCD_DIED', 'the probe has gone'));
      await expect(line.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'OPENOCD_DIED' });
      await line.close();
      const next = await open(device.path);
      await next.close();
    }
  });
});

describe('finding the port of a probe', () => {
  const byId = (...serials: string[]): string => {
    const folder = mkdtempSync(join(tmpdir(), 'neai-by-id-'));
    for (const serial of serials) link(folder, serial);
    return folder;
  };
  const link = (folder: string, serial: string): void =>
    symlinkSync('/dev/null', join(folder, `usb-STMicroelectronics_STM32_STLink_${serial}-if02`));

  it('goes by the serial number in the name, never by order', async () => {
    const [a, b] = [freshSerial(), freshSerial()];
    const folder = byId(a, b);
    for (const serial of [a, b])
      await expect(findPort(folder, serial, { timeoutMs: 0 })).resolves.toContain(`_${serial}-if02`);
  });

  it('refuses with what it saw when the number is not there', async () => {
    const [here, elsewhere] = [freshSerial(), freshSerial()];
    await expect(findPort(byId(here), elsewhere, { timeoutMs: 60 })).rejects.toMatchObject({
      code: 'PORT_NOT_FOUND',
      details: { got: expect.stringContaining(here) },
    });
    await expect(findPort('/nonexistent', here, { timeoutMs: 0 })).rejects.toMatchObject({
      code: 'PORT_NOT_FOUND',
    });
  });

  it('waits for a port that comes back a moment later', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'neai-by-id-'));
    rmSync(folder, { recursive: true });
    const serial = freshSerial();
    const found = findPort(folder, serial, { timeoutMs: 5000 });
    mkdirSync(folder);
    link(folder, serial);
    await expect(found).resolves.toContain(serial);
  });

  it('can be called off', async () => {
    const signal = AbortSignal.abort();
    await expect(findPort('/nonexistent', freshSerial(), { timeoutMs: 5000, signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });
});
