import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLibrary } from '../../src/engine/index.ts';
import { loadLibrary } from '../../src/studio/load-library.ts';

const library = createLibrary(
  {
    format: 'neai-library',
    formatVersion: 1,
    kind: 'anomaly-detection',
    axes: 1,
    bufferSize: 8,
    pipeline: [{ transform: 'time_stats', params: {} }],
    model: { name: 'diag', params: {} },
    calibration: { scale: '3f800000', width: '40000000' },
    detectFloor: 12,
    minimumLearningIterations: 20,
  },
  null,
);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-library-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const searched = (search: object): string =>
  JSON.stringify({
    ...library,
    search: { seed: 1, evaluations: 1, budget: 1, files: [], seenLines: '', scores: {}, ...search },
  });

const written = async (name: string, content: string | Uint8Array): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
};

describe('a library', () => {
  it('is loaded from a file, from its folder and from a bundle zip', async () => {
    const text = JSON.stringify(library);
    const file = await written('library.json', text);
    const zip = await written(
      'bundle.zip',
      zipSync({ 'neai/library.json': strToU8(text), 'README.md': strToU8('') }),
    );
    for (const place of [file, folder, zip]) expect(await loadLibrary(place)).toEqual(library);
  });

  it.each([
    ['not JSON', '{', 'LIBRARY_INVALID', /not JSON/],
    ['another document', '{"a":1}', 'LIBRARY_INVALID', /not a library/],
    ['a later format', JSON.stringify({ ...library, formatVersion: 2 }), 'LIBRARY_VERSION', /version 2/],
    ['a broken field', JSON.stringify({ ...library, axes: 0 }), 'LIBRARY_INVALID', /axes/],
    ['changed by hand', JSON.stringify({ ...library, detectFloor: 13 }), 'LIBRARY_INVALID', /id/],
    ['seen lines that are no base64', searched({ seenLines: 'x' }), 'LIBRARY_INVALID', /seenLines/],
    ['seen lines cut short', searched({ seenLines: 'AAAA' }), 'LIBRARY_INVALID', /seenLines.*8 bytes/],
    [
      'a range of seen lines turned round',
      searched({
        files: [{ name: 'r', label: 'regular', sha256: '0'.repeat(64), lines: 9, selected: [[5, 2]] }],
      }),
      'LIBRARY_INVALID',
      /selected\.0.*ends? before/,
    ],
    [
      'an unknown model',
      JSON.stringify({ ...library, model: { name: 'oracle', params: {} } }),
      'LIBRARY_INVALID',
      /oracle/,
    ],
    ['a torn zip', new Uint8Array([0x50, 0x4b, 3, 4, 9, 9]), 'LIBRARY_INVALID', /zip/],
  ])('is refused when it is %s, naming file and fault', async (_name, content, code, message) => {
    const file = await written('broken.json', content);
    const failure = loadLibrary(file);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ code });
    await expect(failure).rejects.toHaveProperty('details.file', expect.stringContaining(file));
  });

  it('that is not there is said to be not there', async () => {
    const empty = join(folder, 'empty');
    await mkdir(empty);
    const zip = await written('other.zip', zipSync({ 'README.md': strToU8('') }));
    for (const place of [join(folder, 'nowhere'), empty, zip]) {
      await expect(loadLibrary(place)).rejects.toMatchObject({ code: 'LIBRARY_NOT_FOUND' });
    }
  });
});
