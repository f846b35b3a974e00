import { crc32, inflateRawSync } from 'node:zlib';

/** What is wrong with one part of an archive. `member` is a path, or `end of the archive`. */
export interface Damage {
  readonly member: string;
  readonly why: string;
}

export interface Archive {
  /** By path, what could be read. */
  readonly members: ReadonlyMap<string, Uint8Array>;
  /** By path, the bytes as they lie in the archive. */
  readonly packed: ReadonlyMap<string, Uint8Array>;
  readonly damages: readonly Damage[];
}

const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const [LOCAL_MARK, CENTRAL_MARK, END_MARK] = [0x04034b50, 0x02014b50, 0x06054b50];
const STORED = 0;
const DEFLATED = 8;
export const END_OF_ARCHIVE = 'end of the archive';

/** What both headers of a member say of it (APPNOTE.TXT 6.3.10, 4.3.7 and 4.3.12). */
interface Header {
  readonly mark: number;
  /** Version, flags, method, time and date, as they lie there. */
  readonly how: string;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** One character a byte; {@link nameOf} reads it. */
  readonly name: string;
  readonly extraBytes: number;
}

/**
 * Reads a bundle's zip so strictly that no byte of it can change unseen: both headers of each member have to agree, lie
 * where the one before ends, and hold nothing that our writer does not write; contents have to have their CRC. (A zip
 * reader that only wants the files looks at a half of this.)
 */
export function readArchive(zip: Uint8Array): Archive {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const members = new Map<string, Uint8Array>();
  const packed = new Map<string, Uint8Array>();
  const damages: Damage[] = [];
  const endAt = zip.length - END_BYTES;
  const end = endAt < 0 || view.getUint32(endAt, true) !== END_MARK ? undefined : readEnd(view, endAt);
  if (end === undefined || end.directoryAt + end.directoryBytes !== endAt || !end.isPlain) {
    damages.push({
      member: END_OF_ARCHIVE,
      why: 'its record is not as written, or the archive was cut short',
    });
  }
  // Followed from the front, so that members are found whatever became of the directory.
  const found: { readonly at: number; readonly header: Header }[] = [];
  let at = 0;
  while (at + LOCAL_BYTES <= zip.length && view.getUint32(at, true) === LOCAL_MARK) {
    const header = readLocal(view, zip, at);
    found.push({ at, header });
    at += LOCAL_BYTES + header.name.length + header.extraBytes + header.packedBytes;
  }
  const directoryAt = at;
  const centrals: { readonly header: Header; readonly localAt: number; readonly isPlain: boolean }[] = [];
  while (at + CENTRAL_BYTES <= zip.length && view.getUint32(at, true) === CENTRAL_MARK) {
    const central = readCentral(view, zip, at);
    centrals.push(central);
    at += CENTRAL_BYTES + central.header.name.length + central.header.extraBytes;
  }
  if (end !== undefined && damages.length === 0 && (directoryAt !== end.directoryAt || at !== endAt)) {
    // The chain broke: the last member that it came to is the one whose header lies.
    const broken = directoryAt === end.directoryAt ? centralAfter(found, centrals.length) : found.at(-1);
    damages.push({
      member: utf8(broken?.header.name ?? directoryName(view, zip, end.directoryAt) ?? END_OF_ARCHIVE),
      why: 'its header does not lead to the next member',
    });
  }
  if (end !== undefined && end.entries !== centrals.length && damages.length === 0) {
    damages.push({
      member: END_OF_ARCHIVE,
      why: `it counts ${end.entries} members, ${centrals.length} are there`,
    });
  }
  for (const [index, { at: localAt, header }] of found.entries()) {
    const central = centrals[index];
    const problem =
      header.extraBytes > 0
        ? 'its header holds what was not written'
        : central === undefined
          ? undefined
          : differing(header, central.header, localAt === central.localAt && central.isPlain);
    if (problem !== undefined) damages.push({ member: nameOf(header, central?.header), why: problem });
    const start = localAt + LOCAL_BYTES + header.name.length + header.extraBytes;
    const bytes = zip.subarray(start, start + header.packedBytes);
    packed.set(utf8(header.name), bytes);
    const content = unpack(bytes, header);
    if (content === undefined)
      damages.push({ member: nameOf(header, central?.header), why: 'its content is damaged' });
    else members.set(utf8(header.name), content);
  }
  return { members, packed, damages };
}

const nameOf = (local: Header, central: Header | undefined): string =>
  central === undefined || central.name === local.name
    ? utf8(local.name)
    : `${utf8(local.name)} (in the directory: ${utf8(central.name)})`;
const utf8 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

const centralAfter = (found: readonly { readonly header: Header }[], count: number) =>
  found[count] ?? found[count - 1];

function directoryName(view: DataView, zip: Uint8Array, at: number): string | undefined {
  return at + CENTRAL_BYTES <= zip.length ? readCentral(view, zip, at).header.name : undefined;
}

function differing(local: Header, central: Header, isPlaced: boolean): string | undefined {
  const { mark: _own, ...one } = local;
  const { mark: _its, ...other } = central;
  if (JSON.stringify(one) !== JSON.stringify(other)) return 'its two headers do not agree';
  return isPlaced ? undefined : 'its entry in the directory is not as written';
}

function unpack(packed: Uint8Array, { method, bytes, crc, packedBytes }: Header): Uint8Array | undefined {
  if (packed.length !== packedBytes || (method !== STORED && method !== DEFLATED)) return undefined;
  try {
    const content =
      method === STORED
        ? packed
        : new Uint8Array(inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) }));
    return content.length === bytes && crc32(content) === crc ? content : undefined;
  } catch {
    return undefined;
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function readLocal(view: DataView, zip: Uint8Array, at: number): Header {
  const nameBytes = view.getUint16(at + 26, true);
  return {
    mark: view.getUint32(at, true),
    how: hex(zip.subarray(at + 4, at + 14)),
    method: view.getUint16(at + 8, true),
    crc: view.getUint32(at + 14, true),
    packedBytes: view.getUint32(at + 18, true),
    bytes: view.getUint32(at + 22, true),
    name: text(zip.subarray(at + LOCAL_BYTES, at + LOCAL_BYTES + nameBytes)),
    extraBytes: view.getUint16(at + 28, true),
  };
}

function readCentral(view: DataView, zip: Uint8Array, at: number) {
  const nameBytes = view.getUint16(at + 28, true);
  const header: Header = {
    mark: view.getUint32(at, true),
    how: hex(zip.subarray(at + 6, at + 16)),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packedBytes: view.getUint32(at + 20, true),
    bytes: view.getUint32(at + 24, true),
    name: text(zip.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes)),
    extraBytes: view.getUint16(at + 30, true),
  };
  // Made by, comment, disk and attributes: our writer leaves them at what a plain file has.
  const isPlain =
    view.getUint16(at + 4, true) === 20 && hex(zip.subarray(at + 32, at + 42)) === '0'.repeat(20);
  return { header, localAt: view.getUint32(at + 42, true), isPlain };
}

function readEnd(view: DataView, at: number) {
  const entries = view.getUint16(at + 10, true);
  return {
    entries,
    directoryBytes: view.getUint32(at + 12, true),
    directoryAt: view.getUint32(at + 16, true),
    isPlain:
      view.getUint32(at + 4, true) === 0 &&
      view.getUint16(at + 8, true) === entries &&
      view.getUint16(at + 20, true) === 0,
  };
}
