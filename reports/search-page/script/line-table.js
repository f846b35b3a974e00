/** @typedef {import('./data.js').Line} Line */
/** @typedef {import('./data.js').SearchPageData} SearchPageData */

const LINES_SHOWN = 50;

/**
 * The table of lines, fifty at a time: forty thousand rows would make the page slow for everyone.
 * @param {SearchPageData} data
 */
export function lineTable({ threshold }) {
  const body = /** @type {HTMLElement} */ (document.querySelector('#line-table tbody'));
  const place = /** @type {HTMLElement} */ (document.getElementById('page-place'));
  const back = /** @type {HTMLButtonElement} */ (document.getElementById('page-back'));
  const on = /** @type {HTMLButtonElement} */ (document.getElementById('page-on'));
  /** @type {Line[]} */
  let shown = [];
  let first = 0;

  const row = (/** @type {Line} */ line) => {
    const element = document.createElement('tr');
    if (line.misjudged) element.className = 'differs';
    const judged = line.similarity >= threshold ? 'nominal' : 'anomaly';
    const cells = [
      line.number,
      line.file,
      line.line,
      line.label,
      line.part === 'selection' ? 'cross-validated' : 'held out',
      line.similarity,
      line.misjudged ? `${judged}, misjudged` : judged,
    ];
    for (const text of cells) {
      const cell = document.createElement('td');
      cell.textContent = String(text);
      element.append(cell);
    }
    return element;
  };
  const draw = () => {
    body.replaceChildren(...shown.slice(first, first + LINES_SHOWN).map(row));
    const last = Math.min(first + LINES_SHOWN, shown.length);
    place.textContent = shown.length === 0 ? 'no line' : `${first + 1}–${last} of ${shown.length}`;
    back.disabled = first === 0;
    on.disabled = last >= shown.length;
  };
  const turn = (/** @type {number} */ by) => {
    first += by;
    draw();
  };
  back.addEventListener('click', () => turn(-LINES_SHOWN));
  on.addEventListener('click', () => turn(LINES_SHOWN));
  return {
    /** @param {Line[]} lines */
    show(lines) {
      shown = lines;
      first = 0;
      draw();
    },
  };
}
