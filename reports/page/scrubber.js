import { palette } from './palette.js';
import { keepSized, plotIn } from './plot-basics.js';
import { callSpans, timelineOption } from './timeline-option.js';

/** @typedef {import('./signals.js').PageData} PageData */
/** @typedef {import('./signals.js').Signal} Signal */

/**
 * The timeline and the slider that moves through it: what the board was doing at any moment, and the signal of that
 * moment chosen in every plot; the other way round, choosing a signal moves the time.
 * @param {PageData} data
 * @param {Signal[]} all
 * @param {import('./selection.js').Selection} selection
 */
export function scrubber(data, all, selection) {
  const slider = /** @type {HTMLInputElement | null} */ (document.getElementById('scrub'));
  if (slider === null) return { make: () => {}, redraw: () => {} };
  const readout = /** @type {HTMLElement} */ (document.getElementById('scrub-readout'));
  const spans = callSpans(data.timeline.calls);
  const signalOf = new Map(all.map((signal) => [signal.call, signal]));
  const { events } = data.timeline;
  /** @type {import('echarts').ECharts | undefined} */
  let chart;
  let now = 0;
  let moving = false;

  const mark = () => chart?.setOption({ series: [{ id: 'now', markLine: { data: [{ xAxis: now }] } }] });
  const show = (/** @type {number} */ seconds) => {
    now = Math.max(0, Math.min(data.timeline.endSeconds, seconds));
    slider.value = String(Math.round(now * 1000));
    slider.setAttribute('aria-valuetext', `${now.toFixed(3)} seconds`);
    readout.textContent = [`${now.toFixed(3)} s`, ...happening(now)].join(' · ');
    mark();
  };
  const happening = (/** @type {number} */ seconds) => {
    const call = callAt(spans, seconds);
    const signal = call === undefined ? undefined : signalOf.get(call);
    const running = call !== undefined && seconds <= spans[call].end;
    const lines =
      call === undefined
        ? []
        : [
            `${running ? 'in' : 'after'} call ${call}${signal === undefined ? '' : `: ${signal.operation} of signal ${signal.number}, ${signal.file} line ${signal.line}`}`,
          ];
    for (const lane of ['power', 'reset', 'flash', 'link', 'console']) {
      const last = events.findLast((event) => event.lane === lane && event.atSeconds <= seconds + 5e-4);
      if (last === undefined) continue;
      const during = last.durationSeconds !== null && seconds <= last.atSeconds + last.durationSeconds;
      lines.push(`${lane}: ${during ? 'now ' : ''}${last.text}`);
    }
    return lines;
  };
  const moveTo = (/** @type {number} */ seconds) => {
    show(seconds);
    const call = callAt(spans, now);
    const signal = call === undefined ? undefined : signalOf.get(call);
    moving = true;
    if (signal !== undefined && signal !== selection.chosen && selection.shown.includes(signal))
      selection.choose(signal);
    moving = false;
  };
  const stepEvent = (/** @type {number} */ by) => {
    const next =
      by > 0
        ? events.find(({ atSeconds }) => atSeconds > now + 1e-6)
        : events.findLast(({ atSeconds }) => atSeconds < now - 1e-3);
    if (next !== undefined) moveTo(next.atSeconds);
  };
  slider.addEventListener('input', () => moveTo(Number(slider.value) / 1000));
  document.getElementById('previous-event')?.addEventListener('click', () => stepEvent(-1));
  document.getElementById('next-event')?.addEventListener('click', () => stepEvent(1));
  selection.onChange(() => {
    const span = selection.chosen === undefined || moving ? undefined : spans[selection.chosen.call];
    if (span !== undefined) show(span.start);
  });
  const redraw = () => {
    chart?.setOption(timelineOption(data, palette()), { notMerge: true });
    mark();
  };
  const make = () => {
    const made = plotIn('plot-timeline');
    chart = made;
    made.getZr().on('click', ({ offsetX, offsetY }) => {
      if (made.containPixel('grid', [offsetX, offsetY]))
        moveTo(made.convertFromPixel('grid', [offsetX, offsetY])[0]);
    });
    made.getDom().addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, PageDown: 10, PageUp: -10 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      moveTo(now + (step * data.timeline.endSeconds) / 200);
    });
    keepSized([made]);
    redraw();
  };
  return { make, redraw };
}

/**
 * The last call that had begun at a moment; undefined before the first.
 * @param {{ start: number }[]} spans
 * @param {number} seconds
 */
function callAt(spans, seconds) {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle].start <= seconds + 5e-4) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : low - 1;
}
