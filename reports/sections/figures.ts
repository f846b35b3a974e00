import type { RunRecord } from '../../src/record/run-record.ts';
import { count, percent, seconds, sideNames } from '../format.ts';
import { html, type Markup } from '../html.ts';

interface Figure {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly note?: string;
}

/** The run's figures in one row, each with its unit: what a reader compares between two pages. */
export function keyFigures(record: RunRecord): Markup {
  const { comparison, accuracy, perCall, footprint, link, sides } = record;
  const { reference } = sideNames(sides);
  const { board } = record;
  const perClock = (ticks: number): string =>
    perCall.unit === 'cycles' && board !== null
      ? `${seconds(ticks / board.clockHz)} at ${board.clockHz / 1e6} MHz`
      : '';
  const ticks = (id: 'learn' | 'detect'): Figure[] => {
    const figures = perCall[id];
    if (figures === null) return [];
    const { median, p99, max } = figures;
    const note = [`median; p99 ${count(p99)}, longest ${count(max)}`, perClock(median)]
      .filter((text) => text !== '')
      .join(', ');
    return [{ id: `per-${id}`, name: `${perCall.unit} per ${id}`, value: count(median), note }];
  };
  const figures: Figure[] = [
    {
      id: 'signals',
      name: 'signals compared',
      value: count(comparison.signals),
      note: `${count(comparison.mismatches)} calls differ`,
    },
    {
      id: 'balanced-accuracy',
      name: 'balanced accuracy',
      value: percent(accuracy.target.balancedAccuracy),
      note: `${reference}: ${percent(accuracy.reference.balancedAccuracy)}`,
    },
    {
      id: 'confidence',
      name: 'confidence',
      value: percent(accuracy.target.confidence),
      note: `${reference}: ${percent(accuracy.reference.confidence)}`,
    },
    ...ticks('learn'),
    ...ticks('detect'),
    ...(footprint === null || board === null
      ? []
      : [
          {
            id: 'flash',
            name: 'flash',
            value: `${count(footprint.flashBytes)} B`,
            note: `${percent(footprint.flashBytes / board.flashBytes)} of the chip`,
          },
          {
            id: 'ram',
            name: 'RAM',
            value: `${count(footprint.ramBytes)} B`,
            note: `${percent(footprint.ramBytes / board.ramBytes)} of the chip`,
          },
        ]),
    ...(link === null
      ? []
      : [
          {
            id: 'link',
            name: `link at ${count(link.baud)} baud`,
            value: link.seconds > 0 ? `${count(Math.round(link.bytes / link.seconds))} B/s` : '–',
            note: `${count(link.retransmissions)} retransmissions`,
          },
        ]),
  ];
  return html`<section class="figures" aria-label="Figures"><dl>${figures.map(
    (figure) => html`<div><dt>${figure.name}</dt><dd><b data-figure="${figure.id}">${figure.value}</b>
      <small>${figure.note}</small></dd></div>`,
  )}</dl></section>`;
}
