import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { END_OF_ARCHIVE } from '../../src/history/evidence/archive.ts';
import { checkBundle } from '../../src/history/evidence/check.ts';
import { packEvidence } from '../../src/history/evidence/pack.ts';
import { NeaiError } from '../../src/shared/errors.ts';
import { seededRandom } from '../../src/shared/random.ts';

const random = seededRandom(4);
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => random.below(7) * 30);
const MEMBERS = [
  { path: 'record.json', content: new TextEncoder().encode('{"format": "neai-run-record"}\n'.repeat(40)) },
  { path: 'firmware.elf', content: bytes(3000) },
  { path: 'frames.log', content: bytes(200) },
  { path: 'data/0-regular.csv', content: new TextEncoder().encode('1,2,3\n'.repeat(60)) },
  { path: 'empty.txt', content: new Uint8Array(0) },
  { path: 'data/1-prüfling.csv', content: bytes(50) },
];
const FACTS = {
  runId: '20261120-231500-compare-bench-1',
  data: [{ path: 'regular.csv', sha256: '0'.repeat(64), member: 'data/0-regular.csv', absent: null }],
  tools: { neai: '0.1.0' },
};
const zip = packEvidence(FACTS, MEMBERS);

/** Which member each byte of the archive belongs to, told by an independent walk over its headers. */
function ownerOf(at: number): string {
  const view = new DataView(zip.buffer, zip.byteOffset);
  const nameAt = (start: number, length: number): string =>
    new TextDecoder().decode(zip.subarray(start, start + length));
  let start = 0;
  while (view.getUint32(start, true) === 0x04034b50) {
    const name = nameAt(start + 30, view.getUint16(start + 26, true));
    const next = start + 30 + view.getUint16(start + 26, true) + view.getUint32(start + 18, true);
    if (at < next) return name;
    start = next;
  }
  while (view.getUint32(start, true) === 0x02014b50) {
    const name = nameAt(start + 46, view.getUint16(start + 28, true));
    const next = start + 46 + view.getUint16(start + 28, true);
    if (at < next) return name;
    start = next;
  }
  return END_OF_ARCHIVE;
}

describe('a bundle of evidence', () => {
  test('has the same bytes for the same members, and nothing is wrong with it', () => {
    expect(packEvidence(FACTS, [...MEMBERS].reverse())).toEqual(zip);
    const { damages, manifest, members } = checkBundle(zip, 'evidence.zip');
    expect(damages).toEqual([]);
    expect(manifest!.members.map(({ path }) => path)).toEqual(MEMBERS.map(({ path }) => path).sort());
    for (const { path, content } of MEMBERS) expect(members.get(path)).toEqual(content);
  });

  test('is a zip that other readers read', () => {
    const read = unzipSync(zip);
    for (const { path, content } of MEMBERS) expect(read[path]).toEqual(content);
    expect(Object.keys(read)[0]).toBe('manifest.json');
  });

  test('names the member of which any one byte was flipped', () => {
    for (let at = 0; at < zip.length; at++) {
      const flipped = Uint8Array.from(zip);
      flipped[at]! ^= 1 << random.below(8);
      const owner = ownerOf(at);
      let named: string[];
      try {
        named = checkBundle(flipped, 'evidence.zip').damages.map(({ member }) => member);
      } catch (error) {
        // Without its first header nothing can be found: that is no bundle any more.
        expect(error).toBeInstanceOf(NeaiError);
        named = [`${(error as NeaiError).code} manifest.json`];
      }
      expect(named.join('; '), `byte ${at} of ${owner}`).toContain(owner);
    }
  });

  test('says what is missing, what is more, and what is another one', () => {
    const damagesOf = (members: typeof MEMBERS) => {
      const other = packEvidence(FACTS, members);
      // The manifest of the first with the members of the second.
      const { members: parts } = checkBundle(other, 'b');
      const manifest = checkBundle(zip, 'a').members.get('manifest.json')!;
      return { parts, manifest };
    };
    const { manifest } = damagesOf(MEMBERS);
    const swapped = packEvidence(FACTS, [{ path: 'manifest.json', content: manifest }, ...MEMBERS.slice(1)]);
    const named = checkBundle(swapped, 'evidence.zip').damages;
    expect(named).toEqual([{ member: 'record.json', why: 'it is missing' }]);
  });

  test('is told from other files', () => {
    for (const other of [
      new Uint8Array(0),
      new TextEncoder().encode('no zip at all, though long enough to be one'),
    ]) {
      expect(() => checkBundle(other, 'x')).toThrow(expect.objectContaining({ code: 'BUNDLE_INVALID' }));
    }
  });
});
