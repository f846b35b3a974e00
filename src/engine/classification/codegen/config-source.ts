import {
  hexWord,
  knowledgeDefinition,
  reference,
  stageEntry,
  wordTable,
} from '../../codegen/config-source.ts';
import { transformSymbol } from '../../codegen/sources.ts';
import { knowledgeVersion } from '../../emulator/emulator.ts';
import { floatToBits } from '../../numeric/f32.ts';
import { type ClassificationLibrary, wordsOf } from '../library.ts';
import { classModelByName } from '../models/registry.ts';
import { layoutOf, STATE_WORDS } from './layout.ts';
import { classModelSymbol } from './sources.ts';

/** Text of library_config.c: tables as hexadecimal words, no decimal text of any coefficient. */
export function classifierConfigSource(library: ClassificationLibrary): string {
  const layout = layoutOf(library);
  const model = classModelByName(library.model.name);
  const words = Array.from(wordsOf(library.model.words), floatToBits);
  const tables = layout.steps.map(({ step }) => step.transform.configWords(step.inputShape, step.params));
  const names = tables.map((_, index) => `stage_${index}_config`);
  const kernels = [...new Set(layout.steps.map(({ step }) => transformSymbol(step.transform)))];
  const stages = layout.steps.map((step, index) =>
    stageEntry(step, reference(names[index]!, tables[index]!)),
  );
  const classNames = library.classes.map(({ name }) => `    "${name}",\n`).join('');
  return `/* Library ${library.id}: generated from library.json, not to be edited. */
#include "neai_classification.h"

${kernels.map((name) => `NEAI_STAGE_KERNEL(${name});`).join('\n')}
NEAI_CLASS_KERNEL(${classModelSymbol(model)});

extern const neai_classifier neai_the_classifier;
extern neai_word neai_knowledge[];

extern const char *const NanoEdgeAI_class_names[];
const char *const NanoEdgeAI_class_names[] = {
    "unknown",
${classNames}};

${tables.map((own, index) => wordTable(names[index]!, own)).join('')}/* What training has found. */
${wordTable('model_words', words)}static const neai_stage stages[] = {
${stages.join('\n')}
};

/* Whether initialize has been called. The knowledge itself is constant. */
${knowledgeDefinition(STATE_WORDS)}
/* One buffer for the chain, the scores and the model. */
static float work[${layout.workWords}];

const neai_classifier neai_the_classifier = {
    .stages = stages,
    .stage_count = ${layout.steps.length}u,
    .signal_length = ${library.axes * library.bufferSize}u,
    .score = ${classModelSymbol(model)},
    .words = model_words,
    .dimension = ${layout.dimension}u,
    .classes = ${library.classes.length}u,
    .option = ${model.option(library.model.params)}u,
    .scores_word = ${layout.scoresWord}u,
    .work_word = ${layout.modelWorkWord}u,
    .sharpness = {0x${library.sharpness}u},
    .version = ${hexWord(knowledgeVersion(library.id))},
    .state = neai_knowledge,
    .work = work,
};
`;
}
