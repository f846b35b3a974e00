import { answerText, outcome } from './signals.js';

/** @typedef {import('./signals.js').Signal} Signal */

const ROWS = 50;

/** The table of signals, fifty at a time: ten thousand rows would make the page slow for everyone. */
export function signalTable() {
  const body = /** @type {HTMLElement} */ (document.querySelector('#signals tbody'));
  const place = /** @type {HTMLElement} */ (document.getElementById('page-place'));
  const back = /** @type {HTMLButtonElement} */ (document.getElementById('page-back'));
  const on = /** @type {HTMLButtonElement} */ (document.getElementById('page-on'));
  /** @type {Signal[]} */
  let shown = [];
  let first = 0;

  const draw = () => {
    body.replaceChildren(...shown.slice(first, first + ROWS).map(row));
    const last = Math.min(first + ROWS, shown.length);
    place.textContent = shown.length === 0 ? 'no signal' : `${first + 1}–${last} of ${shown.length}`;
    back.disabled = first === 0;
    on.disabled = last >= shown.length;
  };
  const turn = (/** @type {number} */ by) => {
    first += by;
    draw();
  };
  back.addEventListener('click', () => turn(-ROWS));
  on.addEventListener('click', () => turn(ROWS));
  return {
    /** @param {Signal[]} signals */
    show(signals) {
      shown = signals;
      first = 0;
      draw();
    },
  };
}

/** @param {Signal} signal */
function row(signal) {
  const line = document.createElement('tr');
  if (signal.differs) line.className = 'differs';
  const cells = [
    signal.number,
    signal.call,
    signal.file,
    signal.line,
    signal.label,
    answerText(signal.reference),
    answerText(signal.target),
    signal.counter,
    signal.digest,
    outcome(signal),
  ];
  for (const text of cells) {
    const cell = document.createElement('td');
    cell.textContent = String(text);
    line.append(cell);
  }
  return line;
}
