import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { restoreVerdict } from '../../src/cli/vendor/restore-check.ts';
import { emulatorOfLibrary, metadataOfArchive } from '../../src/vendor/companions.ts';
import { readVendorMetadata } from '../../src/vendor/metadata.ts';

const ID = '5f0a1b2c3d4e5f6071829304';
const OTHER_ID = '630f76f33a65062228d22b24';
const archive = new TextEncoder().encode('an archive');
const md5 = createHash('md5').update(archive).digest('hex');
const metadataWith = (id: string, library_md5sum: string) =>
  readVendorMetadata(
    JSON.stringify({ library_id: id, library_md5sum, learning_min_lines: 7, lib_limited: true }),
  );

test('metadata.json that was written for another archive is not used, and that is said', () => {
  const own = metadataOfArchive(metadataWith(ID, md5), archive, ID);
  expect([own.value.minimumIterations, own.remark]).toEqual([7, null]);
  const mixed = metadataOfArchive(metadataWith(OTHER_ID, '0'.repeat(32)), archive, ID);
  expect([mixed.value.minimumIterations, mixed.value.limited]).toEqual([null, null]);
  expect(mixed.remark).toBe(`metadata.json is of another archive (library ${OTHER_ID}): it is not used`);
});

test('a stripped archive keeps the metadata.json of its library', () => {
  const { value, remark } = metadataOfArchive(metadataWith(ID, '0'.repeat(32)), archive, ID);
  expect([value.minimumIterations, remark]).toEqual([7, expect.stringContaining('was changed')]);
});

test('an emulator with the id of another library is not used; one that has no id, or the right one, is', () => {
  const program = (text: string) => ({
    path: 'emulators/E',
    bytes: new TextEncoder().encode(`\u007fELF\0${text}\0`),
  });
  expect(emulatorOfLibrary(program(ID), ID)).toEqual({ value: 'emulators/E', remark: null });
  expect(emulatorOfLibrary(program('None'), ID).value).toBe('emulators/E');
  expect(emulatorOfLibrary(program(`a build id: ${OTHER_ID}0123456789abcdef`), ID).value).toBe('emulators/E');
  expect(emulatorOfLibrary(program(OTHER_ID), null).value).toBe('emulators/E');
  expect(emulatorOfLibrary(program(OTHER_ID), ID)).toEqual({
    value: null,
    remark: `emulators/E is the emulator of another library (${OTHER_ID}): it is not used`,
  });
});

test('a restore has kept what scores the same, and codes are no scores', () => {
  expect(restoreVerdict([100, 40], [100, 40], 20)).toMatchObject({ verdict: 'KEPT', differing: 0 });
  expect(restoreVerdict([100, 40], [100, 43], 20)).toMatchObject({ verdict: 'HIDDEN STATE', largest: 3 });
  expect(restoreVerdict([124, 124], [124, 124], 20)).toMatchObject({
    ...{ verdict: 'NOT SHOWN', reason: expect.stringContaining('a code (124)') },
  });
  expect(restoreVerdict([100], [124], 20).verdict).toBe('HIDDEN STATE');
  expect(restoreVerdict([], [], 20).reason).toContain('no signal was detected');
});
