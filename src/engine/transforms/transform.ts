import type { z } from 'zod';
import { NeaiError } from '../../shared/errors.ts';

/** Layout of a signal: `length` samples of `axes` values, interleaved x1 y1 z1 x2 y2 z2 ... */
export interface Shape {
  readonly axes: number;
  readonly length: number;
}

/** Parameters as they stand in library.json; each transform and model has a strict schema for its own. */
export type Params = Readonly<Record<string, unknown>>;

/** One stage of a pipeline as it stands in library.json. */
export interface StageSpec {
  readonly transform: string;
  readonly params: Params;
}

export type Pipeline = readonly StageSpec[];

/** Runs one stage. Never writes to `input`; fills every element of `output`. */
export type Step = (input: Float32Array, output: Float32Array) => void;

/** What a transform's folder declares; the C half is kernel.c beside it. */
export interface TransformDefinition<P> {
  /** Name in library.json, of the folder, and (as neai_<name>) of the C kernel. */
  readonly name: string;
  readonly title: string;
  readonly paramsSchema: z.ZodType<P>;
  /** Parameter sets worth trying for this shape, best first; empty when the transform does not apply. */
  searchSpace(shape: Shape): P[];
  /** Number of float values it produces, or null when it does not apply to this shape. */
  outputLength(shape: Shape, params: P): number | null;
  /** Only for transforms whose output is again a signal; absent, the output is a vector of outputLength features. */
  outputShape?(shape: Shape, params: P): Shape;
  /** Its kernel may write its output over its input: no sample is read after the place of its result was written. */
  readonly inPlace?: boolean;
  /** C files beside kernel.c and what every library has, relative to src/engine. */
  readonly sharedSources?: readonly string[];
  /** Floats of scratch memory that the C kernel needs beside input and output. */
  workWords(shape: Shape, params: P): number;
  /** 32-bit words handed to the C kernel: integers, and tables as the bits of binary32 values. */
  configWords(shape: Shape, params: P): number[];
  create(shape: Shape, params: P): Step;
}

/** A transform with its parameters still to be checked: what the registry holds. */
export type Transform = TransformDefinition<Params>;

/** Puts the schema in front of every use of a definition's parameters. */
export function defineTransform<P>(definition: TransformDefinition<P>): Transform {
  const check = paramsChecker('transform', definition);
  const { outputShape } = definition;
  return {
    name: definition.name,
    title: definition.title,
    paramsSchema: definition.paramsSchema as unknown as z.ZodType<Params>,
    searchSpace: (shape) => definition.searchSpace(shape) as Params[],
    outputLength: (shape, params) => definition.outputLength(shape, check(params)),
    ...(outputShape && { outputShape: (shape: Shape, params: Params) => outputShape(shape, check(params)) }),
    ...(definition.inPlace && { inPlace: true }),
    ...(definition.sharedSources && { sharedSources: definition.sharedSources }),
    workWords: (shape, params) => definition.workWords(shape, check(params)),
    configWords: (shape, params) => definition.configWords(shape, check(params)),
    create: (shape, params) => definition.create(shape, check(params)),
  };
}

/** What has parameters with a schema. */
interface Checked<P> {
  readonly name: string;
  readonly paramsSchema: z.ZodType<P>;
}

/** As checkParams; parameters once found good are not looked at again: a search asks for the same ones very often. */
export function paramsChecker<P>(kind: 'transform' | 'model', definition: Checked<P>): (params: Params) => P {
  const good = new WeakMap<Params, { readonly checked: P }>();
  return (params) => {
    const known = good.get(params);
    if (known !== undefined) return known.checked;
    const checked = checkParams(kind, definition, params);
    good.set(params, { checked });
    return checked;
  };
}

/** Checks parameters against their schema; the error names the field. */
export function checkParams<P>(kind: 'transform' | 'model', definition: Checked<P>, params: Params): P {
  const result = definition.paramsSchema.safeParse(params);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new NeaiError('LIBRARY_INVALID', `${kind} ${definition.name}: ${issue.message}`, {
    asked: `params.${issue.path.join('.') || '(itself)'} of ${kind} ${definition.name}`,
    got: JSON.stringify(params),
  });
}
