import { createHash } from 'node:crypto';
import { NeaiError } from '../shared/errors.ts';
import { readArchive } from './ar.ts';
import type { ArmAttributes } from './arm-attributes.ts';
import { type ArmObject, readArmObject } from './arm-object.ts';
import { emulatorOfLibrary, metadataOfArchive, otherIdIn } from './companions.ts';
import { readVendorHeader, type VendorHeader } from './header.ts';
import { type FoundLicence, findLicences } from './licence.ts';
import { readVendorMetadata, type VendorMetadata } from './metadata.ts';
import type { VendorFiles } from './unpack.ts';

/** A library that somebody else's Studio has made, as far as it can be known without running it. */
export interface VendorLibrary {
  /** 24 hexadecimal digits: of header or metadata, else the first of the archive's SHA-256. */
  readonly id: string;
  readonly idFrom: 'header' | 'metadata.json' | 'digest of the archive';
  readonly header: VendorHeader;
  readonly metadata: VendorMetadata;
  /** Calls of learn after which detection is meant to work; null where nobody tells. */
  readonly minimumIterations: number | null;
  /** By id from 1; empty where nobody tells. */
  readonly classNames: readonly string[];
  readonly licences: readonly FoundLicence[];
  /** What came along and does not belong to the archive. */
  readonly remarks: readonly string[];
  readonly paths: {
    readonly archive: string;
    readonly header: string;
    readonly knowledge: string | null;
    readonly emulator: string | null;
  };
  readonly archiveSha256: string;
  readonly objects: readonly ArmObject[];
  /** Attributes of the object that has most of them; objects that contradict each other are refused. */
  readonly attributes: ArmAttributes;
  readonly defined: ReadonlySet<string>;
  /** Names that the archive wants and does not have. */
  readonly wanted: readonly string[];
  readonly neaiBytes: number;
  /** Initialisation takes the array of knowledge.h. */
  readonly needsKnowledge: boolean;
  /** Variables outside .neai. */
  readonly dataBytes: number;
  readonly bssBytes: number;
}

const fail = (code: 'VENDOR_INCOMPLETE' | 'VENDOR_AMBIGUOUS', message: string, got: string): never => {
  throw new NeaiError(code, message, { got });
};

/**
 * Reads a download. @param from name of it, for errors
 * @throws VENDOR_INCOMPLETE, VENDOR_AMBIGUOUS, VENDOR_HEADER_INVALID, VENDOR_ARCHIVE_INVALID
 */
export function readVendorLibrary(files: VendorFiles, from: string): VendorLibrary {
  const archive = theOne(files, /(^|\/)libneai[^/]*\.a$/i, 'library archive libneai.a', from);
  const header = headerBeside(files, archive, from);
  const said = readVendorHeader(textOf(files, header), header);
  const metadataPath = nearest(files, /(^|\/)(libneai_)?metadata\.json$/i, archive);
  const bytes = files.get(archive)!;
  const described = metadataOfArchive(
    readVendorMetadata(metadataPath === null ? undefined : textOf(files, metadataPath)),
    bytes,
    said.id,
  );
  const metadata = described.value;
  const foreign = otherIdIn(bytes, said.id);
  if (foreign !== null)
    throw new NeaiError('VENDOR_HEADER_INVALID', 'the header is of another library than the archive', {
      file: header,
      asked: `library ${foreign}, which ${archive} names`,
      got: `library ${said.id}`,
      remedy: 'Give the NanoEdgeAI.h that was made with this libneai.a: signals would have another shape.',
    });
  const objects = readArchive(bytes, archive).map(({ name, bytes: object }) =>
    readArmObject(object, `${archive}(${name})`),
  );
  const archiveSha256 = createHash('sha256').update(bytes).digest('hex');
  const knownId = said.id ?? metadata.id;
  const id = knownId ?? archiveSha256.slice(0, 24);
  const found = emulatorOf(files, archive);
  const emulator = emulatorOfLibrary(
    found === null ? null : { path: found, bytes: files.get(found)! },
    knownId,
  );
  const defined = new Set(objects.flatMap((object) => object.defined));
  const size = (keep: (section: ArmObject['sections'][number]) => boolean): number =>
    objects.flatMap(({ sections }) => sections.filter(keep)).reduce((sum, section) => sum + section.bytes, 0);
  const isNeai = (name: string): boolean => /^\.neai(\.|$)/.test(name);
  const library = {
    id,
    idFrom: said.id !== null ? 'header' : metadata.id !== null ? 'metadata.json' : 'digest of the archive',
    header: said,
    metadata,
    minimumIterations: said.minimumIterations ?? metadata.minimumIterations,
    classNames: namesOf(said, metadata),
    licences: findLicences(files, archive, header),
    remarks: [described.remark, emulator.remark, ownBundle(files)].filter((remark) => remark !== null),
    paths: {
      archive,
      header,
      knowledge: nearest(files, /(^|\/)knowledge\.h$/i, header),
      emulator: emulator.value,
    },
    archiveSha256,
    objects,
    attributes: agreedAttributes(objects, archive),
    defined,
    wanted: [...new Set(objects.flatMap((object) => object.undefined))]
      .filter((name) => !defined.has(name))
      .sort(),
    needsKnowledge: Object.entries(said.functions).some(
      ([name, { parameters }]) => /(_init|knowledge_init)$/.test(name) && /\bfloat\b/.test(parameters),
    ),
    neaiBytes: size(({ name }) => isNeai(name)),
    dataBytes: size(({ name, writable, zeroed }) => writable && !zeroed && !isNeai(name)),
    bssBytes: size(({ name, zeroed }) => zeroed && !isNeai(name)),
  } as const satisfies VendorLibrary;
  const missing = Object.keys(said.functions).filter((name) => isCalled(name) && !defined.has(name));
  if (missing.length > 0)
    throw new NeaiError('VENDOR_INCOMPLETE', 'the archive lacks functions that its header declares', {
      file: archive,
      asked: missing.join(', '),
      got: [...defined].filter((name) => /neai|NanoEdge/i.test(name)).join(', ') || 'none of the kind',
    });
  return library;
}

/** A bundle of this project wears an interface of the Studio's, and needs no import. */
function ownBundle(files: VendorFiles): string | null {
  const emulator = nearest(files, /(^|\/)emulator\.mjs$/, '');
  return emulator === null
    ? null
    : `${emulator} is of this project: emulate, compare and build take this bundle as it is, without an import`;
}

/** Names count only where there is one for each class. */
function namesOf({ classes, classNames }: VendorHeader, metadata: VendorMetadata): readonly string[] {
  return [classNames, metadata.classNames].find(({ length }) => length === classes && length > 0) ?? [];
}

/** Functions without which nothing can be run; the rest of a header may be there or not. */
const isCalled = (name: string): boolean =>
  /^(NanoEdgeAI_(initialize|learn|detect|knowledge_init|classif\w*)|neai_(anomalydetection_(init|learn|detect)|classification(_init)?|oneclass(_init)?|outlier(_init)?|extrapolation(_init)?))$/.test(
    name,
  );

/** Editors on Windows save UTF-16 at times; the byte order mark says so. */
function textOf(files: VendorFiles, path: string): string {
  const bytes = files.get(path)!;
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

const SHOWN = 6;
function namesIn(files: VendorFiles): string {
  const names = [...files.keys()].slice(0, SHOWN).join(', ');
  return names === '' ? 'nothing of a library' : `${names}${files.size > SHOWN ? ', …' : ''}`;
}

/** The one file of a kind. Copies with the same bytes are one; different ones are not chosen between. */
function theOne(files: VendorFiles, pattern: RegExp, what: string, from: string): string {
  const found = [...files.keys()].filter((path) => pattern.test(path));
  if (found.length === 0) fail('VENDOR_INCOMPLETE', `there is no ${what} in ${from}`, namesIn(files));
  found.sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1));
  const different = found.filter((path) => !sameBytes(files.get(path)!, files.get(found[0]!)!));
  if (different.length > 0)
    fail('VENDOR_AMBIGUOUS', `${from} holds more than one ${what}`, found.slice(0, 8).join(', '));
  return found[0]!;
}

function headerBeside(files: VendorFiles, archive: string, from: string): string {
  const exact = /(^|\/)NanoEdgeAI\.h$/i;
  const headers = [...files.keys()].filter((path) => exact.test(path));
  if (headers.length === 0) {
    const other = [...files.keys()].filter((path) => /nanoedge[^/]*\.h$|neai[^/]*\.h$/i.test(path));
    if (other.length === 1) return other[0]!;
    fail('VENDOR_INCOMPLETE', `there is no NanoEdgeAI.h in ${from}`, other.join(', ') || `only ${archive}`);
  }
  const here = headers.filter((path) => folderOf(path) === folderOf(archive));
  return here.length === 1 ? here[0]! : theOne(files, exact, 'header NanoEdgeAI.h', from);
}

const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/');

/** The file of a kind that shares most folders with another; null where there is none. */
function nearest(files: VendorFiles, pattern: RegExp, beside: string): string | null {
  const home = beside.split('/');
  const shared = (path: string): number => {
    const parts = path.split('/');
    const apart = parts.findIndex((part, index) => part !== home[index]);
    return apart < 0 ? parts.length : apart;
  };
  const found = [...files.keys()].filter((path) => pattern.test(path));
  found.sort((a, b) => shared(b) - shared(a) || a.length - b.length || (a < b ? -1 : 1));
  return found[0] ?? null;
}

/** A program of Linux, or the shared library with its script. Null where the download has none. */
function emulatorOf(files: VendorFiles, archive: string): string | null {
  const programs = new Map(
    [...files].filter(([path, bytes]) => {
      const isElf = bytes.length > 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c;
      return isElf && /(emulator|\.so)$/i.test(path);
    }),
  );
  return nearest(programs, /./, archive);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** Objects of one archive have to be for one core and one calling convention. */
function agreedAttributes(objects: readonly ArmObject[], archive: string): ArmAttributes {
  const all = objects.flatMap(({ attributes }) => (attributes === null ? [] : [attributes]));
  if (all.length === 0)
    throw new NeaiError('VENDOR_ARCHIVE_INVALID', 'no object of the archive tells its core', {
      file: archive,
      asked: 'a section .ARM.attributes',
    });
  const most = all.reduce((best, one) => (one.cpuArch > best.cpuArch ? one : best));
  const conventions = new Set(all.map(({ vfpArgs }) => vfpArgs));
  if (conventions.size > 1)
    throw new NeaiError('VENDOR_ARCHIVE_INVALID', 'objects of the archive pass floats in different ways', {
      file: archive,
      got: all.map(({ vfpArgs }) => (vfpArgs === 1 ? 'FPU registers' : 'core registers')).join(', '),
    });
  return {
    ...most,
    fpArch: Math.max(...all.map(({ fpArch }) => fpArch)),
    hardFpUse: all.some(({ fpArch, hardFpUse }) => fpArch > 0 && hardFpUse !== 1) ? 0 : 1,
    enumSize: Math.max(...all.map(({ enumSize }) => enumSize)),
    wcharBytes: Math.max(...all.map(({ wcharBytes }) => wcharBytes)),
  };
}
