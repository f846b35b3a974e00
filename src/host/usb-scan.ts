import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { normaliseProbeSerial } from './probe-serial.ts';
import { ST_VENDOR_ID, STLINK_PRODUCTS } from './stlink-products.ts';

/** An ST-LINK as the kernel sees it, without one byte sent to it. */
export interface UsbProbe {
  /** Place in the tree of hubs, such as `1-1.4`: it stays when a board is changed, and goes with the socket. */
  readonly usbPath: string;
  readonly productId: string;
  /** What kind of probe, in words. */
  readonly title: string;
  /** 24 upper-case hexadecimal digits; absent when the probe gives none that can be used. */
  readonly serial?: string;
  /** Device node of the probe itself, which OpenOCD opens. */
  readonly node: string;
  /** Serial ports of the same USB device, such as `/dev/ttyACM0`. */
  readonly ttys: readonly string[];
  /** Entries of the by-id folder that lead to one of those ports. */
  readonly byId: readonly string[];
  /** Label of the drive that the probe shows, such as `NODE_L432KC`. */
  readonly driveLabel?: string;
  /** What is to be known before this probe is used. */
  readonly remarks: readonly string[];
}

/**
 * The ST-LINKs that are plugged in, by USB path, read from sysfs alone: no udev tool, no library that lists ports.
 * Where there is no sysfs, no USB or no by-id folder there are simply fewer facts; nothing here fails.
 * @param root stands for `/`: `sys` and `dev` are looked up below it
 */
export function scanUsb(root = '/'): UsbProbe[] {
  const devices = join(root, 'sys/bus/usb/devices');
  const links = linksBelow(join(root, 'dev/serial/by-id'));
  const labels = linksBelow(join(root, 'dev/disk/by-label'));
  return entriesOf(devices)
    .filter((name) => !name.includes(':'))
    .sort(byUsbPath)
    .flatMap((usbPath) => probeAt(join(devices, usbPath), usbPath, links, labels) ?? []);
}

/** Names in a folder that are symbolic links, each with the last part of what it leads to. */
type Links = readonly { readonly name: string; readonly device: string }[];

function probeAt(folder: string, usbPath: string, byId: Links, labels: Links): UsbProbe | undefined {
  if (attribute(folder, 'idVendor') !== ST_VENDOR_ID) return undefined;
  const productId = attribute(folder, 'idProduct');
  const product = STLINK_PRODUCTS.find(({ id }) => id === productId);
  if (product === undefined) return undefined;
  const devices = devicesOf(folder, usbPath);
  const serial = normaliseProbeSerial(rawAttribute(folder, 'serial'));
  const ports = byId.filter(({ device }) => devices.ttys.includes(device)).map(({ name }) => name);
  const drive = labels.find(({ device }) => devices.blocks.some((block) => device.startsWith(block)));
  const remarks = [
    ...(product.loader ? ['waits for firmware of its own: unplug it and plug it in again'] : []),
    ...(product.newerThanOpenOcd012 ? ['OpenOCD 0.12 does not look for this product id'] : []),
    ...('problem' in serial ? [serial.problem] : []),
    ...(devices.ttys.length === 0 && !product.noSerialPort ? ['shows no serial port'] : []),
    ...(product.noSerialPort && !product.loader ? ['this kind of probe has no serial port'] : []),
    ...portRemarks(devices.ttys, ports, 'serial' in serial ? serial.serial : undefined),
  ];
  return {
    usbPath,
    productId: product.id,
    title: product.title,
    ...('serial' in serial ? { serial: serial.serial } : {}),
    node: `/dev/bus/usb/${number3(attribute(folder, 'busnum'))}/${number3(attribute(folder, 'devnum'))}`,
    ttys: devices.ttys.map((name) => `/dev/${name}`),
    byId: ports.map((name) => `/dev/serial/by-id/${name}`),
    ...(drive === undefined ? {} : { driveLabel: drive.name }),
    remarks,
  };
}

function portRemarks(ttys: readonly string[], ports: readonly string[], serial: string | undefined) {
  if (ttys.length === 0) return [];
  if (ports.length === 0) return ['udev has made no link in /dev/serial/by-id for its serial port'];
  if (serial !== undefined && !ports.some((name) => name.includes(`_${serial}-`)))
    return ["its link in /dev/serial/by-id does not carry the serial number: upgrade the ST-LINK's firmware"];
  return [];
}

/** Serial ports and drives of a USB device: `ttyACM0`, `sdb`. They hang below its interfaces (`1-1:1.2`). */
function devicesOf(folder: string, usbPath: string): { ttys: string[]; blocks: string[] } {
  const found = { ttys: [] as string[], blocks: [] as string[] };
  const walk = (at: string, depth: number): void => {
    for (const name of entriesOf(at)) {
      if (name === 'tty') found.ttys.push(...entriesOf(join(at, name)));
      else if (name === 'block') found.blocks.push(...entriesOf(join(at, name)));
      else if (depth > 0 && /^(host\d+|target[\d:]+|[\d:]+|ttyUSB\d+)$/.test(name))
        walk(join(at, name), depth - 1);
    }
  };
  for (const name of entriesOf(folder)) if (name.startsWith(`${usbPath}:`)) walk(join(folder, name), 3);
  return { ttys: found.ttys.sort(), blocks: found.blocks.sort() };
}

/** Entries of a folder, none where it is missing or closed to us. */
function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function linksBelow(folder: string): Links {
  return entriesOf(folder).flatMap((name) => {
    try {
      return [{ name, device: basename(realpathSync(join(folder, name))) }];
    } catch {
      return [];
    }
  });
}

function rawAttribute(folder: string, name: string): Uint8Array | undefined {
  try {
    return readFileSync(join(folder, name));
  } catch {
    return undefined;
  }
}

function attribute(folder: string, name: string): string {
  return Buffer.from(rawAttribute(folder, name) ?? [])
    .toString()
    .trim();
}

const number3 = (text: string): string => text.padStart(3, '0');

/** `1-2` before `1-10`. */
const byUsbPath = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
