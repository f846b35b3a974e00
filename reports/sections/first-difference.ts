import { unpackCalls } from '../../src/record/calls.ts';
import type { Divergence } from '../../src/record/divergence.ts';
import type { FirstMismatch } from '../../src/record/primitives.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import { count, type SideNames, sideNames, sidesWithRoles } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { MOST_ULP, signsDiffer, ulpCount } from '../ulp-words.ts';
import { callStrip } from './call-strip.ts';
import { callsAround } from './calls-around.ts';
import { FIELD_WORDS } from './field-words.ts';
import { whereToLook } from './where-to-look.ts';

/** Where both sides first part, spelled out: stage, signal, both values, likely cause; nothing when they do not. */
export function firstDifference(record: RunRecord): Markup | null {
  const mismatch = record.comparison.firstMismatch;
  if (mismatch === null) return null;
  const sequence = unpackCalls(record.calls);
  const { comparison, divergence, verdicts } = record;
  const names = sideNames(record.sides);
  const roles = sidesWithRoles(record.sides);
  const signals = sequence.calls
    .slice(0, sequence.target.length)
    .filter((c) => c.operation !== 'initialize').length;
  const withInitialize = signals < sequence.target.length ? 'initialize and ' : '';
  const tolerated = verdicts.equivalence.verdict === 'PASS';
  return html`<section class="difference ${tolerated ? 'open' : 'fail'}" id="first-difference" aria-labelledby="first-difference-title">
<div class="located">
<h2 id="first-difference-title">${tolerated ? 'First difference, within the tolerance' : 'First difference'}</h2>
${divergence === null ? fieldSentence(record, mismatch, names, roles) : located(divergence, mismatch, names, roles)}
</div>
<div class="around">
${whereToLook(record)}
${callStrip(sequence, mismatch.call)}
<p class="spread"><b data-mismatch="mismatches">${count(comparison.mismatches)}</b> of ${count(sequence.target.length)} answered calls differ${
    comparison.outsideTolerance === comparison.mismatches
      ? ''
      : html`, <b>${count(comparison.outsideTolerance)}</b> by more than the tolerance allows`
  }. They are ${withInitialize}${count(signals)} signals (learns and detects).</p>
${callsAround(sequence, mismatch.call, roles)}
</div></section>`;
}

/** `signal 14 (learn of regular.csv line 14)`; initialize has no signal. */
function signalWords({ operation, signal, file, line, call }: Divergence): Markup {
  if (signal === null) return html`<b data-divergence="signal">call ${call}</b> (${operation}, no signal)`;
  return html`<b>signal <span data-divergence="signal">${signal}</span></b> (${operation} of
<span class="path" data-mismatch="file">${file ?? 'no file'}</span> line <b data-mismatch="line">${line ?? '–'}</b>${
    line === signal ? '' : `: number ${signal} of the run's learns and detects, line ${line} of its file`
  })`;
}

function located(
  divergence: Divergence,
  mismatch: FirstMismatch,
  names: SideNames,
  roles: SideNames,
): Markup {
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
${values(divergence, mismatch, roles)}
${cause === null ? null : html`<p class="cause"><b>Likely cause:</b> <span data-divergence="cause">${cause}</span></p>`}
${stageChain(divergence)}
${notKnown === null ? null : html`<p class="open-question"><b>Not found out:</b> ${notKnown}</p>`}
<p class="how">${howFound(divergence)}</p>`;
}

/** Without a located difference: the field of the answer, and both values. */
function fieldSentence(
  { calls, divergence }: RunRecord,
  mismatch: FirstMismatch,
  names: SideNames,
  roles: SideNames,
): Markup {
  const { call, field, file, line, reference, target } = mismatch;
  const operation = { i: 'initialize', l: 'learn', d: 'detect' }[calls.operation[call] ?? ''] ?? 'call';
  const place =
    file === null
      ? null
      : html` of <span class="path" data-mismatch="file">${file}</span> line <b data-mismatch="line">${line}</b>`;
  return html`<p class="sentence">At call <b>${call}</b> (${operation}${place}) the ${names.target} first answers
differently from the ${names.reference}, in its <b>${FIELD_WORDS[field]}</b>. ${divergence === null ? 'The stage was not looked for.' : ''}</p>
<table class="values"><thead><tr><td></td><th scope="col">${FIELD_WORDS[field]}</th></tr></thead><tbody>
<tr><th scope="row">${roles.reference}</th><td data-mismatch="reference">${reference ?? 'none'}</td></tr>
<tr><th scope="row">${roles.target}</th><td data-mismatch="target">${target ?? 'none'}</td></tr></tbody></table>`;
}

/** Which value of the stage it is; null where the stage has but one. */
function elementOf({ element, stage }: Divergence): string | null {
  return element === null || element.name === stage?.name ? null : element.name;
}

/** `: the emulator has 0.25 (0x3e800000), the board 0.5 (0x3f000000), 8,388,608 ULP apart`. */
function valuesInWords({ reference, target, ulp }: Divergence, names: SideNames): Markup | null {
  if (reference === null || target === null) return null;
  const value = ({ decimal, hex }: NonNullable<Divergence['target']>) =>
    html`<b>${decimal}</b>${hex === null ? null : ` (${hex})`}`;
  const apart =
    ulp === null
      ? null
      : signsDiffer(reference, target)
        ? ', their signs differ'
        : `, ${ulpCount(ulp)} ULP apart`;
  return html`: the ${names.reference} has ${value(reference)}, the ${names.target} ${value(target)}${apart}`;
}

/** Both values three ways; where the stage told none, those of the field that first differs. */
function values(divergence: Divergence, mismatch: FirstMismatch, roles: SideNames): Markup {
  const { reference, target, field, element, stage, ulp } = divergence;
  const hasHex = [reference, target].some((value) => value !== null && value.hex !== null);
  // The answer where it is another value than that of the stage.
  const hasAnswer = (['reference', 'target'] as const).some(
    (side) => divergence[side] !== null && divergence[side].decimal !== String(mismatch[side] ?? 'none'),
  );
  const shown = (side: 'reference' | 'target') => {
    const value = divergence[side];
    const answer = String(mismatch[side] ?? 'none');
    return html`<tr><th scope="row">${roles[side]}</th>
<td data-divergence="${side}">${value?.decimal ?? answer}</td>
${hasHex ? html`<td data-divergence="${side}-hex">${value?.hex ?? 'none'}</td>` : null}
${hasAnswer ? html`<td class="answer" data-mismatch="${side}">${answer}</td>` : null}</tr>`;
  };
  return html`<table class="values"><thead><tr><td></td><th scope="col">${element?.name ?? stage?.name ?? FIELD_WORDS[field]}</th>
${hasHex ? html`<th scope="col">hexadecimal</th>` : null}
${hasAnswer ? html`<th scope="col" class="answer">answer: ${FIELD_WORDS[field]}</th>` : null}</tr></thead>
<tbody>${shown('reference')}${shown('target')}
${
  ulp === null
    ? null
    : html`<tr><th scope="row">apart</th><td colspan="${1 + Number(hasHex) + Number(hasAnswer)}">${
        signsDiffer(reference, target)
          ? 'signs differ'
          : html`<b data-divergence="ulp">${ulpCount(ulp)}</b> ULP <small>units in the last place of a 32-bit float</small>`
      }</td></tr>`
}</tbody></table>`;
}

/** Every stage that was seen, in order: where it is still the same, and where no longer. */
function stageChain({ stages, stage, operation }: Divergence): Markup | null {
  if (stages.length === 0) return null;
  const here = (one: Divergence['stages'][number]): boolean =>
    stage !== null && one.stage.kind === stage.kind && one.stage.index === stage.index;
  const saw = (kind: Divergence['stages'][number]['stage']['kind']): boolean =>
    stages.some((one) => one.stage.kind === kind);
  const unseen = (['input', 'transform'] as const).filter((kind) => !saw(kind)).map((kind) => `${kind}s`);
  const isWarmUp = operation === 'learn' && saw('transform') && saw('knowledge') && !saw('score');
  return html`<ol class="chain" aria-label="Stages of this call, in order">${stages.map((one) => {
    const { elements, differing, largestUlp } = one;
    const figures =
      differing === 0
        ? `${count(elements)} same`
        : `${count(differing)} of ${count(elements)} differ${largestUlp === null ? '' : `, ${largestUlp > MOST_ULP ? '> 16 million' : `≤ ${count(largestUlp)}`} ULP`}`;
    const tone = here(one) ? 'fail here' : differing === 0 ? 'pass' : 'after';
    return html`<li class="${tone}"><b>${one.stage.name}</b> <small>${figures}</small></li>`;
  })}</ol>
<p class="legend">✓ same · ✕ first difference · ≠ differs, as a consequence${
    isWarmUp ? " · the model's distance: not computed in this call" : ''
  }${unseen.length > 0 ? ` · not seen on both sides in this call: ${unseen.join(', ')}` : ''}</p>`;
}

function howFound({ search }: Divergence): string {
  const { restores, replayedCalls, bisectionSteps, taps, repeats } = search;
  const parts = [
    many(bisectionSteps, 'bisection step'),
    `${many(restores, 'restore')} of knowledge`,
    `${many(replayedCalls, 'call')} made again`,
    ...(taps.length === 0 ? [] : [`stages told by ${taps.join(' and ')}`]),
    ...(repeats === null
      ? []
      : [
          repeats
            ? 'repeated by itself from restored knowledge, the call parts again'
            : 'repeated by itself from restored knowledge, the call gives the same on both sides',
        ]),
  ];
  return `Found by ${parts.join(', ')}.`;
}

const many = (number: number, what: string): string => `${count(number)} ${what}${number === 1 ? '' : 's'}`;

const baseName = (path: string): string => path.split('/').at(-1) ?? path;
