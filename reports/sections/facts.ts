import type { RunRecord } from '../../src/record/run-record.ts';
import { count, percent, seconds } from '../format.ts';
import { html, type Markup } from '../html.ts';

export type Row = readonly [name: string, value: string | null, kind?: 'hash'];

export function facts(title: string, rows: readonly Row[]): Markup {
  return html`<section class="facts"><h3>${title}</h3><dl>${rows.map(([name, value, kind]) => {
    const shown = value ?? 'none';
    return html`<div><dt>${name}</dt><dd>${kind === 'hash' ? html`<code>${shown}</code>` : shown}</dd></div>`;
  })}</dl></section>`;
}

/** What ran on what: library, firmware, board, tools, each by its hash or version. */
export function whatRanOnWhat(record: RunRecord): Markup {
  const { library, firmware, board, evidence, tools, tolerance } = record;
  return html`<div class="columns">
    ${facts('Library', [
      ['id', library.id, 'hash'],
      ['library.json SHA-256', library.sha256, 'hash'],
      ['signals', `${count(library.axes)} axes × ${count(library.bufferSize)} samples`],
      ['transforms', library.pipeline.join(' → ') || 'none'],
      ['model', library.model],
      [
        'found by',
        library.searchEvaluations === null
          ? 'fixed library, no search in this run'
          : `search, ${count(library.searchEvaluations)} evaluations`,
      ],
      ['minimum learning iterations', count(library.minimumLearningIterations)],
      ['threshold, sensitivity', `${record.threshold}, ${record.sensitivity}`],
      ['tolerance', `${tolerance.profile}: ${tolerance.reason}`],
    ])}
    ${facts('Firmware', [
      ['ELF SHA-256', firmware?.elfSha256 ?? null, 'hash'],
      ['build id', firmware?.buildId ?? null, 'hash'],
      ['compiler', tools.compiler],
      ['flashed', flashed(record)],
    ])}
    ${facts('Board', [
      ['board', board === null ? 'none' : `${board.id}, ${board.core}, ${board.clockHz / 1e6} MHz`],
      ['evidence', evidence.kind === 'virtual' ? 'virtual: no sign-off of silicon' : 'silicon'],
      ['unique id', evidence.uniqueId ?? 'not reached', 'hash'],
      ['device id', board?.deviceId ?? null, 'hash'],
      ['probe', board?.probeSerial ?? null, 'hash'],
      ['slot', board?.slot ?? null],
    ])}
    ${facts('Tools', [
      ['neai', tools.neai],
      ['Node', tools.node],
      ['OpenOCD', tools.openocd],
      ['libunicorn', tools.libunicorn],
      ['command', record.command, 'hash'],
      ['started', record.startedAt],
      ['ended', record.endedAt],
    ])}
  </div>`;
}

function flashed({ flash }: RunRecord): string {
  if (flash === null) return 'no';
  if (flash.skipped) return 'skipped: the chip carries this image already';
  return (
    `${count(flash.bytes)} bytes in ${seconds(flash.seconds)}, ${count(flash.sectorsErased)} sectors erased, ` +
    `${count(flash.sectorsWritten)} written`
  );
}

/** The serial link: how much of the line was payload, and what went wrong on it. */
export function linkFacts({ link, evidence }: RunRecord): Markup {
  if (link === null) return html`<p>No board was reached.</p>`;
  const clock = evidence.kind === 'virtual' ? 'virtual line time' : 'wall time';
  // Ten line bits carry a byte: start, eight data, stop.
  const lineRate = link.baud / 10;
  const ofLine = link.seconds > 0 ? percent(link.payloadBytes / link.seconds / lineRate) : '–';
  return facts('Link', [
    ['baud', count(link.baud)],
    ['bytes on the line', count(link.bytes)],
    [clock, seconds(link.seconds)],
    ['payload', `${count(link.payloadBytes)} bytes, ${ofLine} of the line rate`],
    ['retransmissions', count(link.retransmissions)],
    ['bad frames', count(link.badFrames)],
    ['noise', `${count(link.noiseBytes)} bytes`],
  ]);
}

/** Where the time of the run went. */
export function stepTimes({ timings }: RunRecord): Markup {
  const longest = Math.max(...timings.map((step) => step.seconds), 1e-9);
  return html`<section class="facts"><h3>Time of each step</h3><dl class="bars steps">${timings.map(
    (step) => html`<div><dt>${step.step}</dt>
      <dd><span class="bar" aria-hidden="true"><i style="width:${((100 * step.seconds) / longest).toFixed(1)}%"></i></span>
      <b>${seconds(step.seconds)}</b></dd></div>`,
  )}</dl></section>`;
}
