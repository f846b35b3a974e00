import { knowledgeVersion } from '../emulator/emulator.ts';
import { type Library, libraryShape } from '../library.ts';
import { membersOf, modelByName } from '../models/registry.ts';
import { type Layout, layOut, type PlacedStep } from './layout.ts';
import { memberDispatch } from './members.ts';
import { modelSymbol, transformSymbol } from './sources.ts';

const WORDS_PER_LINE = 8;

export const hexWord = (word: number): string => `0x${(word >>> 0).toString(16).padStart(8, '0')}u`;
const unsigned = (value: number): string => `${value}u`;

/** A constant array of words, or nothing for an empty one (C has no arrays of length 0). */
export function wordTable(name: string, words: readonly number[]): string {
  if (words.length === 0) return '';
  const lines: string[] = [];
  for (let at = 0; at < words.length; at += WORDS_PER_LINE) {
    const line = words.slice(at, at + WORDS_PER_LINE).map((word) => `{${hexWord(word)}}`);
    lines.push(`    ${line.join(', ')},`);
  }
  return `static const neai_word ${name}[] = {\n${lines.join('\n')}\n};\n\n`;
}

export const reference = (name: string, words: readonly number[]): string =>
  words.length === 0 ? '0' : name;

export function stageEntry({ step, inputWord, outputWord, workWord }: PlacedStep, config: string): string {
  return [
    '    {',
    `        .run = ${transformSymbol(step.transform)},`,
    `        .config = ${config},`,
    `        .axes = ${unsigned(step.inputShape.axes)},`,
    `        .length = ${unsigned(step.inputShape.length)},`,
    `        .input_word = ${inputWord === null ? 'NEAI_INPUT_IS_SIGNAL' : unsigned(inputWord)},`,
    `        .output_word = ${unsigned(outputWord)},`,
    `        .output_length = ${unsigned(step.outputLength)},`,
    `        .work_word = ${unsigned(workWord)},`,
    '    },',
  ].join('\n');
}

/**
 * The knowledge is declared in assembly: a section that C opens by name holds data to be loaded, and a linker script
 * without NOLOAD would then make a load image in RAM of it. %nobits says that there is nothing to load.
 */
export function knowledgeDefinition(words: number): string {
  return `__asm__(".section .neai,\\"aw\\",%nobits\\n"
        "    .balign 4\\n"
        "    .global neai_knowledge\\n"
        "    .type neai_knowledge, %object\\n"
        "    .size neai_knowledge, ${4 * words}\\n"
        "neai_knowledge:\\n"
        "    .space ${4 * words}\\n"
        "    .previous\\n");
`;
}

/** Text of library_config.c: tables as hexadecimal words, no decimal text of any coefficient. */
export function configSource(library: Library): string {
  const layout: Layout = layOut(library.pipeline, library.model, libraryShape(library));
  const model = modelByName(library.model.name);
  const modelWords = model.configWords(layout.dimension, library.model.params);
  const tables = layout.steps.map(({ step }) => step.transform.configWords(step.inputShape, step.params));
  const names = tables.map((_, index) => `stage_${index}_config`);
  const members = membersOf(library.model);
  const kernels = [...new Set(layout.steps.map(({ step }) => transformSymbol(step.transform)))];
  return `/* Library ${library.id}: generated from library.json, not to be edited. */
#include "neai_config.h"
${members.length > 0 ? '#include "neai_members.h"\n' : ''}
${kernels.map((name) => `NEAI_STAGE_KERNEL(${name});`).join('\n')}
NEAI_MODEL_KERNELS(${modelSymbol(model)});
${members.length > 0 ? `\n${memberDispatch(members)}` : ''}
${tables.map((words, index) => wordTable(names[index]!, words)).join('')}${wordTable('model_config', modelWords)}static const neai_stage stages[] = {
${layout.steps.map((step, index) => stageEntry(step, reference(names[index]!, tables[index]!))).join('\n')}
};

/* All that learning changes, and nothing else: version, learn counter, scores, model. */
${knowledgeDefinition(layout.knowledgeWords)}
/* One buffer for the chain and the model, shared by all stages. */
static float work[${layout.workWords}];

static float sensitivity = 1.0f;

const neai_library neai_the_library = {
    .stages = stages,
    .stage_count = ${unsigned(layout.steps.length)},
    .signal_length = ${unsigned(library.axes * library.bufferSize)},
    .model =
        {
            .learn = ${modelSymbol(model)}_learn,
            .score = ${modelSymbol(model)}_score,
            .config = ${reference('model_config', modelWords)},
            .dimension = ${unsigned(layout.dimension)},
            .work_word = ${unsigned(layout.modelWorkWord)},
        },
    .version = ${hexWord(knowledgeVersion(library.id))},
    .warm_up = ${unsigned(model.warmUp(layout.dimension, library.model.params))},
    .detect_floor = ${unsigned(library.detectFloor)},
    .scale = {0x${library.calibration.scale}u},
    .width = {0x${library.calibration.width}u},
    .knowledge = neai_knowledge,
    .knowledge_words = ${unsigned(layout.knowledgeWords)},
    .work = work,
    .sensitivity = &sensitivity,
};
`;
}
