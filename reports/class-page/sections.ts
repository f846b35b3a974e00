import type { ClassSearchRecord, JudgedClasses } from '../../src/record/class-search-record.ts';
import { count, percent } from '../format.ts';
import { html, type Markup } from '../html.ts';

type Part = 'crossValidated' | 'heldOut';
const PARTS: readonly [Part, string][] = [
  ['crossValidated', 'cross-validated'],
  ['heldOut', 'held out'],
];
/** The documents: below, a library may not perform as expected. */
const EXPECTED = 0.9;

/** The result in a few words: the first indicator in rank that is not as it should be. */
export function headlineOf(record: ClassSearchRecord): { readonly word: string; readonly tone: string } {
  for (const [name, words] of INDICATORS) {
    const lowest = Math.min(...PARTS.map(([part]) => record[part][name]));
    if (lowest < EXPECTED) return { word: `${words} below 90 %`, tone: 'fail' };
  }
  return { word: 'Above 90 %', tone: 'pass' };
}

const INDICATORS = [
  ['balancedAccuracy', 'Balanced accuracy'],
  ['confidence', 'Confidence'],
] as const;

/** Both indicators, cross-validated and held out side by side. */
export function indicatorTable(record: ClassSearchRecord): Markup {
  return html`<table class="indicators"><thead><tr><td></td>${PARTS.map(
    ([, words]) => html`<th scope="col">${words}</th>`,
  )}</tr></thead><tbody>${INDICATORS.map(
    ([name, words]) =>
      html`<tr><th scope="row">${words}</th>${PARTS.map(
        ([part]) => html`<td data-figure="${part}-${name}">${percent(record[part][name], 1)}</td>`,
      )}</tr>`,
  )}</tbody></table>`;
}

/** Lines by true class and by the class that came out, cross-validated and held out side by side. */
export function confusionPanel(record: ClassSearchRecord): Markup {
  return html`<section class="panel confusion" id="confusion" aria-labelledby="confusion-title">
    <h2 id="confusion-title">Confusion</h2>
    <div class="pair">${PARTS.map(([part, words]) => confusionTable(record, part, words))}</div></section>`;
}

function confusionTable(record: ClassSearchRecord, part: Part, words: string): Markup {
  return html`<table><caption>${words}: rows are true classes, columns what came out</caption>
    <thead><tr><td></td>${record.classes.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
    <tbody>${record.classes.map((name, truth) => {
      const row = record[part].confusion[truth]!;
      const lines = linesOf(row);
      return html`<tr><th scope="row">${name}</th>${row.map((told, column) => {
        const share = lines === 0 ? 0 : told / lines;
        const kind = column === truth ? 'right' : 'wrong';
        return html`<td class="${kind}" style="--share:${share.toFixed(3)}"><b data-confusion="${part}-${truth}-${column}">${count(told)}</b></td>`;
      })}</tr>`;
    })}</tbody></table>`;
}

/** Of each class the share told rightly, and which class most of its other lines were taken for. */
export function classTable(record: ClassSearchRecord): Markup {
  return html`<table class="cards"><thead><tr><th scope="col">class</th>${PARTS.map(
    ([, words]) => html`<th scope="col">told rightly, ${words}</th>`,
  )}<th scope="col">most often taken for</th></tr></thead>
    <tbody>${record.classes.map(
      (name, truth) =>
        html`<tr><th scope="row">${truth + 1} ${name}</th>${PARTS.map(
          ([part, words]) =>
            html`<td data-label="told rightly, ${words}">${percent(shareOf(record[part], truth), 1)}</td>`,
        )}<td data-label="most often taken for">${takenFor(record, truth)}</td></tr>`,
    )}</tbody></table>`;
}

const linesOf = (row: readonly number[]): number => row.reduce((sum, lines) => sum + lines, 0);

function shareOf({ confusion }: JudgedClasses, truth: number): number | null {
  const lines = linesOf(confusion[truth]!);
  return lines === 0 ? null : confusion[truth]![truth]! / lines;
}

/** Of the lines cross-validated and held out together. */
function takenFor(record: ClassSearchRecord, truth: number): string {
  const wrong = record.classes
    .map((name, other) => ({
      name,
      lines:
        other === truth
          ? 0
          : record.crossValidated.confusion[truth]![other]! + record.heldOut.confusion[truth]![other]!,
    }))
    .sort((a, b) => b.lines - a.lines)[0]!;
  return wrong.lines === 0 ? 'nothing else' : `${wrong.name} (${count(wrong.lines)})`;
}
