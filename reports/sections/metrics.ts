import type { Flip, Metrics } from '../../src/record/metrics.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import { count, percent, sideNames } from '../format.ts';
import { html, type Markup } from '../html.ts';

/** Flips shown before a reader asks for more; the rest is in the table of signals. */
const MOST_FLIPS = 40;

/** Both sides' similarities against each other in figures, and every decision that flips, explained. */
export function metricsPanel(record: RunRecord): Markup {
  const { metrics } = record;
  if (metrics === null) {
    return html`<section class="panel" id="metrics"><h2>How far apart</h2><p>No detect got a similarity on both sides.</p></section>`;
  }
  return html`<section class="panel" id="metrics"><h2>How far apart</h2>
<div class="columns">${figures(metrics, record)}${flips(metrics, record)}</div></section>`;
}

type Row = readonly [id: string, name: string, value: string, note?: string];

function figures(metrics: Metrics, { sides }: RunRecord): Markup {
  const names = sideNames(sides);
  const points = (value: number | null): string => (value === null ? '–' : `${significant(value)} points`);
  const { ulp, flips: flipped } = metrics;
  const rows: Row[] = [
    [
      'exactMatchRate',
      'exact matches',
      rateCut(metrics.exactMatchRate),
      `${count(metrics.exactMatches)} of ${count(metrics.detects)} detects`,
    ],
    [
      'flips',
      'flips at the threshold',
      count(flipped.list.length),
      `of ${count(flipped.decisions)} decisions`,
    ],
    [
      'upper95',
      'flip rate, 95 % bound',
      flipped.upper95 === null ? '–' : `≤ ${percentUp(flipped.upper95)}`,
      boundNote(metrics),
    ],
    ['meanAbsoluteError', 'mean absolute error', points(metrics.meanAbsoluteError)],
    ['rootMeanSquareError', 'root mean square error', points(metrics.rootMeanSquareError)],
    ['maximumError', 'largest error', points(metrics.maximumError)],
    ['bias', 'bias', points(metrics.bias), `mean of ${names.target} − ${names.reference}`],
    [
      'spearman',
      'rank correlation',
      metrics.spearman === null ? '–' : significant(metrics.spearman),
      'Spearman',
    ],
    ...(ulp === null
      ? []
      : [
          [
            'ulp',
            'ULP of the distance',
            `${count(ulp.median)} / ${count(ulp.p99)} / ${count(ulp.max)}`,
            `median / p99 / largest of ${count(ulp.values)}`,
          ] as const,
        ]),
  ];
  return html`<dl class="metrics">${rows.map(
    ([id, name, value, note]) =>
      html`<div><dt>${name}</dt><dd><b data-metric="${id}">${value}</b>${note === undefined ? null : html` <small>${note}</small>`}</dd></div>`,
  )}</dl>`;
}

/** A rate that is not quite 1 never reads as 100 %: `percent` cuts, and this says so at the other end. */
const rateCut = (rate: number | null): string => (rate === null ? '–' : percent(rate));

/** A bound is rounded up: it may not promise more than it holds. */
const percentUp = (fraction: number): string =>
  `${Number((Math.ceil(fraction * 10_000 - 1e-6) / 100).toFixed(2))} %`;

const significant = (value: number): string => String(Number(value.toPrecision(3)));

function boundNote({ flips: { repeated, independentFlips, decisions } }: Metrics): string {
  const over = `Clopper-Pearson, ${count(independentFlips)} flips of ${count(decisions - repeated)} different signals`;
  return repeated === 0
    ? over
    : `${over}; ${count(repeated)} repeated signals are not independent and left out`;
}

function flips({ flips: { list } }: Metrics, record: RunRecord): Markup {
  const { threshold } = record;
  const names = sideNames(record.sides);
  if (list.length === 0) {
    return html`<div class="flips"><h3>Decisions that flip</h3><p>None: at the threshold of ${threshold} both sides decide every signal alike.</p></div>`;
  }
  const shown = list.slice(0, MOST_FLIPS);
  return html`<div class="flips"><h3>Decisions that flip at ${threshold}</h3>
<div class="scroll" tabindex="0" aria-label="Flips, scrollable"><table id="flips"><thead><tr><th scope="col">signal</th><th scope="col" class="number">${names.reference}</th>
<th scope="col" class="number">${names.target}</th><th scope="col">why</th></tr></thead><tbody>${shown.map((flip) => flipRow(flip, threshold))}</tbody></table></div>
${list.length > shown.length ? html`<p class="quiet">${count(list.length - shown.length)} more: choose “flip” above the plots.</p>` : null}</div>`;
}

function flipRow(flip: Flip, threshold: number): Markup {
  const { call, file, line, reference, target, referenceToThreshold, targetToThreshold } = flip;
  const distance = (points: number): string =>
    `${significant(Math.abs(points))} ${points < 0 ? 'below' : 'above'}`;
  const side = (value: number): string => (value >= threshold ? 'nominal' : 'anomaly');
  return html`<tr data-flip="${call}"><th scope="row"><span class="path">${file ?? 'call'}</span> line ${line ?? '–'}</th>
<td class="number">${reference} <small>${side(reference)}</small></td><td class="number">${target} <small>${side(target)}</small></td>
<td>${distance(referenceToThreshold)} and ${distance(targetToThreshold)}: ${significant(Math.abs(target - reference))} points apart</td></tr>`;
}
