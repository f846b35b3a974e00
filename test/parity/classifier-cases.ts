import { Classifier } from '../../src/engine/classification/classifier.ts';
import { layoutOf } from '../../src/engine/classification/codegen/layout.ts';
import {
  type ClassificationLibrary,
  createClassificationLibrary,
  wordsOf,
  wordsText,
} from '../../src/engine/classification/library.ts';
import type { ClassModel } from '../../src/engine/classification/models/class-model.ts';
import { CLASS_MODELS, classModelByName } from '../../src/engine/classification/models/registry.ts';
import { createChain } from '../../src/engine/emulator/chain.ts';
import { knowledgeVersion } from '../../src/engine/emulator/emulator.ts';
import { floatToBits, floatToHex } from '../../src/engine/numeric/f32.ts';
import type { Params, Pipeline, Shape } from '../../src/engine/transforms/transform.ts';
import { type Random, seededRandom } from '../../src/shared/random.ts';
import type { Planned } from './play.ts';
import { stageWords } from './script.ts';
import { refusedSignal, SIGNAL_KINDS } from './signals.ts';

/** First word of a case of classification. */
const MAGIC = 0x434c4153;
const SHAPE: Shape = { axes: 2, length: 24 };
const PIPELINES: readonly Pipeline[] = [
  [{ transform: 'time_stats', params: {} }],
  [
    { transform: 'magnitude', params: {} },
    { transform: 'quantiles', params: {} },
  ],
];
const LINES = 20;

/** A signal of class c: the smooth one, larger and shifted from class to class. */
function signalOf(random: Random, c: number): Float32Array {
  const signal = SIGNAL_KINDS['smooth']!(random, SHAPE.axes, SHAPE.length);
  return signal.map((value) => value * (1 + 0.2 * c) + 0.1 * c);
}

/** A classifier trained on made-up signals. */
export function classifierOf(
  random: Random,
  classes: number,
  pipeline: Pipeline,
  model: ClassModel,
  params: Params,
): ClassificationLibrary {
  const chain = createChain(pipeline, SHAPE);
  const rows = Array.from({ length: classes }, (_, c) => {
    const features = new Float32Array(LINES * chain.outputLength);
    for (let i = 0; i < LINES; i++) {
      const at = i * chain.outputLength;
      chain.run(signalOf(random, c), features.subarray(at, at + chain.outputLength));
    }
    return features;
  });
  return createClassificationLibrary(
    {
      format: 'neai-library',
      formatVersion: 1,
      kind: 'classification',
      axes: SHAPE.axes,
      bufferSize: SHAPE.length,
      pipeline: pipeline as ClassificationLibrary['pipeline'],
      classes: Array.from({ length: classes }, (_, c) => ({ id: c + 1, name: `state ${c + 1}` })),
      model: {
        name: model.name,
        params: params as ClassificationLibrary['model']['params'],
        words: wordsText(model.train(rows, chain.outputLength, params)),
      },
      sharpness: floatToHex(0.25 + random.unit()),
    },
    null,
  );
}

/** One classifier of three states, and signals of each; the last is refused. */
export function smallClassifier(random: Random): {
  readonly library: ClassificationLibrary;
  readonly signals: readonly Float32Array[];
} {
  const [model] = CLASS_MODELS;
  const library = classifierOf(random, 3, PIPELINES[0]!, model!, model!.searchSpace(16)[0]!);
  const signals = Array.from({ length: 12 }, (_, i) => signalOf(random, i % 3));
  return { library, signals: [...signals, refusedSignal(random, SHAPE.axes, SHAPE.length)] };
}

/** Every model with each of its parameters, from two to a hundred classes, over signals of every kind. */
export function classifierCases(seed: number): Planned[] {
  const random = seededRandom(seed);
  const settings = CLASS_MODELS.flatMap((model) =>
    model.searchSpace(16).map((params) => ({ model, params })),
  );
  return settings.map(({ model, params }, i) => {
    const classes = i === 0 ? 100 : 2 + (i % 4);
    const library = classifierOf(random, classes, PIPELINES[i % PIPELINES.length]!, model, params);
    const kinds = Object.values(SIGNAL_KINDS);
    const signals = [
      ...Array.from({ length: 20 }, () => signalOf(random, random.below(classes))),
      ...kinds.flatMap((kind) => [kind(random, 2, 24), kind(random, 2, 24)]),
      refusedSignal(random, SHAPE.axes, SHAPE.length),
    ];
    return planClassifier(`${model.name} ${JSON.stringify(params)}, ${classes} classes`, library, signals);
  });
}

/** Script and answers of a classifier; the first call comes before initialize. */
function planClassifier(
  name: string,
  library: ClassificationLibrary,
  signals: readonly Float32Array[],
): Planned {
  const layout = layoutOf(library);
  const model = classModelByName(library.model.name);
  const words = wordsOf(library.model.words);
  const classes = library.classes.length;
  const script = [
    MAGIC,
    library.axes * library.bufferSize,
    layout.workWords,
    knowledgeVersion(library.id),
    CLASS_MODELS.indexOf(model),
    layout.dimension,
    classes,
    model.option(library.model.params),
    layout.scoresWord,
    layout.modelWorkWord,
    Number.parseInt(library.sharpness, 16),
    words.length,
    ...Array.from(words, floatToBits),
    layout.steps.length,
    ...stageWords(layout.steps),
    signals.length,
    ...signals.flatMap((signal) => Array.from(new Uint32Array(signal.buffer))),
  ];
  const expected: number[] = [];
  const classifier = new Classifier(library);
  signals.forEach((signal, i) => {
    if (i === 1) expected.push(classifier.initialize());
    const { code, probabilities } = classifier.classify(signal);
    const [version] = new Uint32Array(classifier.knowledge().buffer);
    expected.push(code, version!, ...Array.from(probabilities, floatToBits));
    if (code <= classes) expected.push(...Array.from(classifier.scores(signal), floatToBits));
  });
  return {
    name,
    script: Uint32Array.from(script),
    expected,
    needs: { workWords: layout.workWords, knowledgeWords: 2, signalWords: SHAPE.axes * SHAPE.length },
    difference(got) {
      const at = expected.findIndex((word, i) => word !== got[i]);
      return at < 0
        ? null
        : `word ${at}: ${expected[at]!.toString(16)} expected, got ${got[at]?.toString(16)}`;
    },
  };
}
