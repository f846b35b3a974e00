import { block, code, plain, table } from '../../codegen/html.ts';
import type { BoardLimits } from '../../codegen/limits.ts';
import { describePipeline, documentationPage } from '../../codegen/page-frame.ts';
import { limitation, performance, sizeRemark, sizeTable } from '../../codegen/page-sections.ts';
import { flagsText, linkText } from '../../codegen/page-texts.ts';
import type { ClassificationLibrary } from '../library.ts';
import { classModelByName } from '../models/registry.ts';
import type { ClassifierApi } from './api/classifier-api.ts';
import { type ClassifierFacts, classifierCostOf } from './facts.ts';
import { layoutOf } from './layout.ts';

/** documentation.html: everything about one built classifier, in one page that needs no network. */
export function classifierPage(
  library: ClassificationLibrary,
  facts: ClassifierFacts,
  { api, limits }: { readonly api: ClassifierApi; readonly limits: BoardLimits | null },
): string {
  const texts = { ...facts, stackBytes: { initialize: 0, learn: 0, detect: 0 } };
  return documentationPage(library.id, [
    ['What it is', summary(library, facts, api, limits)],
    ['Classes', classTable(library, api)],
    ['Functions', functions(library, api, limits !== null)],
    ['How well it does', performance(library.search?.scores)],
    ['Sizes', sizes(library, facts)],
    ['Link it', linkText(texts, false)],
    ['Switch flags', flagsText(texts, api)],
    ['Knowledge', knowledgeText(facts.archive.neai)],
    ['Self-test', selfTestText(api)],
    ['The emulator', emulatorText()],
  ]);
}

function summary(
  library: ClassificationLibrary,
  facts: ClassifierFacts,
  api: ClassifierApi,
  limits: BoardLimits | null,
): string {
  const { axes, bufferSize, classes, model } = library;
  const { flashBytes, ramBytes, stackBytes } = classifierCostOf(facts);
  const arrays = `${4 * axes * bufferSize} for your input buffer and ${4 * classes.length} for the probabilities`;
  return `<p>Classification of ${classes.length} known states; what it knows was trained before and never changes on the chip. A signal is
${bufferSize} samples of ${axes} axes: an array of ${axes * bufferSize} floats, interleaved x1 y1 z1 x2 y2 z2 …</p>
${table(
  ['', ''],
  [
    ['made for', plain(facts.core)],
    ['chain', `${describePipeline(library.pipeline)} (${layoutOf(library).dimension} features)`],
    ['model', classModelByName(model.name).title],
    ['flash', `${flashBytes} bytes`],
    ['RAM', `${ramBytes} bytes, ${stackBytes} of them stack; beside it ${arrays}`],
    ['compiler', plain(facts.compiler)],
    ['interface', plain(api.title)],
  ],
)}
${limits === null ? '' : limitation(limits, api.elsewhere)}`;
}

/** Ids as the functions of the generation tell them, with the share of lines of each class told rightly. */
function classTable({ classes, search }: ClassificationLibrary, { name }: ClassifierApi): string {
  const first = name === 'v5' ? 0 : 1;
  const heldOut = search?.scores['heldOut'] as { readonly confusion?: number[][] } | undefined;
  const told = (c: number): string => {
    const row = heldOut?.confusion?.[c];
    if (row === undefined) return 'not shown';
    return `${row[c]} of ${row.reduce((sum, count) => sum + count, 0)}`;
  };
  return table(
    ['id', 'class', 'lines told rightly, of those that the search never saw'],
    classes.map((one, c) => [c + first, plain(one.name), told(c)]),
  );
}

function functions(library: ClassificationLibrary, api: ClassifierApi, isLimited: boolean): string {
  return `${table(
    ['function', 'what it does', 'returns'],
    api.functionRows(library, isLimited).map(([name, what, returns]) => [code(name), what, returns]),
  )}
<p>Probabilities are whole 65536ths that add up to exactly 1, in whatever order they are added; with a code in place of a class all are 0. The
signal is read and never written. Nothing uses the heap, recursion or double arithmetic; no function may be interrupted by another one. Integers
of a sensor have to be converted, ${code('(float)value')}, one by one. In C++ include ${code('NanoEdgeAI.hpp')}: the same functions in namespace
${code('neai')}, with the sizes in their types. ${code('NanoEdgeAI_class_names')} holds the names of the classes.</p>`;
}

function sizes(library: ClassificationLibrary, facts: ClassifierFacts): string {
  const stacks = Object.entries(facts.stackOf);
  return `${sizeTable(facts)}
${table(
  ['worst stack in bytes', ''],
  stacks.map(([name, bytes]) => [code(name), bytes]),
)}
${sizeRemark(library)}`;
}

const knowledgeText = (stateBytes: number): string =>
  `<p>What training has found is constant and lies in flash with the code: there is nothing to back up. Section ${code('.neai')}, symbol
${code('neai_knowledge')}, holds ${stateBytes} bytes: whether the library has been initialised.</p>`;

function selfTestText({ macros }: ClassifierApi): string {
  return `<p>${code('selftest/neai_selftest.c')} classifies known signals and compares ids and every probability with the emulator's answers, to the last bit. It
finds wrong compiler flags and damaged memory. It is no part of ${code('libneai.a')}: compile it along with your program when you want it.</p>
${block(`#include "neai_selftest.h"

static float data_buffer[${macros.length} * ${macros.axes}];
static float probabilities[${macros.classes}];
if (neai_selftest(data_buffer, probabilities) != 0) { /* not the library that was searched; neai_selftest.h says what differs */ }`)}`;
}

function emulatorText(): string {
  return `<p>${code('emulator.mjs')} is this very library as one program for Node 20 or newer, with the same answers to the last bit:</p>
${block('node emulator.mjs classify --file test.csv')}
<p>It prints JSON: of each line the class and the probabilities of all; ${code('node emulator.mjs --help')} tells the rest.</p>`;
}
