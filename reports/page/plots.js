import { palette } from './palette.js';
import { keepSized, plotIn } from './plot-basics.js';
import {
  agreementOption,
  selectedPoints,
  signalLines,
  similarityOption,
  ticksOption,
} from './plot-options.js';

/** @typedef {import('./signals.js').Signal} Signal */
/** @typedef {import('./signals.js').PageData} PageData */

/**
 * The three plots and the one chosen signal that they share.
 * @param {PageData} data
 * @param {Signal[]} all every signal; number n stands at index n - 1.
 */
export function drawPlots(data, all) {
  const similarity = plotIn('plot-similarity');
  const agreement = plotIn('plot-agreement');
  const ticks = plotIn('plot-ticks');
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

  keepSized(charts);

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
