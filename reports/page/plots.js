import { palette } from './palette.js';
import {
  agreementOption,
  selectedPoints,
  signalLines,
  similarityOption,
  ticksOption,
} from './plot-options.js';

/** @typedef {import('./signals.js').Signal} Signal */
/** @typedef {import('./signals.js').PageData} PageData */

/** Width of a plot on paper, CSS pixels: A4 portrait between its margins. */
const PAPER_WIDTH = 680;

/**
 * The three plots and the one chosen signal that they share.
 * @param {PageData} data
 * @param {Signal[]} all every signal; number n stands at index n - 1.
 */
export function drawPlots(data, all) {
  const chart = (/** @type {string} */ id) =>
    window.echarts.init(document.getElementById(id), null, { devicePixelRatio: 2 });
  const similarity = chart('plot-similarity');
  const agreement = chart('plot-agreement');
  const ticks = chart('plot-ticks');
  const charts = [similarity, agreement, ticks];
  const readout = /** @type {HTMLElement} */ (document.getElementById('selection'));
  /** @type {Signal[]} */
  let shown = [];
  /** @type {Signal | undefined} */
  let chosen;

  const mark = () => {
    const points = selectedPoints(chosen);
    similarity.setOption({ series: [{ id: 'selected', data: points.similarity }] });
    agreement.setOption({ series: [{ id: 'selected', data: points.agreement }] });
  };
  const choose = (/** @type {Signal | undefined} */ signal) => {
    if (signal === undefined) return;
    chosen = signal;
    readout.textContent = signalLines(signal, data).join(' · ');
    mark();
  };
  const step = (/** @type {number} */ by) => {
    const at = chosen === undefined ? -1 : shown.indexOf(chosen);
    const next = at < 0 ? (by > 0 ? 0 : shown.length - 1) : at + by;
    choose(shown[Math.max(0, Math.min(shown.length - 1, next))]);
  };
  const nextDifference = () => {
    const from = chosen?.number ?? 0;
    choose(
      shown.find((signal) => signal.differs && signal.number > from) ??
        shown.find((signal) => signal.differs),
    );
  };

  const keys = /** @type {Record<string, () => void>} */ ({
    ArrowRight: () => step(1),
    ArrowLeft: () => step(-1),
    PageDown: () => step(10),
    PageUp: () => step(-10),
    Home: () => choose(shown[0]),
    End: () => choose(shown.at(-1)),
  });
  similarity.on('click', ({ value }) => choose(all[/** @type {number[]} */ (value)[0] - 1]));
  agreement.on('click', ({ data: point }) => choose(/** @type {{ signal?: Signal }} */ (point).signal));
  for (const plot of [similarity, agreement]) {
    plot.getDom().addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      const act = keys[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    });
  }
  const onClick = (/** @type {string} */ id, /** @type {() => void} */ act) =>
    document.getElementById(id)?.addEventListener('click', act);
  onClick('previous-signal', () => step(-1));
  onClick('next-signal', () => step(1));
  onClick('next-difference', nextDifference);

  const observer = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const one = charts.find((candidate) => candidate.getDom() === target);
      // The first call only says what the plot was made with: drawing it twice would cost the reader's time.
      if (one !== undefined && Math.abs(one.getWidth() - contentRect.width) >= 1) one.resize();
    }
  });
  for (const one of charts) observer.observe(one.getDom());
  addEventListener('beforeprint', () => {
    for (const one of charts) one.resize({ width: Math.min(PAPER_WIDTH, one.getWidth()) });
  });
  addEventListener('afterprint', () => {
    for (const one of charts) one.resize({ width: 'auto' });
  });

  const redraw = () => {
    const colours = palette();
    similarity.setOption(similarityOption(shown, all, data, colours), { notMerge: true });
    agreement.setOption(agreementOption(shown, data, colours), { notMerge: true });
    ticks.setOption(ticksOption(data, colours), { notMerge: true });
    mark();
  };
  return {
    redraw,
    /** @param {Signal[]} signals those that the filter lets pass. */
    show(signals) {
      shown = signals;
      if (chosen !== undefined && !signals.includes(chosen)) chosen = undefined;
      redraw();
    },
  };
}
