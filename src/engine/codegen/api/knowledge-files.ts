import { crc32c } from '../../../shared/crc32c.ts';
import type { FilePlan } from '../../../shared/file-plan.ts';
import { hexWord } from '../config-source.ts';
import type { Api } from './api.ts';

const HALVES_PER_LINE = 12;
const WORDS_PER_LINE = 8;

/**
 * Knowledge that goes with a library, in the form that its API generation takes: knowledge.h for the caller to hand over,
 * or words inside the library.
 * @param knowledge bytes of section .neai
 */
export function knowledgeFiles(api: Api, knowledge: Uint8Array): FilePlan {
  return api.knowledgeFunction === null
    ? [{ path: 'sources/library_pretrained.c', content: pretrainedSource(wordsOf(knowledge)) }]
    : [{ path: 'knowledge.h', content: knowledgeHeader(knowledge) }];
}

function wordsOf(knowledge: Uint8Array): number[] {
  const view = new DataView(knowledge.buffer, knowledge.byteOffset, knowledge.byteLength);
  return Array.from({ length: knowledge.length / 4 }, (_, i) => view.getUint32(4 * i, true));
}

const lines = (items: readonly string[], perLine: number): string =>
  Array.from(
    { length: Math.ceil(items.length / perLine) },
    (_, i) => `    ${items.slice(i * perLine, (i + 1) * perLine).join(', ')},\n`,
  ).join('');

function pretrainedSource(words: readonly number[]): string {
  return `/* Knowledge that the library can begin with: words of section .neai. Generated, not to be edited. */
#include "neai_config.h"

extern const neai_word neai_pretrained[];
const neai_word neai_pretrained[] = {
${lines(
  words.map((word) => `{${hexWord(word)}}`),
  WORDS_PER_LINE,
)}};
`;
}

/** knowledge.h of bytes of section .neai. */
export function knowledgeHeader(knowledge: Uint8Array): string {
  const words = [...wordsOf(knowledge), crc32c(knowledge)];
  const halves = words.flatMap((word) => [word & 0xffff, word >>> 16]).map((half) => `${half}.0f`);
  return `/*
 * Knowledge that the library can begin with, for neai_anomalydetection_knowledge; of a classifier what names it, for neai_classification_init. Each pair of numbers is a word of section
 * .neai, low 16 bits first; the last pair is the CRC-32C of all others. Generated, not to be edited.
 */
#ifndef NEAI_KNOWLEDGE_H
#define NEAI_KNOWLEDGE_H

static const float knowledge[${halves.length}] = {
${lines(halves, HALVES_PER_LINE)}};

#endif
`;
}
