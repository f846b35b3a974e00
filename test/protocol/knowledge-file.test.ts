import { describe, expect, it } from 'vitest';
import {
  checkKnowledgeFits,
  decodeKnowledgeFile,
  describeKnowledge,
  encodeKnowledgeFile,
  floatOfWord,
  KNOWLEDGE_HEADER_BYTES,
  uniqueIdText,
} from '../../src/protocol/knowledge-file.ts';
import { crc32c } from '../../src/shared/crc32c.ts';

const knowledge = Uint8Array.from([1, 2, 3, 4, 9, 0, 0, 0, 7, 7, 7, 7]);
const origin = {
  libraryId: '0123456789abcdef01234567',
  uniqueId: Uint8Array.from([0x31, 0, 0x32, 0, 5, 6, 7, 8, 9, 10, 11, 12]),
  learnCounter: 9,
  sensitivityWord: 0x3f8ccccd,
};
const file = describeKnowledge(knowledge, origin);
const bytes = encodeKnowledgeFile(file);

/** The file with one byte changed and, when asked, the header's CRC made right again. */
function changed(at: number, value: number, rightCrc = false): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value;
  if (rightCrc) new DataView(copy.buffer).setUint32(76, crc32c(copy.subarray(0, 76)), true);
  return copy;
}

describe('a knowledge file', () => {
  it('has every field at its written place', () => {
    const view = new DataView(bytes.buffer);
    expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe('NEAK');
    expect(bytes.length).toBe(KNOWLEDGE_HEADER_BYTES + 12);
    expect([4, 40, 56, 60, 64, 68, 72].map((at) => view.getUint32(at, true))).toEqual([
      1,
      0x04030201,
      9,
      0x3f8ccccd,
      12,
      crc32c(knowledge),
      0,
    ]);
    expect(floatOfWord(0x3f8ccccd)).toBe(Math.fround(1.1));
    expect(uniqueIdText(origin.uniqueId)).toBe('00320031080706050c0b0a09');
  });

  it('comes back as it was written', () => {
    expect(decodeKnowledgeFile(bytes)).toEqual(file);
    const fromDisk = decodeKnowledgeFile(Buffer.concat([bytes]));
    expect(fromDisk).toEqual(file);
    expect(fromDisk.knowledge.buffer.byteLength).toBe(knowledge.length);
  });

  it('is refused when any single byte of it is another one', () => {
    for (let at = 0; at < bytes.length; at++) {
      expect(() => decodeKnowledgeFile(changed(at, bytes[at]! ^ 0x10), 'k.neai'), `byte ${at}`).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^KNOWLEDGE_FILE_(INVALID|VERSION)$/) }),
      );
    }
  });

  it('is refused when it is cut short, too long, or of a later format', () => {
    for (const [wrong, code] of [
      [bytes.subarray(0, 40), 'KNOWLEDGE_FILE_INVALID'],
      [bytes.subarray(0, bytes.length - 1), 'KNOWLEDGE_FILE_INVALID'],
      [Uint8Array.from([...bytes, 0]), 'KNOWLEDGE_FILE_INVALID'],
      [changed(4, 2, true), 'KNOWLEDGE_FILE_VERSION'],
    ] as const) {
      expect(() => decodeKnowledgeFile(wrong)).toThrow(expect.objectContaining({ code }));
    }
  });

  it('is not made of memory that holds no knowledge', () => {
    expect(() => describeKnowledge(new Uint8Array(12), origin)).toThrow(
      expect.objectContaining({ code: 'KNOWLEDGE_EMPTY' }),
    );
  });

  it.each([
    [{ libraryId: 'fedcba987654321001234567' }, 'KNOWLEDGE_OTHER_LIBRARY'],
    [{ knowledgeVersion: 0x04030202 }, 'KNOWLEDGE_OTHER_VERSION'],
    [{ knowledgeBytes: 16 }, 'KNOWLEDGE_OTHER_SIZE'],
  ])('does not fit a target with %o', (other, code) => {
    const target = { libraryId: origin.libraryId, knowledgeVersion: 0x04030201, knowledgeBytes: 12 };
    expect(() => checkKnowledgeFits(file, target)).not.toThrow();
    expect(() => checkKnowledgeFits(file, { ...target, ...other })).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
