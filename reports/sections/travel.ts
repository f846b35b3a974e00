import type { RunRecord } from '../../src/record/run-record.ts';
import type { Travel, TravelPair, TravelScores } from '../../src/record/travel.ts';
import { count, sideInFull } from '../format.ts';
import { html, type Markup } from '../html.ts';

const TONE: Record<TravelPair['verdict'], string> = { PASS: 'pass', FAIL: 'fail', 'NOT RUN': 'notrun' };

/** Knowledge taken from each side to each other, as a matrix: a certificate for every pair, or why there is none. */
export function travelPanel({ travel }: RunRecord): Markup | null {
  if (travel === null) return null;
  const { sides, learned, furtherLearns } = travel;
  return html`<section class="panel" id="travel"><h2>Knowledge that travels <small>learned ${count(learned)} signals, restored elsewhere, then ${count(furtherLearns)} more in place</small></h2>
<div class="scroll" tabindex="0" aria-label="Knowledge that travels, scrollable"><table class="matrix"><thead><tr><td class="corner">learned on ↓ restored on →</td>${sides.map(
    (side) => html`<th scope="col">${sideInFull(side)}</th>`,
  )}</tr></thead><tbody>${sides.map(
    (side, learnedOn) =>
      html`<tr><th scope="row">${sideInFull(side)}</th>${sides.map((_, restoredOn) =>
        cell(travel, learnedOn, restoredOn),
      )}</tr>`,
  )}</tbody></table></div></section>`;
}

function cell({ pairs }: Travel, learnedOn: number, restoredOn: number): Markup {
  const pair = pairs.find((one) => one.learnedOn === learnedOn && one.restoredOn === restoredOn);
  if (pair === undefined) return html`<td class="same" aria-label="the same side">·</td>`;
  const { verdict, reason, sameKnowledge, before, after, learnedAlike } = pair;
  const facts = [
    sameKnowledge === null ? null : sameKnowledge ? 'same knowledge' : 'knowledge differs',
    before === null ? null : `before: ${scores(before)}`,
    after === null ? null : `after: ${scores(after)}`,
    learnedAlike === null ? null : learnedAlike ? 'every further learn alike' : 'a further learn differs',
  ].filter((fact) => fact !== null);
  return html`<td class="${TONE[verdict]}" data-travel="${learnedOn} ${restoredOn}"><b>${verdict}</b>
<small>${reason ?? ''}${facts.map((fact) => html`<span class="fact">${fact}</span>`)}</small></td>`;
}

const scores = ({ signals, differing, largest }: TravelScores): string =>
  differing === 0
    ? `${count(signals)} scores equal`
    : `${count(differing)} of ${count(signals)} scores differ, by up to ${largest}`;
