import type { RunRecord } from '../../src/record/run-record.ts';
import { LANES, type TimelineEvent, unpackCallTimes } from '../../src/record/timeline.ts';
import { count, seconds } from '../format.ts';
import { html, type Markup } from '../html.ts';

/** The run on its clock: flash, link, calls, resets, power; a slider scrubs through it. */
export function timelinePanel({ timeline }: RunRecord): Markup {
  const { events, calls } = timeline;
  const end = endSeconds(timeline);
  if (events.length === 0 && calls === null) {
    return html`<section class="panel" id="timeline"><h2>The run on its clock</h2><p>This run tells no times.</p></section>`;
  }
  const troubles = events.filter(({ level }) => level !== 'info');
  return html`<section class="panel" id="timeline"><h2>The run on its clock <small>${seconds(end)}, ${count(events.length)} events${
    troubles.length === 0 ? '' : `, ${count(troubles.length)} of them trouble`
  }</small></h2>
<figure><div class="plot" id="plot-timeline" tabindex="0" role="application" aria-label="Timeline with the lanes ${LANES.join(', ')}. Arrow keys move the time."></div></figure>
<div class="scrub"><label for="scrub">time</label><input type="range" id="scrub" min="0" max="${Math.ceil(end * 1000)}" step="1" value="0">
<button type="button" id="previous-event">Previous event</button><button type="button" id="next-event">Next event</button></div>
<output id="scrub-readout">Move the time to see what the board was doing.</output>
<details><summary>${count(events.length)} events as a list</summary><table class="events"><thead><tr><th scope="col" class="number">at</th><th scope="col">lane</th><th scope="col">what</th></tr></thead>
<tbody>${events.map(eventRow)}</tbody></table></details></section>`;
}

function eventRow({ atSeconds, durationSeconds, lane, text, level }: TimelineEvent): Markup {
  const length = durationSeconds === null ? null : html` <small>for ${seconds(durationSeconds)}</small>`;
  return html`<tr class="${level === 'info' ? '' : 'differs'}" data-event><td class="number">${atSeconds.toFixed(3)} s</td><td>${lane}</td><td>${level === 'info' ? null : html`<b>${level}</b> `}${text}${length}</td></tr>`;
}

/** When the last thing of a run ended, in seconds from its start. */
export function endSeconds({ events, calls }: RunRecord['timeline']): number {
  const ends = events.map(({ atSeconds, durationSeconds }) => atSeconds + (durationSeconds ?? 0));
  const last = calls === null ? undefined : unpackCallTimes(calls).at(-1)?.endSeconds;
  return Math.max(0, last ?? 0, ...ends);
}
