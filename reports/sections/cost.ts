import type { PerCallFigures } from '../../src/record/cost.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import { count, seconds } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { linkFacts, stepTimes } from './facts.ts';
import { footprintBars } from './footprint.ts';
import { ticksPlot } from './plots.ts';

/** What the library costs on its board: ticks of every call, stack by kind of call, memories with their budgets. */
export function costPanel(record: RunRecord): Markup {
  const { unit } = record.perCall;
  return html`<section class="panel" id="cost"><h2>${unit === 'cycles' ? 'Cycles' : 'Instructions'}, stack, memory, link</h2>
<div class="plot-pair">${ticksPlot(record)}<div>${tickTable(record)}${stackTable(record)}</div></div>
<div class="columns"><section class="facts"><h3>Flash and RAM</h3>${footprintBars(record)}</section>
${linkFacts(record)}${stepTimes(record)}</div></section>`;
}

type Figures = NonNullable<PerCallFigures['learn']>;

function tickTable({ perCall, limits, board }: RunRecord): Markup {
  const rows = (
    [
      ['learn', perCall.learn, limits.learnTicks],
      ['detect', perCall.detect, limits.detectTicks],
    ] as const
  ).flatMap(([name, figures, budget]) => (figures === null ? [] : [row(name, figures, budget)]));
  if (rows.length === 0) return html`<p>No call told its ${perCall.unit}.</p>`;
  const clock =
    perCall.unit === 'cycles' && board !== null
      ? html`<p class="quiet">${count(board.clockHz / 1e6)} MHz: ${(['learn', 'detect'] as const).flatMap(
          (name) => {
            const figures = perCall[name];
            return figures === null ? [] : [`longest ${name} ${seconds(figures.max / board.clockHz)} `];
          },
        )}</p>`
      : null;
  return html`<table class="ticks"><caption>${perCall.unit} of the library call alone</caption><thead><tr><td></td><th scope="col" class="number">median</th>
<th scope="col" class="number">p99</th><th scope="col" class="number">longest</th><th scope="col" class="number">budget</th></tr></thead><tbody>${rows}</tbody></table>${clock}`;
}

function row(name: 'learn' | 'detect', { calls, median, p99, max }: Figures, budget: number | null): Markup {
  const over = budget !== null && max > budget;
  return html`<tr class="${over ? 'differs' : ''}"><th scope="row">${name} <small>${count(calls)} calls</small></th>
<td class="number" data-ticks="${name}-median">${count(median)}</td><td class="number" data-ticks="${name}-p99">${count(p99)}</td>
<td class="number" data-ticks="${name}-max">${count(max)}</td>
<td class="number">${budget === null ? html`<small>none</small>` : html`${count(budget)}${over ? ' exceeded' : ''}`}</td></tr>`;
}

function stackTable({ footprint, limits }: RunRecord): Markup | null {
  if (footprint === null || footprint.stackByCall.length === 0) return null;
  const { stackBytes: budget } = limits;
  return html`<table class="stack"><caption>Deepest stack by kind of call${budget === null ? '' : `, budget of the library ${count(budget)} B`}</caption>
<thead><tr><td></td><th scope="col" class="number">in all</th><th scope="col" class="number">of the library</th></tr></thead><tbody>${footprint.stackByCall.map(
    ({
      call,
      stackBytes,
      libraryBytes,
    }) => html`<tr class="${budget !== null && libraryBytes !== null && libraryBytes > budget ? 'differs' : ''}"><th scope="row">${call}</th>
<td class="number" data-stack="${call}">${count(stackBytes)} B</td><td class="number">${libraryBytes === null ? '–' : `${count(libraryBytes)} B`}</td></tr>`,
  )}</tbody></table>`;
}
