import type { SearchRecord } from '../../../src/record/search-record.ts';
import { count, percent } from '../../format.ts';
import { html, type Markup } from '../../html.ts';

/** What the table needs of a record, of either kind of search. */
interface RankedCandidates extends Pick<SearchRecord, 'candidates' | 'pareto' | 'thresholdCalibrated'> {
  readonly winner: Pick<SearchRecord['winner'], 'position' | 'runnerUp'>;
}

/** The candidates that no other beats in both accuracy and RAM, with winner and runner-up. */
export function candidateTable({
  candidates,
  pareto,
  winner,
  thresholdCalibrated,
}: RankedCandidates): Markup {
  const [accuracy, margin] = thresholdCalibrated
    ? ['balanced accuracy', 'confidence']
    : ['regular lines recognised', 'mean margin'];
  const shown = new Set([...pareto, winner.position, ...(winner.runnerUp === null ? [] : [winner.runnerUp])]);
  const rows = [...shown].sort(
    (a, b) =>
      candidates.ramBytes[a]! - candidates.ramBytes[b]! || candidates.index[a]! - candidates.index[b]!,
  );
  return html`<table class="cards">
    <caption>Cross-validated; ranked by ${accuracy}, then ${margin}, then RAM.</caption>
    <thead><tr><th scope="col">candidate</th><th scope="col">RAM</th><th scope="col">${accuracy}</th>
      <th scope="col">${margin}</th><th scope="col">chain and model</th></tr></thead>
    <tbody>${rows.map((position) => {
      const role =
        position === winner.position ? 'winner' : position === winner.runnerUp ? 'runner-up' : null;
      return html`<tr class="${role === 'winner' ? 'best' : ''}"><th scope="row">${candidates.index[position]! + 1}
        ${role === null ? null : html`<b class="tag ${role === 'winner' ? 'pass' : 'open'}">${role}</b>`}</th>
        <td data-label="RAM">${count(candidates.ramBytes[position]!)} B</td>
        <td data-label="${accuracy}">${percent(candidates.balancedAccuracy[position]!)}</td>
        <td data-label="${margin}">${percent(candidates.confidence[position]!)}</td>
        <td data-label="chain and model"><code>${candidates.text[position]!}</code></td></tr>`;
    })}</tbody></table>`;
}

/** Indicators per couple, where there are several. */
export function coupleTable({ couples, learning }: SearchRecord): Markup | null {
  if (couples.length < 2) return null;
  return html`<section class="panel" id="couples"><h2>Couples</h2><table class="cards">
    <caption>Every machine learns by itself; all share the threshold.</caption>
    <thead><tr><th scope="col">couple</th><th scope="col">balanced accuracy, cross-validated</th>
      <th scope="col">held out</th><th scope="col">confidence, cross-validated</th><th scope="col">held out</th>
      <th scope="col">learn at least</th></tr></thead>
    <tbody>${couples.map(
      ({ name, crossValidated, heldOut }, i) => html`<tr><th scope="row">${name}</th>
        <td data-label="balanced accuracy, cross-validated">${percent(crossValidated.balancedAccuracy)}</td>
        <td data-label="held out">${percent(heldOut.balancedAccuracy)}</td>
        <td data-label="confidence, cross-validated">${percent(crossValidated.confidence)}</td>
        <td data-label="held out">${percent(heldOut.confidence)}</td>
        <td data-label="learn at least">${count(learning.find(({ couple }) => couple === i)?.minimum ?? 0)}</td></tr>`,
    )}</tbody></table></section>`;
}

/** The library in full: chain, parameters, calibration, limits, learning per regime. */
export function winnerFacts({ winner, learning, couples }: SearchRecord): Markup {
  const rows: readonly [string, string | Markup][] = [
    ['library', html`<code>${winner.id}</code>`],
    ...winner.pipeline.map(({ transform, params }, i): [string, Markup] => [
      `stage ${i + 1}`,
      html`<code>${transform} ${JSON.stringify(params)}</code>`,
    ]),
    ['model', html`<code>${winner.model.name} ${JSON.stringify(winner.model.params)}</code>`],
    [
      'sensitivity, pre-set',
      html`${Number(winner.calibration.scale.toPrecision(6))}, width ${winner.calibration.width}`,
    ],
    ['detects from', `${count(winner.detectFloor)} learned signals on`],
    ...learning.flatMap(({ couple, regimes, minimum, available, orders, settled }): [string, string][] => [
      [
        couples.length > 1 ? `learning, ${couples[couple]!.name}` : 'learning',
        `at least ${count(minimum)} signals; judged in ${orders} orders up to ${count(available)}${settled ? '' : '; not settled'}`,
      ],
      ...(regimes.length < 2
        ? []
        : regimes.map((regime): [string, string] => [
            `regime ${regime.name}`,
            `${count(regime.minimum)} of them (${percent(regime.share)} of the lines)`,
          ])),
    ]),
  ];
  return html`<div class="facts"><dl>${rows.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl></div>`;
}
