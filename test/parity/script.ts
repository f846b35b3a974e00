import { layOut, type PlacedStep } from '../../src/engine/codegen/layout.ts';
import { knowledgeVersion } from '../../src/engine/emulator/emulator.ts';
import { type Library, libraryShape } from '../../src/engine/library.ts';
import { MODELS, modelByName } from '../../src/engine/models/registry.ts';
import { floatToBits } from '../../src/engine/numeric/f32.ts';
import { TRANSFORMS } from '../../src/engine/transforms/registry.ts';

/** One call of a script; `knowledge` of an import is what an export answered. */
export type Call =
  | { readonly do: 'initialize' | 'export' }
  | { readonly do: 'learn' | 'detect'; readonly signal: Float32Array }
  | { readonly do: 'setSensitivity'; readonly value: number }
  | { readonly do: 'import'; readonly knowledge: Uint32Array }
  | { readonly do: 'numeric'; readonly values: Float32Array };

export interface ParityCase {
  readonly name: string;
  readonly library: Library;
  readonly calls: readonly Call[];
}

const MAGIC = 0x5041524e;
const OPERATIONS = {
  initialize: 1,
  learn: 2,
  detect: 3,
  setSensitivity: 4,
  export: 5,
  import: 6,
  numeric: 7,
} as const;

const bitsOf = (values: Float32Array): Uint32Array =>
  new Uint32Array(values.buffer, values.byteOffset, values.length);

function argumentsOf(call: Call): ArrayLike<number> {
  if (call.do === 'learn' || call.do === 'detect') return bitsOf(call.signal);
  if (call.do === 'numeric') return bitsOf(call.values);
  if (call.do === 'setSensitivity') return [floatToBits(call.value)];
  return call.do === 'import' ? call.knowledge : [];
}

function libraryWords(library: Library): number[] {
  const layout = layOut(library.pipeline, library.model, libraryShape(library));
  const model = modelByName(library.model.name);
  const config = model.configWords(layout.dimension, library.model.params);
  return [
    library.axes * library.bufferSize,
    layout.workWords,
    layout.knowledgeWords,
    knowledgeVersion(library.id),
    model.warmUp(layout.dimension, library.model.params),
    library.detectFloor,
    Number.parseInt(library.calibration.scale, 16),
    Number.parseInt(library.calibration.width, 16),
    MODELS.indexOf(model),
    layout.dimension,
    layout.modelWorkWord,
    config.length,
    ...config,
    layout.steps.length,
    ...stageWords(layout.steps),
  ];
}

/** The words of the kernel calls of a chain. */
export function stageWords(steps: readonly PlacedStep[]): number[] {
  return steps.flatMap(({ step, inputWord, outputWord, workWord }) => {
    const words = step.transform.configWords(step.inputShape, step.params);
    return [
      TRANSFORMS.indexOf(step.transform),
      step.inputShape.axes,
      step.inputShape.length,
      inputWord ?? 0xffffffff,
      outputWord,
      step.outputLength,
      workWord,
      words.length,
      ...words,
    ];
  });
}

/** The words of a case as parity.c reads them. */
export function encodeCase({ library, calls }: ParityCase): Uint32Array {
  const words: number[] = [MAGIC, ...libraryWords(library), calls.length];
  for (const call of calls) {
    const given = argumentsOf(call);
    words.push(OPERATIONS[call.do], given.length);
    for (let i = 0; i < given.length; i++) words.push(given[i]!);
  }
  return Uint32Array.from(words);
}
