import type { z } from 'zod';
import { type Params, paramsChecker } from '../transforms/transform.ts';

/** The same 32-bit words seen as integers and as binary32 values. */
export interface Words {
  readonly u: Uint32Array;
  readonly f: Float32Array;
}

/** A model as it stands in library.json. */
export interface ModelSpec {
  readonly name: string;
  readonly params: Params;
}

/** A model at work on its part of the knowledge. All zero words are the state before the first learn. */
export interface ModelRun {
  /** Takes one feature vector in; `count` is the number of this learn, from 1. */
  learn(features: Float32Array, count: number): void;
  /** Distance of a feature vector from what was learnt, >= 0; `count` learns have been made (>= 1). */
  score(features: Float32Array, count: number): number;
  /** Someone else has written the words: forget whatever was derived from them. */
  invalidate?(): void;
}

/** What a model's folder declares; the C half is kernel.c beside it. */
export interface ModelDefinition<P> {
  /** Name in library.json, of the folder, and (as neai_<name>_learn and _score) of the C kernel. */
  readonly name: string;
  readonly title: string;
  readonly paramsSchema: z.ZodType<P>;
  /** Parameter sets worth trying for this number of features, best first; empty when the model does not apply. */
  searchSpace(dimension: number): P[];
  /** False when a model with these parameters cannot work on so many features. */
  applies(dimension: number, params: P): boolean;
  /** C files beside kernel.c and what every library has, relative to src/engine. */
  readonly sharedSources?: readonly string[];
  /** Only for a model made of models: the others, as they would stand in library.json. */
  members?(params: P): readonly ModelSpec[];
  /** Words of knowledge. */
  stateWords(dimension: number, params: P): number;
  /** Floats of scratch memory that the C kernel needs beside the features. */
  workWords(dimension: number, params: P): number;
  /** 32-bit words handed to the C kernel. */
  configWords(dimension: number, params: P): number[];
  /** Learns after which scores begin to mean something: from then on they feed the reference. At most 18. */
  warmUp(dimension: number, params: P): number;
  create(dimension: number, params: P, state: Words): ModelRun;
}

/** A model with its parameters still to be checked: what the registry holds. */
export interface Model extends ModelDefinition<Params> {
  /** Fewest learns before detect answers with a similarity, 1 ... 20. */
  detectFloor(dimension: number, params: Params): number;
}

/** Learns beyond this count weigh as this one: from there on knowledge forgets exponentially. */
export const COUNT_CAP = 4096;

/** Scores that must have reached the reference before it is used. */
const REFERENCE_SCORES = 2;

/** Puts the schema in front of every use of a definition's parameters. */
export function defineModel<P>(definition: ModelDefinition<P>): Model {
  const check = paramsChecker('model', definition);
  const warmUp = (dimension: number, params: Params): number => definition.warmUp(dimension, check(params));
  const { members } = definition;
  return {
    name: definition.name,
    title: definition.title,
    paramsSchema: definition.paramsSchema as unknown as z.ZodType<Params>,
    searchSpace: (dimension) => definition.searchSpace(dimension) as Params[],
    ...(definition.sharedSources && { sharedSources: definition.sharedSources }),
    ...(members && { members: (params: Params) => members(check(params)) }),
    applies: (dimension, params) => definition.applies(dimension, check(params)),
    stateWords: (dimension, params) => definition.stateWords(dimension, check(params)),
    workWords: (dimension, params) => definition.workWords(dimension, check(params)),
    configWords: (dimension, params) => definition.configWords(dimension, check(params)),
    warmUp,
    detectFloor: (dimension, params) => warmUp(dimension, params) + REFERENCE_SCORES,
    create: (dimension, params, state) => definition.create(dimension, check(params), state),
  };
}
