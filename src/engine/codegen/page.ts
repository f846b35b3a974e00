import { chainOutputLength } from '../emulator/chain.ts';
import { type Library, libraryShape } from '../library.ts';
import { modelByName } from '../models/registry.ts';
import { type Api, recommendedLearns } from './api/api.ts';
import { type BuildFacts, costOf } from './build-facts.ts';
import { block, code, plain, table } from './html.ts';
import type { BoardLimits } from './limits.ts';
import { describePipeline, documentationPage } from './page-frame.ts';
import { limitation, performance, sizeRemark, sizeTable } from './page-sections.ts';
import { backupText, flagsText, linkText, selfTestText } from './page-texts.ts';

/** documentation.html: everything about one built library, in one page that needs no network. */
export function libraryPage(
  library: Library,
  facts: BuildFacts,
  { api, limits }: { readonly api: Api; readonly limits: BoardLimits | null },
): string {
  const sections: readonly (readonly [string, string])[] = [
    ['What it is', summary(library, facts, api, limits)],
    ['Functions', functions(library, api, limits !== null)],
    ['How well it does', performance(library.search?.scores)],
    ['How many signals to learn', learning(library, api)],
    ['Sizes', sizes(library, facts)],
    ['Link it', linkText(facts)],
    ['Switch flags', flagsText(facts, api)],
    ['Place, back up and restore the knowledge', backupText(facts.archive.neai)],
    ['Self-test', selfTestText(api)],
    ['The emulator', emulator(library)],
  ];
  return documentationPage(library.id, sections);
}

function summary(library: Library, facts: BuildFacts, api: Api, limits: BoardLimits | null): string {
  const { axes, bufferSize } = library;
  const { flashBytes, ramBytes, stackBytes } = costOf(facts);
  const features = chainOutputLength(library.pipeline, libraryShape(library))!;
  return `<p>Anomaly detection that learns on the chip. A signal is ${bufferSize} samples of ${axes} axes: an array of
${axes * bufferSize} floats, interleaved x1 y1 z1 x2 y2 z2 …</p>
${table(
  ['', ''],
  [
    ['made for', plain(facts.core)],
    ['chain', `${describePipeline(library.pipeline)} (${features} features)`],
    ['model', modelByName(library.model.name).title],
    ['flash', `${flashBytes} bytes`],
    [
      'RAM',
      `${ramBytes} bytes, ${stackBytes} of them stack, and ${4 * axes * bufferSize} for your input buffer`,
    ],
    ['compiler', plain(facts.compiler)],
    ['interface', plain(api.title)],
  ],
)}
${limits === null ? '' : limitation(limits, api.elsewhere)}`;
}

function functions(library: Library, api: Api, isLimited: boolean): string {
  return `${table(
    ['function', 'what it does', 'returns'],
    api.functionRows(library, isLimited).map(([name, what, returns]) => [code(name), what, returns]),
  )}
<p>State is looked at before the signal: a library that is not initialised says so also for NaN. The signal is read and
never written. Nothing uses the heap, recursion or double arithmetic; no function may be interrupted by another one. Integers of a
sensor have to be converted, ${code('(float)value')}, one by one. In C++ include ${code('NanoEdgeAI.hpp')}: the same functions in namespace
${code('neai')}, with the length of a signal in its type.${api.remarks === '' ? '' : ` ${api.remarks}`}</p>`;
}

function learning(library: Library, api: Api): string {
  return `<p>Learn at least <strong>${recommendedLearns(library)}</strong> signals before the first detect
(${code(api.macros.learns)}), in every regime that is normal. Below ${api.detectFloor(library)} detect answers ${api.notReady}. Learning may go on at any time and without end: the newest signals count no less than one in 4096.</p>`;
}

function sizes(library: Library, facts: BuildFacts): string {
  const { initialize, learn, detect } = facts.stackBytes;
  return `${sizeTable(facts)}
${table(['worst stack in bytes', 'initialize', 'learn', 'detect'], [['with all they call', initialize, learn, detect]])}
${sizeRemark(library)}`;
}

function emulator(library: Library): string {
  return `<p>${code('emulator.mjs')} is this very library as one program for Node 20 or newer, with the same answers to the last bit:</p>
${block(`node emulator.mjs initialize
node emulator.mjs learn --file regular.csv --begin 1 --end ${library.minimumLearningIterations}
node emulator.mjs detect --file test.csv
node emulator.mjs run --learn regular.csv --detect test.csv`)}
<p>It prints JSON and keeps its state in ${code('NanoEdgeAI.dat')} of the current folder; ${code('node emulator.mjs --help')} tells the rest.</p>`;
}
