import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { STLINK_PRODUCTS } from '../../src/host/stlink-products.ts';
import { scanUsb } from '../../src/host/usb-scan.ts';
import { type FakeUsbDevice, fakeRoot } from './fake-sysfs.ts';

const SERIAL = '066CFF515753667267114211';
const roots: string[] = [];
function rootWith(...devices: FakeUsbDevice[]): string {
  const root = fakeRoot(devices);
  roots.push(root);
  return root;
}
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

const hub: FakeUsbDevice = { usbPath: '1-1', vendor: '0bda', product: '5411', serial: null };
const nucleo: FakeUsbDevice = {
  usbPath: '1-1.4',
  product: '374b',
  serial: SERIAL,
  ttys: ['ttyACM0'],
  drive: { name: 'sdb', label: 'NODE_L432KC' },
};

describe('a scan of the USB tree', () => {
  it('finds a NUCLEO behind a hub with its serial number, port, link and drive', () => {
    expect(scanUsb(rootWith(hub, nucleo))).toEqual([
      {
        usbPath: '1-1.4',
        productId: '374b',
        title: 'ST-LINK/V2-1',
        serial: SERIAL,
        node: '/dev/bus/usb/001/003',
        ttys: ['/dev/ttyACM0'],
        byId: [`/dev/serial/by-id/usb-STMicroelectronics_STM32_STLink_${SERIAL}-if02`],
        driveLabel: 'NODE_L432KC',
        remarks: [],
      },
    ]);
  });

  it.each(STLINK_PRODUCTS.map(({ id }) => id))('knows product %s', (product) => {
    expect(scanUsb(rootWith({ ...nucleo, product })).map(({ productId }) => productId)).toEqual([product]);
  });

  it("passes over other devices of the same vendor and other vendors' devices", () => {
    const root = rootWith(
      { ...nucleo, product: '5740' },
      { usbPath: '1-2', vendor: '2341', product: '374b', serial: '55330343731351E0C1B1', ttys: ['ttyACM1'] },
    );
    expect(scanUsb(root)).toEqual([]);
  });

  it('tells two probes apart whose ports have changed their numbers', () => {
    const other = '066CFF515753667267114212';
    const root = rootWith(
      { ...nucleo, usbPath: '1-10', serial: SERIAL, ttys: ['ttyACM1'] },
      {
        ...nucleo,
        usbPath: '1-2',
        serial: other,
        ttys: ['ttyACM0'],
        drive: { name: 'sdc', label: 'NODE_F446RE' },
      },
    );
    expect(scanUsb(root).map(({ serial, ttys }) => [serial, ...ttys])).toEqual([
      [other, '/dev/ttyACM0'],
      [SERIAL, '/dev/ttyACM1'],
    ]);
  });

  it('lists both ports of a probe that has two', () => {
    const [probe] = scanUsb(rootWith({ ...nucleo, product: '3753', ttys: ['ttyACM3', 'ttyACM2'] }));
    expect(probe).toMatchObject({ ttys: ['/dev/ttyACM2', '/dev/ttyACM3'] });
    expect(probe!.byId).toHaveLength(2);
  });

  it('writes a serial number of twelve raw bytes as 24 digits, as OpenOCD does', () => {
    // 0x57 'W', 0xFF and 0x0A come as UTF-8 of the characters U+0057, U+00FF and U+000A.
    const raw = [0x57, 0xff, 0x6a, 0x06, 0x49, 0x86, 0x75, 0x50, 0x18, 0x29, 0x13, 0x0a];
    const serial = String.fromCharCode(...raw);
    const [probe] = scanUsb(rootWith({ ...nucleo, product: '3748', serial, ttys: [] }));
    expect(probe!.serial).toBe('57FF6A06498675501829130A');
  });

  it('keeps the digits of a serial number in lower case as the same number', () => {
    expect(scanUsb(rootWith({ ...nucleo, serial: SERIAL.toLowerCase() }))[0]!.serial).toBe(SERIAL);
  });

  it.each<[string, string | null, RegExp]>([
    ['cut short at a zero byte', 'W\u00ffj', /3 characters.*firmware/],
    ['missing', null, /no serial number/],
    ['empty', '', /no serial number that can be used/],
    ['too long', `${SERIAL}0`, /no serial number that can be used/],
    ['of characters that are no bytes', 'W\u20acj123456789', /no serial number that can be used/],
  ])('says so of a serial number that is %s, and lists the probe all the same', (_what, serial, remark) => {
    const [probe] = scanUsb(rootWith({ ...nucleo, serial }));
    expect(probe).not.toHaveProperty('serial');
    expect(probe!.remarks.join('; ')).toMatch(remark);
  });

  it.each<[string, Partial<FakeUsbDevice>, RegExp]>([
    ['a port without a link of udev', { byId: false }, /no link in \/dev\/serial\/by-id/],
    ['a probe that waits for its firmware', { product: '374d', ttys: [] }, /plug it in again/],
    ['a probe without serial port', { product: '3748', ttys: [] }, /has no serial port/],
    ['a V2-1 whose port is not there', { ttys: [] }, /shows no serial port/],
    ['a probe that OpenOCD 0.12 does not look for', { product: '3757' }, /OpenOCD 0\.12/],
  ])('remarks on %s', (_what, change, remark) => {
    expect(scanUsb(rootWith({ ...nucleo, ...change }))[0]!.remarks.join('; ')).toMatch(remark);
  });

  it('remarks on a link that does not carry the number by which a slot finds its port', () => {
    const serial = String.fromCharCode(0x57, 0xff, 0x6a, 6, 0x49, 0x86, 0x75, 0x50, 0x18, 0x29, 0x13, 0x67);
    expect(scanUsb(rootWith({ ...nucleo, serial }))[0]!.remarks.join('; ')).toMatch(/does not carry/);
  });

  it('finds nothing, and does not fail, where there is no sysfs, no USB or a dead link', () => {
    expect(scanUsb('/nonexistent')).toEqual([]);
    expect(scanUsb(rootWith())).toEqual([]);
    const root = rootWith(nucleo);
    rmSync(join(root, 'dev/ttyACM0'));
    expect(scanUsb(root)[0]).toMatchObject({ ttys: ['/dev/ttyACM0'], byId: [] });
  });
});
