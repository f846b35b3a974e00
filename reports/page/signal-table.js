import { answerText, outcome } from './signals.js';

/** @typedef {import('./signals.js').Signal} Signal */

const ROWS = 50;

/**
 * The table of signals, fifty at a time: ten thousand rows would make the page slow for everyone. It follows the filter,
 * and where signals are selected shows those alone.
 * @param {import('./selection.js').Selection} selection
 */
export function signalTable(selection) {
  const body = /** @type {HTMLElement} */ (document.querySelector('#signals tbody'));
  const place = /** @type {HTMLElement} */ (document.getElementById('page-place'));
  const back = /** @type {HTMLButtonElement} */ (document.getElementById('page-back'));
  const on = /** @type {HTMLButtonElement} */ (document.getElementById('page-on'));
  /** @type {Signal[]} */
  let rows = [];
  let first = 0;
  let drawn = { shown: selection.shown, selected: selection.selected };

  const draw = () => {
    body.replaceChildren(...rows.slice(first, first + ROWS).map((signal) => row(signal, selection)));
    const last = Math.min(first + ROWS, rows.length);
    const of = selection.selected.size > 0 ? `${rows.length} selected` : String(rows.length);
    place.textContent = rows.length === 0 ? 'no signal' : `${first + 1}–${last} of ${of}`;
    back.disabled = first === 0;
    on.disabled = last >= rows.length;
  };
  const fill = () => {
    const { shown, selected } = selection;
    drawn = { shown, selected };
    rows = selected.size === 0 ? shown : shown.filter((signal) => selected.has(signal));
    first = 0;
    draw();
  };
  const turn = (/** @type {number} */ by) => {
    first += by;
    draw();
  };
  back.addEventListener('click', () => turn(-ROWS));
  on.addEventListener('click', () => turn(ROWS));
  selection.onChange(() => {
    if (drawn.shown !== selection.shown || drawn.selected !== selection.selected) fill();
    for (const line of body.querySelectorAll('tr')) {
      line.classList.toggle('chosen', line.dataset['signal'] === String(selection.chosen?.number));
    }
  });
  fill();
}

/**
 * @param {Signal} signal
 * @param {import('./selection.js').Selection} selection
 */
function row(signal, selection) {
  const line = document.createElement('tr');
  line.dataset['signal'] = String(signal.number);
  if (signal.differs) line.className = 'differs';
  const number = document.createElement('button');
  number.type = 'button';
  number.className = 'link';
  number.textContent = String(signal.number);
  number.setAttribute('aria-label', `Signal ${signal.number}: mark in all plots`);
  number.addEventListener('click', () => selection.choose(signal));
  const head = document.createElement('td');
  head.append(number);
  line.append(head);
  const cells = [
    `${signal.call} ${signal.operation}`,
    signal.file,
    signal.line,
    signal.label,
    answerText(signal, signal.reference),
    answerText(signal, signal.target),
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
