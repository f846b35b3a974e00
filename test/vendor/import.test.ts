import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listBoards, loadBoard } from '../../src/boards/load.ts';
import { readArchive } from '../../src/vendor/ar.ts';
import { fitOf } from '../../src/vendor/fit.ts';
import { isVendorFolder, loadVendorFolder } from '../../src/vendor/folder.ts';
import { readVendorHeader } from '../../src/vendor/header.ts';
import { readVendorLibrary } from '../../src/vendor/library.ts';
import { readVendorFiles } from '../../src/vendor/unpack.ts';
import { runNeai } from '../cli/run-neai.ts';
import { FIXTURE_ID, FIXTURE_SHAPE, HEADERS } from './fixture/headers.ts';
import { type FixtureOptions, makeVendorFixture } from './fixture/make.ts';

let root: string;
let nextFolder = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'neai-vendor-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const fixture = (options: FixtureOptions): Promise<string> =>
  makeVendorFixture(join(root, `library-${nextFolder++}`), options);
const libraryAt = async (folder: string) => readVendorLibrary(await readVendorFiles(folder), folder);
const boardsThatLink = async (folder: string): Promise<string[]> => {
  const library = await libraryAt(folder);
  return listBoards().filter((id) => fitOf(library, loadBoard(id)).links);
};
const WITH_M4_CODE = [
  'nucleo-f401re',
  'nucleo-f411re',
  'nucleo-f746zg',
  'nucleo-l432kc',
  'nucleo-l476rg',
  'nucleo-l552ze-q',
];

describe('the header', () => {
  for (const generation of [2, 3, 5] as const) {
    test(`tells generation ${generation}, shape and id`, () => {
      const header = readVendorHeader(HEADERS[generation], 'NanoEdgeAI.h');
      expect(header).toMatchObject({
        generation,
        kind: 'anomaly-detection',
        id: FIXTURE_ID,
        ...FIXTURE_SHAPE,
      });
    });
  }

  test('gives the codes of the enum as they stand there, also where a member is missing', () => {
    expect(readVendorHeader(HEADERS[3], 'h').states['NEAI_UNKNOWN_ERROR']).toBe(128);
    const older = HEADERS[3].replace('    NEAI_MINIMAL_RECOMMENDED_LEARNING_DONE,\n', '');
    const { states, minimumIterations } = readVendorHeader(older, 'h');
    expect(states['NEAI_UNKNOWN_ERROR']).toBe(127);
    expect(minimumIterations).toBe(4);
  });

  test('is read with other spacing, line ends, names of macros and no id at all', () => {
    const odd = HEADERS[2]
      .replaceAll('\n', '\r\n')
      .replace('#define AXIS_NUMBER 2', '#  define\tNB_AXES\t( 2u ) /* two */')
      .replace('#define DATA_INPUT_USER 16', '#define BUFFER_SIZE 16u')
      .replace(FIXTURE_ID, 'None')
      .replace('NanoEdgeAI_learn(float data_input[])', 'NanoEdgeAI_learn( \r\n float *x )');
    expect(readVendorHeader(odd, 'h')).toMatchObject({ generation: 2, id: null, ...FIXTURE_SHAPE });
  });

  test('of classification tells classes and their names, in code or in a comment', () => {
    const header = `#define AXIS_NUMBER 1\n#define DATA_INPUT_USER 8\n#define CLASS_NUMBER 2
      enum neai_state { NEAI_OK = 0, NEAI_INIT_FCT_NOT_CALLED = 123 };
      enum neai_state neai_classification_init(const float knowledge_buffer[]);
      enum neai_state neai_classification(float data_input[], float output_buffer[], uint16_t *id_class);
      /* const char *id2class[CLASS_NUMBER + 1] = { // names
        "unknown", "low", "high", }; */`;
    expect(readVendorHeader(header, 'h')).toMatchObject({
      ...{ generation: 3, kind: 'classification', classes: 2, classNames: ['low', 'high'] },
    });
  });

  test.each([
    ['no function', '#define AXIS_NUMBER 1', 'declares no function'],
    ['no shape', HEADERS[2].replace('#define AXIS_NUMBER 2', ''), 'shape of a signal'],
    ['two kinds', `${HEADERS[3]}\nenum neai_state neai_classification(float *a);`, 'mixes kinds'],
  ])('is refused with %s', (_, text, message) => {
    expect(() => readVendorHeader(text, 'h')).toThrow(
      expect.objectContaining({ code: 'VENDOR_HEADER_INVALID' }),
    );
    expect(() => readVendorHeader(text, 'h')).toThrow(message);
  });
});

describe('the archive', () => {
  test('tells core and float ABI, and with that the boards it links with', async () => {
    expect(await boardsThatLink(await fixture({ generation: 3 }))).toEqual(WITH_M4_CODE);
    const soft = ['-mcpu=cortex-m0', '-mthumb'];
    expect(await boardsThatLink(await fixture({ generation: 2, target: soft }))).toEqual(listBoards());
    const m7 = ['-mcpu=cortex-m7', '-mthumb', '-mfloat-abi=hard', '-mfpu=fpv5-sp-d16'];
    expect(await boardsThatLink(await fixture({ generation: 5, target: m7 }))).toEqual([
      'nucleo-f746zg',
      'nucleo-l552ze-q',
    ]);
  });

  test('says why a board cannot link it', async () => {
    const double = ['-mcpu=cortex-m7', '-mthumb', '-mfloat-abi=hard', '-mfpu=fpv5-d16'];
    const m7 = await libraryAt(await fixture({ generation: 3, target: double }));
    const reasonsOn = (library: typeof m7, id: string) => fitOf(library, loadBoard(id)).reasons.join('; ');
    expect(reasonsOn(m7, 'nucleo-f746zg')).toContain('double-precision FPU (FPv5-D16)');
    const m4 = await libraryAt(await fixture({ generation: 3 }));
    expect(reasonsOn(m4, 'nucleo-f103rb')).toContain('v7E-M, which a cortex-m3 does not execute; float ABI');
    expect(reasonsOn({ ...m4, wanted: ['memcpy', 'printf'] }, 'nucleo-l432kc')).toMatch(/have: printf$/);
    expect(reasonsOn({ ...m4, header: { ...m4.header, kind: 'extrapolation' } }, 'nucleo-l432kc')).toContain(
      'kind extrapolation',
    );
  });

  test('is measured: knowledge, variables, the size of wchar_t', async () => {
    const library = await libraryAt(
      await fixture({ generation: 2, target: ['-mcpu=cortex-m4', '-mthumb', '-fshort-wchar'] }),
    );
    expect(library).toMatchObject({ neaiBytes: 20, bssBytes: 1, dataBytes: 0, minimumIterations: 4 });
    expect(library.attributes.wcharBytes).toBe(2);
  });

  test('is refused in one way or another wherever it is cut', async () => {
    const bytes = new Uint8Array(await readFile(join(await fixture({ generation: 2 }), 'libneai.a')));
    for (let length = 0; length < bytes.length; length += 97) {
      const files = new Map([
        ['libneai.a', bytes.subarray(0, length)],
        ['NanoEdgeAI.h', new TextEncoder().encode(HEADERS[2])],
      ]);
      expect(() => readVendorLibrary(files, 'cut')).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^VENDOR_(ARCHIVE_INVALID|INCOMPLETE)$/) }),
      );
    }
  });

  test('is refused when it is thin, or for the computer itself', async () => {
    expect(() => readArchive(new TextEncoder().encode('!<thin>\n'), 'a')).toThrow('thin');
    const folder = await fixture({ generation: 2, emulator: true });
    const program = await readFile(join(folder, 'emulators', 'NanoEdgeAI_Emulator'));
    const header = `x.o/${' '.repeat(12)}${'0'.padEnd(32)}${String(program.length).padEnd(10)}\`\n`;
    await writeFile(join(folder, 'libneai.a'), Buffer.concat([Buffer.from(`!<arch>\n${header}`), program]));
    await expect(libraryAt(folder)).rejects.toThrow(
      expect.objectContaining({
        code: 'VENDOR_ARCHIVE_INVALID',
        message: 'the archive is for another machine',
      }),
    );
  });
});

describe('the download', () => {
  const zipOf = async (entries: Record<string, Uint8Array | string>): Promise<string> => {
    const path = join(root, `${nextFolder++}.zip`);
    const bytes = Object.entries(entries).map(([name, content]) => [
      name,
      typeof content === 'string' ? new TextEncoder().encode(content) : content,
    ]);
    await writeFile(path, zipSync(Object.fromEntries(bytes)));
    return path;
  };
  const refusal = async (path: string): Promise<string> =>
    readVendorFiles(path)
      .then((files) => readVendorLibrary(files, path))
      .then(
        () => 'nothing',
        (error) => `${error.code} ${error.details.got}`,
      );

  test('is refused when it is damaged, leaves its folder, or is a bomb', async () => {
    const whole = await zipOf({ 'NanoEdgeAI.h': HEADERS[2] });
    const bytes = await readFile(whole);
    await writeFile(whole, bytes.subarray(0, bytes.length - 30));
    expect(await refusal(whole)).toMatch(/^VENDOR_ZIP_INVALID/);
    expect(await refusal(await zipOf({ '../NanoEdgeAI.h': HEADERS[2] }))).toBe(
      'VENDOR_ZIP_INVALID ../NanoEdgeAI.h',
    );
    expect(await refusal(await zipOf({ 'a\\..\\..\\b': 'x' }))).toMatch(/^VENDOR_ZIP_INVALID/);
    expect(await refusal(await zipOf({ 'libneai.a': new Uint8Array(40 * 1024 * 1024) }))).toMatch(
      /^VENDOR_ZIP_INVALID libneai.a: file 1/,
    );
    await writeFile(whole, 'no zip');
    expect(await refusal(whole)).toMatch(/^VENDOR_ZIP_INVALID/);
    expect(await refusal(join(root, 'nowhere.zip'))).toMatch(/^VENDOR_NOT_FOUND/);
  });

  test('is refused without header or archive, and with two of them', async () => {
    const a = await readFile(join(await fixture({ generation: 2 }), 'libneai.a'));
    const b = await readFile(join(await fixture({ generation: 3 }), 'libneai.a'));
    expect(await refusal(await zipOf({ 'libneai.a': a }))).toMatch(/^VENDOR_INCOMPLETE/);
    expect(await refusal(await zipOf({ 'NanoEdgeAI.h': HEADERS[2] }))).toMatch(/^VENDOR_INCOMPLETE/);
    expect(
      await refusal(await zipOf({ 'x/libneai.a': a, 'y/libneai.a': b, 'NanoEdgeAI.h': HEADERS[2] })),
    ).toMatch(/^VENDOR_AMBIGUOUS/);
    expect(
      await refusal(
        await zipOf({ 'libneai.a': a, 'x/NanoEdgeAI.h': HEADERS[2], 'y/NanoEdgeAI.h': HEADERS[3] }),
      ),
    ).toMatch(/^VENDOR_AMBIGUOUS/);
    expect(await refusal(await zipOf({ 'libneai.a': a, 'NanoEdgeAI.h': HEADERS[3] }))).toMatch(
      /^VENDOR_INCOMPLETE NanoEdgeAI_/,
    );
    expect(
      await refusal(await zipOf({ 'x/libneai.a': a, 'y/libneai.a': a, 'NanoEdgeAI.h': HEADERS[2] })),
    ).toBe('nothing');
  });

  test('does not follow a link out of the folder', async () => {
    const folder = await fixture({ generation: 2 });
    await rm(join(folder, 'NanoEdgeAI.h'));
    await symlink('/etc/hostname', join(folder, 'NanoEdgeAI.h'));
    expect(await refusal(folder)).toMatch(/^VENDOR_INCOMPLETE/);
  });
});

test('neai import prints interface, licence and boards, and writes a folder that is checked when it is read', async () => {
  const source = await fixture({ generation: 3, emulator: true });
  const { stdout, exitCode } = await runNeai(root, 'import', source, '--out', 'imported');
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`library ${FIXTURE_ID} (header), interface v3/v4, anomaly-detection`);
  expect(stdout).toContain('licence: none found');
  expect(stdout).toContain('limit use to its own devices');
  expect(stdout.match(/^links not /gm)).toHaveLength(3);
  const folder = join(root, 'imported');
  expect(await isVendorFolder(folder)).toBe(true);
  expect((await loadVendorFolder(folder)).library.paths.emulator).toBe('emulators/NanoEdgeAI_Emulator');
  expect(await readFile(join(folder, 'metadata.json'), 'utf8')).not.toContain('a@b.c');
  const other = await readFile(join(await fixture({ generation: 3, macros: ['HIDDEN'] }), 'libneai.a'));
  await writeFile(join(folder, 'libneai.a'), other);
  await expect(loadVendorFolder(folder)).rejects.toThrow(
    expect.objectContaining({ code: 'VENDOR_FOLDER_INVALID' }),
  );
});
