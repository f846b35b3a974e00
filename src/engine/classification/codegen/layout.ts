import { type Layout, layOut } from '../../codegen/layout.ts';
import { libraryShape } from '../../library-parts.ts';
import type { Pipeline, Shape } from '../../transforms/transform.ts';
import type { ClassificationLibrary } from '../library.ts';
import { classModelByName } from '../models/registry.ts';

export interface ClassifierLayout extends Pick<Layout, 'dimension' | 'steps'> {
  readonly scoresWord: number;
  readonly modelWorkWord: number;
  readonly workWords: number;
}

const BYTES_PER_WORD = 4;
/** Words of section .neai: version, and one that stays 0. */
export const STATE_WORDS = 2;
/** A detector without scratch memory of its own: with it, the chain alone decides the work buffer. */
const CHAIN_ALONE = { name: 'diag', params: {} };

/** Lays a classifier out in memory: features first, then scores, then the model's scratch memory. */
export function layOutClassifier(
  pipeline: Pipeline,
  modelName: string,
  classes: number,
  shape: Shape,
): ClassifierLayout {
  const { dimension, steps, workWords } = layOut(pipeline, CHAIN_ALONE, shape);
  const modelWorkWord = dimension + classes;
  return {
    dimension,
    steps,
    scoresWord: dimension,
    modelWorkWord,
    workWords: Math.max(workWords, modelWorkWord + classModelByName(modelName).workWords(dimension)),
  };
}

export const layoutOf = (library: ClassificationLibrary): ClassifierLayout =>
  layOutClassifier(library.pipeline, library.model.name, library.classes.length, libraryShape(library));

/** Bytes of .data, .bss and .neai: what a search ranks by before anything is compiled. */
export function estimateClassifierRamBytes(
  pipeline: Pipeline,
  modelName: string,
  classes: number,
  shape: Shape,
): number {
  return BYTES_PER_WORD * (layOutClassifier(pipeline, modelName, classes, shape).workWords + STATE_WORDS);
}
