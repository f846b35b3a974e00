import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NeaiError } from '../../src/shared/errors.ts';
import { readVendorLibrary } from '../../src/vendor/library.ts';
import { readVendorFiles } from '../../src/vendor/unpack.ts';
import { FIXTURE_ID, FIXTURE_SHAPE, HEADERS } from './fixture/headers.ts';
import { makeVendorFixture } from './fixture/make.ts';

let root: string;
let archive: Uint8Array;
let nextFile = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'neai-odd-'));
  // generation 5: its archive names its id, as the Studio's do
  archive = new Uint8Array(
    await readFile(join(await makeVendorFixture(join(root, 'made'), { generation: 5 }), 'libneai.a')),
  );
});
afterAll(() => rm(root, { recursive: true, force: true }));

type Entries = Record<string, Uint8Array | string>;
const bytesOf = (content: Uint8Array | string): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;
const zipOf = (entries: Entries): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(entries).map(([name, content]) => [name, bytesOf(content)])));
const saved = async (bytes: Uint8Array): Promise<string> => {
  const path = join(root, `${nextFile++}.zip`);
  await writeFile(path, bytes);
  return path;
};
const readAt = async (path: string) => readVendorLibrary(await readVendorFiles(path), path);
const library = () => ({ 'libneai.a': archive, 'NanoEdgeAI.h': HEADERS[5] });
const inUtf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'));
/** As zips of other programs are: every member stored with another method or flag. */
const withField = (at: number, value: number): Uint8Array => {
  const zip = zipOf(library());
  const view = new DataView(zip.buffer, zip.byteOffset);
  for (let i = 0; i + 46 < zip.length; i++) {
    if (view.getUint32(i, true) === 0x04034b50) view.setUint16(i + at, value, true);
    if (view.getUint32(i, true) === 0x02014b50) view.setUint16(i + at + 2, value, true);
  }
  return zip;
};

describe('a download is read', () => {
  test.each<[string, () => Entries]>([
    ['in folders with blanks and accents', () => under('My project (final)/été/lib', library())],
    ['with backslashes of Windows', () => under('export\\lib', library(), '\\')],
    [
      "with macOS's shadow files",
      () => ({ ...library(), '__MACOSX/._libneai.a': 'x', '._NanoEdgeAI.h': 'x', '._libneai.a': 'x' }),
    ],
    [
      'with a header in Latin-1',
      () => ({ ...library(), 'NanoEdgeAI.h': latin1(`/* été */\n${HEADERS[5]}`) }),
    ],
    [
      'with line ends of Windows',
      () => ({ ...library(), 'NanoEdgeAI.h': HEADERS[5].replaceAll('\n', '\r\n') }),
    ],
    [
      'with line ends of old Macs',
      () => ({ ...library(), 'NanoEdgeAI.h': HEADERS[5].replaceAll('\n', '\r') }),
    ],
    ['with a header in UTF-16', () => ({ ...library(), 'NanoEdgeAI.h': inUtf16(HEADERS[5]) })],
    ['with metadata.json that is none', () => ({ ...library(), 'metadata.json': '{"library_id": 7, ' })],
    ['with other letters', () => ({ 'LIBNEAI.A': archive, 'nanoedgeai.H': HEADERS[5] })],
  ])('%s', async (_, entries) => {
    const { header, id } = await readAt(await saved(zipOf(entries())));
    expect({ id, axes: header.axes, bufferSize: header.bufferSize }).toEqual({
      id: FIXTURE_ID,
      ...FIXTURE_SHAPE,
    });
  });

  test('of this project itself, and that it needs no import is said', async () => {
    const { remarks } = await readAt(await saved(zipOf({ ...library(), 'emulator.mjs': '// ours' })));
    expect(remarks).toEqual([expect.stringContaining('emulator.mjs is of this project')]);
  });

  test('through a link to its folder', async () => {
    await symlink(join(root, 'made'), join(root, 'linked'));
    expect((await readAt(join(root, 'linked'))).id).toBe(FIXTURE_ID);
  });
});

describe('a download is refused, and the message says why', () => {
  test.each<[string, () => Uint8Array, string, RegExp]>([
    ['an empty zip', () => zipOf({}), 'VENDOR_ZIP_INVALID', /the zip is empty/],
    ['an empty file', () => new Uint8Array(0), 'VENDOR_ZIP_INVALID', /no zip/],
    ['an encrypted zip', () => withField(6, 1), 'VENDOR_ZIP_INVALID', /is encrypted.*Unpack/],
    ['another compression', () => withField(8, 14), 'VENDOR_ZIP_INVALID', /compressed in a way.*type 14/],
    [
      'a zip inside',
      () => zipOf({ 'a/fan.zip': zipOf(library()) }),
      'VENDOR_INCOMPLETE',
      /a zip that may.*fan/,
    ],
    [
      'an empty archive',
      () => zipOf({ ...library(), 'libneai.a': '' }),
      'VENDOR_ARCHIVE_INVALID',
      /no archive/,
    ],
    [
      'a pointer of Git LFS',
      () => zipOf({ ...library(), 'libneai.a': 'version https' }),
      'VENDOR_ARCHIVE_INVALID',
      /no archive/,
    ],
    [
      'an empty header',
      () => zipOf({ ...library(), 'NanoEdgeAI.h': '' }),
      'VENDOR_HEADER_INVALID',
      /no function/,
    ],
    [
      'comments alone',
      () => zipOf({ ...library(), 'NanoEdgeAI.h': '/* neai_anomalydetection_learn(); */' }),
      'VENDOR_HEADER_INVALID',
      /no function/,
    ],
    [
      'an emulator alone',
      () => zipOf({ 'emulators/NanoEdgeAI_Emulator': 'x' }),
      'VENDOR_INCOMPLETE',
      /libneai.a.*got.*NanoEdgeAI_Emulator/,
    ],
    [
      "another library's header",
      () => zipOf({ ...library(), 'NanoEdgeAI.h': HEADERS[5].replace(FIXTURE_ID, '0'.repeat(24)) }),
      'VENDOR_HEADER_INVALID',
      new RegExp(`another library than the archive.*${FIXTURE_ID}`),
    ],
  ])('%s', async (_, bytes, code, message) => {
    const error = await readAt(await saved(bytes())).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(NeaiError);
    const { code: told, message: text, details } = error as NeaiError;
    expect([told, `${text} ${JSON.stringify(details)}`]).toEqual([code, expect.stringMatching(message)]);
  });

  test('big-endian objects, and what is neither file nor folder', async () => {
    const source = join(root, 'big.c');
    await writeFile(source, 'int neai_anomalydetection_init(void) { return 0; }\n');
    const object = join(root, 'big.o');
    await execa('arm-none-eabi-gcc', [
      '-mbig-endian',
      '-mcpu=cortex-m4',
      '-mthumb',
      '-c',
      source,
      '-o',
      object,
    ]);
    await execa('arm-none-eabi-ar', ['qcD', join(root, 'big.a'), object]);
    const big = new Uint8Array(await readFile(join(root, 'big.a')));
    await expect(readAt(await saved(zipOf({ ...library(), 'libneai.a': big })))).rejects.toThrow(
      expect.objectContaining({ details: expect.objectContaining({ got: 'Arm, big-endian' }) }),
    );
    await execa('mkfifo', [join(root, 'pipe')]);
    await expect(readAt(join(root, 'pipe'))).rejects.toThrow(
      expect.objectContaining({ code: 'VENDOR_NOT_FOUND' }),
    );
    await mkdir(join(root, 'nothing'));
    await expect(readAt(join(root, 'nothing'))).rejects.toThrow('there is no library archive');
  });
});

const under = (folder: string, entries: Entries, separator = '/'): Entries =>
  Object.fromEntries(
    Object.entries(entries).map(([name, content]) => [`${folder}${separator}${name}`, content]),
  );
const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
