import { describe, expect, it } from 'vitest';
import { type CborValue, encodeCbor } from '../../src/protocol/cbor.ts';
import { COMMAND_ROWS } from '../../src/protocol/commands.ts';
import { emitProtocolHeader } from '../../src/protocol/emit-c.ts';
import { type Field, fieldsSchema } from '../../src/protocol/fields.ts';
import { MAX_UNIT_BYTES, payloadBytesPerUnit } from '../../src/protocol/frame.ts';
import { CACHED_ANSWER_BYTES } from '../../src/protocol/limits.ts';
import { decodeResponse, encodeRequest } from '../../src/protocol/payload.ts';
import { ERROR_CODES } from '../../src/shared/error-codes.ts';

function largest({ kind, max }: Field): CborValue {
  if (kind === 'text') return 'x'.repeat(max);
  if (kind === 'bytes') return new Uint8Array(max);
  return kind === 'samples' ? new Float32Array(0) : max;
}

const largestAnswer = (fields: readonly Field[]): number => encodeCbor(fields.map(largest)).length;

describe('the table of commands', () => {
  it('gives every row an id, a name and fields of its own', () => {
    for (const pick of ['id', 'name'] as const) {
      expect(new Set(COMMAND_ROWS.map((row) => row[pick])).size).toBe(COMMAND_ROWS.length);
    }
    for (const { request, response } of COMMAND_ROWS) {
      for (const fields of [request, response]) {
        expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
      }
    }
  });

  it('lets the board keep every answer that it may have to repeat', () => {
    for (const { name, read, response } of COMMAND_ROWS) {
      if (!read) expect(largestAnswer(response), name).toBeLessThanOrEqual(CACHED_ANSWER_BYTES);
    }
  });

  it('lets every answer fit into one unit', () => {
    const room = payloadBytesPerUnit(MAX_UNIT_BYTES);
    for (const { name, response } of COMMAND_ROWS)
      expect(largestAnswer(response), name).toBeLessThanOrEqual(room);
  });

  it('has a handler or a reserved row in the header for the firmware', () => {
    const [file] = emitProtocolHeader();
    for (const { id, name } of COMMAND_ROWS) expect(file!.content).toContain(`X(${name}, ${id}u,`);
  });

  it('refuses requests and answers that lie outside of it', () => {
    const refusal = expect.objectContaining({ code: 'PROTOCOL_BAD_PAYLOAD' });
    expect(() => encodeRequest('set_baud', { baud: -1 })).toThrow(refusal);
    expect(() => encodeRequest('knowledge_read', { offsetBytes: 0, count: 513 })).toThrow(refusal);
    expect(() => decodeResponse('ping', encodeCbor([]))).toThrow(refusal);
    expect(() => decodeResponse('ping', encodeCbor(['one']))).toThrow(refusal);
    expect(() => decodeResponse('learn', encodeCbor([256, 0, 0, 0]))).toThrow(refusal);
    expect(decodeResponse('ping', encodeCbor([3]))).toEqual({ bootCounter: 3 });
  });

  it('has a schema that takes exactly its fields', () => {
    for (const { name, response } of COMMAND_ROWS) {
      const values = response.map(largest);
      expect(fieldsSchema(response).safeParse(values).success, name).toBe(true);
      expect(fieldsSchema(response).safeParse([...values, 0]).success, name).toBe(false);
      if (values.length > 0)
        expect(fieldsSchema(response).safeParse(values.slice(1)).success, name).toBe(false);
    }
  });
});

describe('the table of errors', () => {
  it('gives every code a meaning, a remedy and an exit status that the commands know', () => {
    for (const [code, row] of Object.entries(ERROR_CODES)) {
      expect(row.meaning.length, code).toBeGreaterThan(10);
      expect(row.remedy.length, code).toBeGreaterThan(5);
      expect([1, 2, 3, 4, 130], code).toContain(row.exitStatus);
    }
  });
});
