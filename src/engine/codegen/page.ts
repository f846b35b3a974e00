import { chainOutputLength } from '../emulator/chain.ts';
import { type Library, libraryShape } from '../library.ts';
import { modelByName } from '../models/registry.ts';
import { transformByName } from '../transforms/registry.ts';
import { type Api, recommendedLearns } from './api/api.ts';
import { type BuildFacts, costOf, type SectionBytes } from './build-facts.ts';
import { block, code, plain, table } from './html.ts';
import type { BoardLimits } from './limits.ts';
import { backupText, flagsText, linkText, selfTestText } from './page-texts.ts';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:58rem;margin:2rem auto;padding:0 1rem;color:#1c2530;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem;border-bottom:1px solid #c9d2dc}
table{border-collapse:collapse;margin:.8rem 0}th,td{border:1px solid #c9d2dc;padding:.3rem .6rem;text-align:left;vertical-align:top}
th{background:#eef2f6}td.n{text-align:right;font-variant-numeric:tabular-nums}
code,pre{font-family:ui-monospace,monospace;font-size:.9em;background:#eef2f6}pre{padding:.7rem;overflow-x:auto}
.note{border-left:4px solid #b35c00;padding-left:.8rem}
@media(prefers-color-scheme:dark){body{color:#e3e8ee;background:#14191f}code,pre,th{background:#222a33}th,td,h2{border-color:#3b4754}}`;

/** documentation.html: everything about one built library, in one page that needs no network. */
export function libraryPage(
  library: Library,
  facts: BuildFacts,
  { api, limits }: { readonly api: Api; readonly limits: BoardLimits | null },
): string {
  const sections: readonly (readonly [string, string])[] = [
    ['What it is', summary(library, facts, api, limits)],
    ['Functions', functions(library, api, limits !== null)],
    ['How well it does', performance(library)],
    ['How many signals to learn', learning(library, api)],
    ['Sizes', sizes(library, facts)],
    ['Link it', linkText(facts)],
    ['Switch flags', flagsText(facts, api)],
    ['Place, back up and restore the knowledge', backupText(facts.archive.neai)],
    ['Self-test', selfTestText(api)],
    ['The emulator', emulator(library)],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Library ${library.id}</title>
<style>
${STYLE}
</style>
</head>
<body>
<h1>Library ${library.id}</h1>
${sections.map(([title, text]) => `<h2>${title}</h2>\n${text}`).join('\n')}
</body>
</html>
`;
}

function describePipeline(library: Library): string {
  const titles = library.pipeline.map(({ transform, params }) => {
    const blocks = (params as { blocks?: { transform: string }[] }).blocks ?? [{ transform }];
    return blocks.map((one) => transformByName(one.transform).title).join(' + ');
  });
  return titles.join(', then ');
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
    ['chain', `${describePipeline(library)} (${features} features)`],
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
${limits === null ? '' : limitation(limits, api)}`;
}

function limitation({ boards, devices }: BoardLimits, api: Api): string {
  const hidden = devices.some(({ hiddenOnCpuid }) => hiddenOnCpuid !== 0)
    ? ` An STM32F103 does not show this register to software unless a debugger is connected (device errata): there, 0 counts as its identity,
so that other STM32F1 chips with the same erratum pass too.`
    : '';
  return `<p class="note">This library is limited to ${plain(boards.join(', '))}. On any other board
${api.elsewhere}. It knows the chip by ${code('DBGMCU_IDCODE')}, which it reads in
privileged code at each call, with interrupts held off for some twenty instructions.${hidden}</p>`;
}

/** Figures of the search, cross-validated and on lines that it never saw. */
function performance({ search }: Library): string {
  const { scores } = search ?? {};
  const rows = (['crossValidated', 'heldOut'] as const).flatMap((name) => {
    const figures = scores?.[name] as Record<string, unknown> | null | undefined;
    const percent = (value: unknown): string =>
      typeof value === 'number' ? `${(Math.floor(value * 1000 + 1e-9) / 10).toFixed(1)} %` : 'not shown';
    const title = { crossValidated: 'cross-validated', heldOut: 'on lines that the search never saw' }[name];
    if (figures === null || figures === undefined) return [];
    return [[title, percent(figures['balancedAccuracy']), percent(figures['confidence'])]];
  });
  if (rows.length === 0) return '<p>No search has left figures: this library was written by hand.</p>';
  return table(['', 'balanced accuracy', 'confidence'], rows);
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

function sizes(library: Library, { archive, linked, stackBytes }: BuildFacts): string {
  const row = (name: string, bytes: SectionBytes): (string | number)[] => [
    name,
    bytes.text,
    bytes.rodata,
    bytes.data,
    bytes.bss,
    bytes.neai,
  ];
  const { initialize, learn, detect } = stackBytes;
  return `${table(
    ['bytes', '.text', '.rodata', '.data', '.bss', '.neai'],
    [
      row('<code>libneai.a</code>', archive),
      ...(linked ? [row('linked, with the compiler’s float routines, unused parts dropped', linked)] : []),
    ],
  )}
${table(['worst stack in bytes', 'initialize', 'learn', 'detect'], [['with all they call', initialize, learn, detect]])}
<p>Your input buffer takes ${4 * library.axes * library.bufferSize} bytes more. Stack is the sum of frames that the compiler reports along the
worst path, with 96 bytes for a routine of the compiler's own; what an interrupt pushes comes on top.</p>`;
}

function emulator(library: Library): string {
  return `<p>${code('emulator.mjs')} is this very library as one program for Node 20 or newer, with the same answers to the last bit:</p>
${block(`node emulator.mjs initialize
node emulator.mjs learn --file regular.csv --begin 1 --end ${library.minimumLearningIterations}
node emulator.mjs detect --file test.csv
node emulator.mjs run --learn regular.csv --detect test.csv`)}
<p>It prints JSON and keeps its state in ${code('NanoEdgeAI.dat')} of the current folder; ${code('node emulator.mjs --help')} tells the rest.</p>`;
}
