import { NeaiError } from '../shared/errors.ts';
import { type CborValue, decodeCbor, encodeCbor } from './cbor.ts';
import { type CommandName, commandRow, type RequestOf, type ResponseOf } from './commands.ts';
import { type Field, fieldsSchema } from './fields.ts';
import { packSamples } from './packed-samples.ts';

function checked(fields: readonly Field[], values: unknown, what: string): CborValue[] {
  const parsed = fieldsSchema(fields).safeParse(values);
  if (parsed.success) return parsed.data as CborValue[];
  const issue = parsed.error.issues[0]!;
  const place = typeof issue.path[0] === 'number' ? fields[issue.path[0]]?.name : undefined;
  throw new NeaiError('PROTOCOL_BAD_PAYLOAD', `${what} has not the shape in the table of commands`, {
    asked: `[${fields.map((field) => field.name).join(', ')}]`,
    got: place === undefined ? issue.message : `${place}: ${issue.message}`,
  });
}

/**
 * Canonical payload of a request.
 * @param packAxes axes of the signals: samples travel packed where that is shorter; undefined: as they are
 * @throws NeaiError PROTOCOL_BAD_PAYLOAD when a value lies outside the table.
 */
export function encodeRequest<Name extends CommandName>(
  name: Name,
  request: RequestOf<Name>,
  packAxes?: number,
): Uint8Array {
  const { request: fields } = commandRow(name);
  const byName = request as Readonly<Record<string, unknown>>;
  return encodeCbor(
    checked(
      fields,
      fields.map((field) => byName[field.name]),
      `the request ${name}`,
    ).map((value) =>
      packAxes !== undefined && value instanceof Float32Array
        ? (packSamples(value, packAxes) ?? value)
        : value,
    ),
  );
}

/** Values of an answer by field name. @throws NeaiError PROTOCOL_BAD_PAYLOAD */
export function decodeResponse<Name extends CommandName>(name: Name, payload: Uint8Array): ResponseOf<Name> {
  const { response: fields } = commandRow(name);
  const values = checked(fields, decodeCbor(payload), `the answer to ${name}`);
  return Object.fromEntries(fields.map((field, index) => [field.name, values[index]])) as ResponseOf<Name>;
}
