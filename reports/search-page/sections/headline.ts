import type { SearchFigures, SearchRecord } from '../../../src/record/search-record.ts';
import { count, percent } from '../../format.ts';
import { html, type Markup } from '../../html.ts';

type Part = 'crossValidated' | 'heldOut';
const PARTS: readonly [Part, string][] = [
  ['crossValidated', 'cross-validated'],
  ['heldOut', 'held out'],
];
/** The documents: below, a library may not perform as expected. */
const EXPECTED = 0.9;

/** Of several couples the worst one's figure; null when none has it. */
function worst(record: SearchRecord, part: Part, name: keyof SearchFigures): number | null {
  const known = record.couples.map((couple) => couple[part][name]).filter((figure) => figure !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** The result in a few words: the first indicator in rank that is not as it should be. */
export function headlineWord(record: SearchRecord): string {
  return judgement(record).word;
}

function judgement(record: SearchRecord): { word: string; tone: string; glyph: string } {
  if (!record.thresholdCalibrated) return { word: 'Threshold uncalibrated', tone: 'open', glyph: '!' };
  const lowest = (name: 'balancedAccuracy' | 'confidence'): number =>
    Math.min(...PARTS.map(([part]) => worst(record, part, name)).filter((figure) => figure !== null), 1);
  const indicators = [
    ['Balanced accuracy', lowest('balancedAccuracy')],
    ['Confidence', lowest('confidence')],
  ] as const;
  const below = indicators.find(([, figure]) => figure < EXPECTED);
  if (below !== undefined) return { word: `${below[0]} below 90 %`, tone: 'fail', glyph: '✕' };
  const near = indicators.find(([, figure]) => figure < record.wellAbove);
  if (near !== undefined) return { word: `${near[0]} just above 90 %`, tone: 'open', glyph: '–' };
  return { word: 'Well above 90 %', tone: 'pass', glyph: '✓' };
}

/** The result at a glance: its word, the indicators cross-validated and held out side by side, memory and learning. */
export function headline(record: SearchRecord): Markup {
  const { word, tone, glyph } = judgement(record);
  const several = record.couples.length > 1 ? ` of the worst of ${record.couples.length} couples` : '';
  const note = record.thresholdCalibrated
    ? `Both indicators${several} should be well above 90 %.`
    : 'No abnormal file: balanced accuracy and confidence are not known, and the threshold is a guess. Add signals of faults, even if made by hand.';
  return html`<section class="headline ${tone}" id="headline" aria-label="Result">
    <p class="word"><span class="glyph" aria-hidden="true">${glyph}</span> <strong data-headline>${word}</strong></p>
    <p class="note">${note}</p>
    ${indicators(record)}
    ${memory(record)}
  </section>`;
}

function indicators(record: SearchRecord): Markup {
  const rows: readonly [keyof SearchFigures, string][] = record.thresholdCalibrated
    ? [
        ['balancedAccuracy', 'balanced accuracy'],
        ['confidence', 'confidence'],
        ['areaUnderCurve', 'AUC'],
      ]
    : [['regularRight', 'regular lines recognised']];
  return html`<table class="indicators"><thead><tr><td></td>${PARTS.map(
    ([, words]) => html`<th scope="col">${words}</th>`,
  )}</tr></thead><tbody>${rows.map(
    ([name, words]) =>
      html`<tr class="${name}"><th scope="row">${words}</th>${PARTS.map(([part]) => {
        const figure = worst(record, part, name);
        const tone = figure === null || name === 'areaUnderCurve' ? '' : toneOf(record, figure);
        return html`<td class="${tone}" data-figure="${part}-${name}">${percent(figure, 1)}</td>`;
      })}</tr>`,
  )}</tbody></table>`;
}

const toneOf = (record: SearchRecord, figure: number): string =>
  figure >= record.wellAbove ? 'pass' : figure >= EXPECTED ? 'open' : 'fail';

function memory({ winner, limits }: SearchRecord): Markup {
  const kind = winner.measured === null ? 'priced' : 'measured';
  const { ramBytes, flashBytes } = winner.measured ?? winner;
  const note = (limit: number | null): string => (limit === null ? kind : `${kind}, ≤ ${count(limit)}`);
  const figures = [
    { id: 'ram', name: 'RAM', value: `${count(ramBytes)} B`, note: note(limits.ramBytes) },
    {
      id: 'flash',
      name: 'flash',
      value: flashBytes === null ? 'no core' : `${count(flashBytes)} B`,
      note: flashBytes === null ? 'to price it for' : note(limits.flashBytes),
    },
    {
      id: 'minimum',
      name: 'learn at least',
      value: count(winner.minimumLearningIterations),
      note: 'signals',
    },
  ];
  return html`<dl class="memory">${figures.map(
    ({ id, name, value, note }) =>
      html`<div><dt>${name}</dt><dd><b data-figure="${id}">${value}</b> <small>${note}</small></dd></div>`,
  )}</dl>`;
}
