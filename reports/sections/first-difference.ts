import { unpackCalls } from '../../src/record/calls.ts';
import type { Divergence } from '../../src/record/divergence.ts';
import type { ComparedField, FirstMismatch } from '../../src/record/primitives.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import { count, sideNames } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { callStrip } from './call-strip.ts';
import { callsAround } from './calls-around.ts';

const FIELD_WORDS: Record<ComparedField, string> = {
  returnCode: 'return code',
  similarity: 'similarity',
  learnCounter: 'learn counter',
  digest: 'knowledge digest',
  distance: 'distance',
};

type Names = ReturnType<typeof sideNames>;

/** Where both sides first part, spelled out: stage, signal, both values, likely cause; nothing when they do not. */
export function firstDifference(record: RunRecord): Markup | null {
  const mismatch = record.comparison.firstMismatch;
  if (mismatch === null) return null;
  const sequence = unpackCalls(record.calls);
  const { comparison, divergence, verdicts } = record;
  const names = sideNames(record.sides);
  const tolerated = verdicts.equivalence.verdict === 'PASS';
  return html`<section class="difference ${tolerated ? 'open' : 'fail'}" id="first-difference" aria-labelledby="first-difference-title">
<div class="located">
<h2 id="first-difference-title">${tolerated ? 'First difference, within the tolerance' : 'First difference'}</h2>
${divergence === null ? fieldSentence(record, mismatch, names) : located(divergence, mismatch, names)}
</div>
<div class="around">
${callStrip(sequence, mismatch.call)}
<p class="spread"><b data-mismatch="mismatches">${count(comparison.mismatches)}</b> of ${count(sequence.target.length)} answered calls differ${
    comparison.outsideTolerance === comparison.mismatches
      ? ''
      : html`, <b>${count(comparison.outsideTolerance)}</b> by more than the tolerance allows`
  }.</p>
${callsAround(sequence, mismatch.call, names)}
</div></section>`;
}

/** `signal 14 (learn of regular.csv line 14)`; initialize has no signal. */
function signalWords({ operation, signal, file, line, call }: Divergence): Markup {
  if (signal === null) return html`<b data-divergence="signal">call ${call}</b> (${operation}, no signal)`;
  return html`<b>signal <span data-divergence="signal">${signal}</span></b> (${operation} of
<span class="path" data-mismatch="file">${file ?? 'no file'}</span> line <b data-mismatch="line">${line ?? '–'}</b>)`;
}

function located(divergence: Divergence, mismatch: FirstMismatch, names: Names): Markup {
  const { stage, cause, notKnown, field } = divergence;
  const element = elementOf(divergence);
  const where = element === null ? '' : html`, at <b data-divergence="element">${element}</b>`;
  const sentence =
    stage === null
      ? html`<p class="sentence">At ${signalWords(divergence)} the ${names.target} first answers differently from the ${names.reference}, in its <b>${FIELD_WORDS[field]}</b>.</p>`
      : html`<p class="sentence">At ${signalWords(divergence)} the ${names.target} parts from the ${names.reference} in
<b data-divergence="stage">${stage.name}</b>${where}${valuesInWords(divergence, names)}.</p>`;
  return html`<dl class="answers"><div><dt>Stage</dt><dd>${stage?.name ?? 'not located'}</dd></div>
<div><dt>Signal</dt><dd>${divergence.signal ?? '–'} <small>${divergence.operation}${
    divergence.file === null
      ? ''
      : html`, <span class="path">${baseName(divergence.file)}</span> line ${divergence.line}`
  }</small></dd></div>
${element === null ? null : html`<div><dt>Element</dt><dd>${element}</dd></div>`}</dl>
${sentence}
${values(divergence, mismatch, names)}
${cause === null ? null : html`<p class="cause"><b>Likely cause:</b> <span data-divergence="cause">${cause}</span></p>`}
${stageChain(divergence)}
${notKnown === null ? null : html`<p class="open-question"><b>Not found out:</b> ${notKnown}</p>`}
<p class="how">${howFound(divergence)}</p>`;
}

/** Without a located difference: the field of the answer, and both values. */
function fieldSentence({ calls, divergence }: RunRecord, mismatch: FirstMismatch, names: Names): Markup {
  const { call, field, file, line, reference, target } = mismatch;
  const operation = { i: 'initialize', l: 'learn', d: 'detect' }[calls.operation[call] ?? ''] ?? 'call';
  const place =
    file === null
      ? null
      : html` of <span class="path" data-mismatch="file">${file}</span> line <b data-mismatch="line">${line}</b>`;
  return html`<p class="sentence">At call <b>${call}</b> (${operation}${place}) the ${names.target} first answers
differently from the ${names.reference}, in its <b>${FIELD_WORDS[field]}</b>. ${divergence === null ? 'The stage was not looked for.' : ''}</p>
<table class="values"><thead><tr><td></td><th scope="col">${FIELD_WORDS[field]}</th></tr></thead><tbody>
<tr><th scope="row">${names.reference}</th><td data-mismatch="reference">${reference ?? 'none'}</td></tr>
<tr><th scope="row">${names.target}</th><td data-mismatch="target">${target ?? 'none'}</td></tr></tbody></table>`;
}

/** Which value of the stage it is; null where the stage has but one. */
function elementOf({ element, stage }: Divergence): string | null {
  return element === null || element.name === stage?.name ? null : element.name;
}

/** `: the emulator has 0.25 (0x3e800000), the board 0.5 (0x3f000000), 8,388,608 ULP apart`. */
function valuesInWords({ reference, target, ulp }: Divergence, names: Names): Markup | null {
  if (reference === null || target === null) return null;
  const value = ({ decimal, hex }: NonNullable<Divergence['target']>) =>
    html`<b>${decimal}</b>${hex === null ? null : ` (${hex})`}`;
  const apart = ulp === null ? null : `, ${count(ulp)} ULP apart`;
  return html`: the ${names.reference} has ${value(reference)}, the ${names.target} ${value(target)}${apart}`;
}

/** Both values three ways; where the stage told none, those of the field that first differs. */
function values(divergence: Divergence, mismatch: FirstMismatch, names: Names): Markup {
  const { reference, target, field, element, stage } = divergence;
  const shown = (side: 'reference' | 'target') => {
    const value = side === 'reference' ? reference : target;
    const answer = String(mismatch[side] ?? 'none');
    return html`<tr><th scope="row">${names[side]}</th>
<td data-divergence="${side}">${value?.decimal ?? answer}</td><td data-divergence="${side}-hex">${value?.hex ?? '–'}</td>
<td class="answer" data-mismatch="${side}">${answer}</td></tr>`;
  };
  return html`<table class="values"><thead><tr><td></td><th scope="col">${element?.name ?? stage?.name ?? FIELD_WORDS[field]}</th>
<th scope="col">hexadecimal</th><th scope="col">answer: ${FIELD_WORDS[field]}</th></tr></thead>
<tbody>${shown('reference')}${shown('target')}
${divergence.ulp === null ? null : html`<tr><th scope="row">apart</th><td colspan="3"><b data-divergence="ulp">${count(divergence.ulp)}</b> ULP <small>units in the last place of a 32-bit float</small></td></tr>`}</tbody></table>`;
}

/** Every stage that was seen, in order: where it is still the same, and where no longer. */
function stageChain({ stages, stage }: Divergence): Markup | null {
  if (stages.length === 0) return null;
  const here = (one: Divergence['stages'][number]): boolean =>
    stage !== null && one.stage.kind === stage.kind && one.stage.index === stage.index;
  return html`<ol class="chain" aria-label="Stages of this call, in order">${stages.map((one) => {
    const { elements, differing, largestUlp } = one;
    const figures =
      differing === 0
        ? `${count(elements)} same`
        : `${count(differing)} of ${count(elements)} differ${largestUlp === null ? '' : `, ≤ ${count(largestUlp)} ULP`}`;
    const tone = here(one) ? 'fail here' : differing === 0 ? 'pass' : 'after';
    return html`<li class="${tone}"><b>${one.stage.name}</b> <small>${figures}</small></li>`;
  })}</ol>`;
}

function howFound({ search }: Divergence): string {
  const { restores, replayedCalls, bisectionSteps, taps, repeats } = search;
  const parts = [
    `${count(bisectionSteps)} bisection steps`,
    `${count(restores)} restores of knowledge`,
    `${count(replayedCalls)} calls made again`,
    ...(taps.length === 0 ? [] : [`stages told by ${taps.join(' and ')}`]),
    ...(repeats === null
      ? []
      : [
          repeats
            ? 'the call parts again when it is made alone from restored knowledge'
            : 'the call does not part when it is made alone from restored knowledge: the state before it had parted, or it was lost on the way',
        ]),
  ];
  return `Found by ${parts.join(', ')}.`;
}

const baseName = (path: string): string => path.split('/').at(-1) ?? path;
