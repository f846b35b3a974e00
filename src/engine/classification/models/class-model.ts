import type { z } from 'zod';
import { checkParams, type Params } from '../../transforms/transform.ts';

/** Features of the lines of one class: row-major [lines × dimension]. */
export type ClassFeatures = Float32Array;

/** Fills `scores` with one value a class, the larger the likelier, in units of log2 of a likelihood. */
export type ScoreClasses = (features: Float32Array, scores: Float32Array) => void;

/** What the folder of a model declares; the C half is kernel.c beside it. Nothing is learnt on the target. */
export interface ClassModelDefinition<P> {
  /** Name in library.json, of the folder, and (as neai_class_<name>) of the C kernel. */
  readonly name: string;
  readonly title: string;
  readonly paramsSchema: z.ZodType<P>;
  /** Parameter sets worth trying, best first. */
  searchSpace(dimension: number): P[];
  /** Trained words for so many features and classes. */
  wordCount(dimension: number, classes: number, params: P): number;
  /** Floats of scratch memory that the C kernel needs beside features and scores. */
  workWords(dimension: number): number;
  /** The number handed to the C kernel beside the words. */
  option(params: P): number;
  /**
   * Trains in double precision, with nothing but + - * / and square roots (and the library's own log2), so that the
   * words are the same on every computer.
   */
  train(classes: readonly ClassFeatures[], dimension: number, params: P): Float32Array;
  create(words: Float32Array, dimension: number, classes: number, params: P): ScoreClasses;
}

export type ClassModel = ClassModelDefinition<Params>;

/** Puts the schema in front of every use of a definition's parameters. */
export function defineClassModel<P>(definition: ClassModelDefinition<P>): ClassModel {
  const check = (params: Params): P => checkParams('model', definition, params);
  return {
    name: definition.name,
    title: definition.title,
    paramsSchema: definition.paramsSchema as unknown as z.ZodType<Params>,
    searchSpace: (dimension) => definition.searchSpace(dimension) as Params[],
    wordCount: (dimension, classes, params) => definition.wordCount(dimension, classes, check(params)),
    workWords: (dimension) => definition.workWords(dimension),
    option: (params) => definition.option(check(params)),
    train: (classes, dimension, params) => definition.train(classes, dimension, check(params)),
    create: (words, dimension, classes, params) =>
      definition.create(words, dimension, classes, check(params)),
  };
}
