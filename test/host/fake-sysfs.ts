import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

export interface FakeUsbDevice {
  /** Such as `1-1.4`. */
  readonly usbPath: string;
  readonly vendor?: string;
  readonly product: string;
  /** Bytes as the kernel hands them out, without its newline; null: the device has no serial number. */
  readonly serial: string | Uint8Array | null;
  readonly ttys?: readonly string[];
  readonly drive?: { readonly name: string; readonly label: string };
  /** Without: no udev, so no links. */
  readonly byId?: boolean;
}

/**
 * A tree as the kernel and udev make it: devices below `sys/devices/pci…`, links to them in `sys/bus/usb/devices`,
 * interfaces as folders of their own with `tty` and `host…/block` below, nodes and by-id links below `dev`.
 * Folders of the same root may be filled further.
 */
export function fakeRoot(devices: readonly FakeUsbDevice[]): string {
  const root = mkdtempSync(join(tmpdir(), 'neai-root-'));
  const bus = join(root, 'sys/bus/usb/devices');
  mkdirSync(bus, { recursive: true });
  // A computer has root hubs, and things that are no probe.
  addDevice(root, { usbPath: 'usb1', vendor: '1d6b', product: '0002', serial: '0000:00:14.0' }, 1);
  devices.forEach((device, index) => {
    addDevice(root, device, index + 2);
  });
  return root;
}

function addDevice(root: string, device: FakeUsbDevice, number: number): void {
  const { usbPath, vendor = '0483', product, serial, ttys = [], drive, byId = true } = device;
  const parents = usbPath.startsWith('usb') ? [] : ['usb1', ...hubsAbove(usbPath)];
  const folder = join(root, 'sys/devices/pci0000:00/0000:00:14.0', ...parents, usbPath);
  mkdirSync(folder, { recursive: true });
  const facts = { idVendor: vendor, idProduct: product, busnum: '1', devnum: String(number) };
  for (const [name, value] of Object.entries(facts)) writeFileSync(join(folder, name), `${value}\n`);
  if (serial !== null)
    writeFileSync(join(folder, 'serial'), Buffer.concat([Buffer.from(serial), Buffer.from('\n')]));
  link(root, folder, join('sys/bus/usb/devices', usbPath));
  node(root, `dev/bus/usb/001/${String(number).padStart(3, '0')}`);
  interfaceFolder(root, folder, `${usbPath}:1.0`);
  ttys.forEach((tty, index) => {
    const at = interfaceFolder(root, folder, `${usbPath}:1.${2 + 2 * index}`);
    mkdirSync(join(at, 'tty', tty), { recursive: true });
    node(root, `dev/${tty}`);
    const port = String(2 + 2 * index).padStart(2, '0');
    const entry = `usb-STMicroelectronics_STM32_STLink_${udevName(serial)}-if${port}`;
    if (byId) link(root, join(root, 'dev', tty), join('dev/serial/by-id', entry));
  });
  if (drive !== undefined) {
    const at = interfaceFolder(root, folder, `${usbPath}:1.1`);
    mkdirSync(join(at, 'host6/target6:0:0/6:0:0:0/block', drive.name), { recursive: true });
    node(root, `dev/${drive.name}`);
    link(root, join(root, 'dev', drive.name), join('dev/disk/by-label', drive.label));
  }
}

/** udev keeps what is safe in a file name and writes an underscore for the rest. */
function udevName(serial: string | Uint8Array | null): string {
  return Buffer.from(serial ?? '')
    .toString()
    .replace(/[^A-Za-z0-9#+\-.:=@_]/g, '_');
}

function hubsAbove(usbPath: string): string[] {
  const ports = usbPath.split('.');
  return ports.slice(1).map((_, index) => ports.slice(0, index + 1).join('.'));
}

function interfaceFolder(root: string, device: string, name: string): string {
  const folder = join(device, name);
  mkdirSync(folder, { recursive: true });
  const inBus = join('sys/bus/usb/devices', name);
  link(root, folder, inBus);
  return folder;
}

function node(root: string, path: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), '');
}

function link(root: string, target: string, path: string): void {
  const at = join(root, path);
  mkdirSync(dirname(at), { recursive: true });
  symlinkSync(relative(dirname(at), target), at);
}
