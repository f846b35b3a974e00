/** @typedef {import('./signals.js').Signal} Signal */

/**
 * What the reader has chosen: one signal, and any number of others selected with it. Every plot and the table listen, so
 * that what is chosen in one is marked in all.
 * @param {Signal[]} all
 */
export function makeSelection(all) {
  /** @type {Signal | undefined} */
  let chosen;
  /** @type {Set<Signal>} */
  let selected = new Set();
  let shown = all;
  /** @type {(() => void)[]} */
  const listeners = [];
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const choose = (/** @type {Signal | undefined} */ signal, extend = false) => {
    if (signal === undefined) return;
    if (extend) {
      const from = shown.indexOf(chosen ?? signal);
      const to = shown.indexOf(signal);
      selected = new Set([...selected, ...shown.slice(Math.min(from, to), Math.max(from, to) + 1)]);
    }
    chosen = signal;
    tell();
  };
  const place = () => (chosen === undefined ? -1 : shown.indexOf(chosen));
  return {
    get chosen() {
      return chosen;
    },
    get selected() {
      return selected;
    },
    get shown() {
      return shown;
    },
    /** @param {() => void} listener */
    onChange: (listener) => listeners.push(listener),
    choose,
    /** Moves along what is shown. @param {number} by @param {boolean} [extend] */
    step(by, extend = false) {
      const at = place();
      const to = at < 0 ? (by > 0 ? 0 : shown.length - 1) : at + by;
      choose(shown[Math.max(0, Math.min(shown.length - 1, to))], extend);
    },
    nextDifference() {
      const from = chosen?.number ?? 0;
      choose(
        shown.find((signal) => signal.differs && signal.number > from) ??
          shown.find((signal) => signal.differs),
      );
    },
    /** @param {Signal[]} signals */
    select(signals) {
      selected = new Set(signals);
      chosen = signals[0] ?? chosen;
      tell();
    },
    clear() {
      selected = new Set();
      tell();
    },
    /** @param {Signal[]} signals those that the filter lets pass. */
    show(signals) {
      shown = signals;
      if (chosen !== undefined && !signals.includes(chosen)) chosen = undefined;
      selected = new Set([...selected].filter((one) => signals.includes(one)));
      tell();
    },
  };
}

/** @typedef {ReturnType<typeof makeSelection>} Selection */

/**
 * Keys that move along signals, the same in every plot: arrows, pages, ends; Shift selects on the way, Escape lets go.
 * @param {HTMLElement} plot
 * @param {Selection} selection
 */
export function moveWithKeys(plot, selection) {
  const steps = /** @type {Record<string, number>} */ ({
    ArrowRight: 1,
    ArrowLeft: -1,
    PageDown: 10,
    PageUp: -10,
    Home: Number.NEGATIVE_INFINITY,
    End: Number.POSITIVE_INFINITY,
  });
  plot.addEventListener('keydown', (event) => {
    const by = steps[event.key];
    if (event.key === 'Escape') selection.clear();
    if (by === undefined) return;
    event.preventDefault();
    if (Number.isFinite(by)) selection.step(by, event.shiftKey);
    else selection.choose(by < 0 ? selection.shown[0] : selection.shown.at(-1), event.shiftKey);
  });
}
