import { z } from 'zod';

/** What a positional field of a request or an answer may be on the wire. No maps, no floats: see docs/protocol.md. */
export type FieldKind = 'uint' | 'word' | 'text' | 'bytes' | 'samples';

export interface Field<Name extends string = string, Kind extends FieldKind = FieldKind> {
  readonly name: Name;
  readonly kind: Kind;
  /** uint: largest value. text, bytes: most bytes. samples: 0, the board's input buffer is the limit. */
  readonly max: number;
  readonly meaning: string;
}

const MAX_UINT32 = 0xffff_ffff;

export const uint = <const N extends string>(
  name: N,
  meaning: string,
  max = MAX_UINT32,
): Field<N, 'uint'> => ({
  name,
  kind: 'uint',
  max,
  meaning,
});

/** The 32 bits of a float32 as an unsigned integer: every value travels, signed zero and NaN included. */
export const word = <const N extends string>(name: N, meaning: string): Field<N, 'word'> => ({
  name,
  kind: 'word',
  max: MAX_UINT32,
  meaning,
});

export const text = <const N extends string>(name: N, max: number, meaning: string): Field<N, 'text'> => ({
  name,
  kind: 'text',
  max,
  meaning,
});

export const bytes = <const N extends string>(name: N, max: number, meaning: string): Field<N, 'bytes'> => ({
  name,
  kind: 'bytes',
  max,
  meaning,
});

export const samples = <const N extends string>(name: N, meaning: string): Field<N, 'samples'> => ({
  name,
  kind: 'samples',
  max: 0,
  meaning,
});

interface ValueOfKind {
  uint: number;
  word: number;
  text: string;
  bytes: Uint8Array;
  samples: Float32Array;
}

/** The values of a list of fields under their names, as callers see them. */
export type Values<Fields extends readonly Field[]> = {
  readonly [F in Fields[number] as F['name']]: ValueOfKind[F['kind']];
};

function fieldSchema(field: Field): z.ZodType {
  switch (field.kind) {
    case 'uint':
    case 'word':
      return z.int().min(0).max(field.max);
    case 'text':
      return z.string().max(field.max);
    case 'bytes':
      return z
        .instanceof(Uint8Array)
        .refine((value) => value.length <= field.max, `more than ${field.max} bytes`);
    case 'samples':
      return z.instanceof(Float32Array);
  }
}

/** zod schema of the positional array that carries these fields. */
export function fieldsSchema(fields: readonly Field[]): z.ZodType<unknown[]> {
  const [first, ...rest] = fields.map(fieldSchema);
  return first === undefined ? z.array(z.never()).max(0) : z.tuple([first, ...rest]);
}
