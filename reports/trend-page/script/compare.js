import { figureText } from './data.js';

/** @typedef {import('./data.js').TrendPageData} TrendPageData */
/** @typedef {import('./data.js').Series} Series */
/** @typedef {import('./data.js').Run} Run */
/** @typedef {{ name: string, a: string, b: string, change: string, tone: string }} Row */

/**
 * Two runs side by side: verdicts, figures, and what else was not the same.
 * @param {TrendPageData} data
 */
export function compareRuns(data) {
  const a = /** @type {HTMLSelectElement} */ (document.getElementById('compare-a'));
  const b = /** @type {HTMLSelectElement} */ (document.getElementById('compare-b'));
  const table = /** @type {HTMLTableElement} */ (document.getElementById('comparison'));
  const last = data.runs.length - 1;
  const [first, second] = data.compare ?? [Math.max(0, last - 1), last];
  const draw = () => {
    const [left, right] = [Number(a.value), Number(b.value)];
    if (data.runs[left] === undefined || data.runs[right] === undefined) return;
    const rows = [
      ...verdictRows(data.runs[left], data.runs[right]),
      ...figureRows(data, left, right),
      ...factRows(data.runs[left], data.runs[right]),
    ];
    table.tHead?.replaceChildren(headOf(data.runs[left].id, data.runs[right].id));
    table.tBodies[0].replaceChildren(...rows.map(rowOf));
  };
  a.value = String(first);
  b.value = String(second);
  a.addEventListener('change', draw);
  b.addEventListener('change', draw);
  draw();
  return {
    /** Sets a run against the one that stands on the right. @param {number} run */
    take(run) {
      a.value = b.value;
      b.value = String(run);
      draw();
    },
  };
}

/**
 * @param {Run} left
 * @param {Run} right
 * @returns {Row[]}
 */
function verdictRows(left, right) {
  const word = (/** @type {{ verdict: string } | null} */ one) => one?.verdict ?? '–';
  /** @type {[string, string, string][]} */
  const pairs = [
    ['equivalence', word(left.equivalence), word(right.equivalence)],
    ['fitness', word(left.fitness), word(right.fitness)],
    ['outcome', left.outcome ?? '–', right.outcome ?? '–'],
    ['first difference', left.firstDifference ?? 'none', right.firstDifference ?? 'none'],
    ['evidence', evidenceWords(left), evidenceWords(right)],
  ];
  return pairs
    .filter(([, x, y]) => x !== '–' || y !== '–')
    .map(([name, x, y]) => ({
      name,
      a: x,
      b: y,
      change: x === y ? 'same' : 'differs',
      tone: x === y ? '' : 'open',
    }));
}

/** @param {Run} run */
const evidenceWords = ({ evidence }) => [evidence.kind, evidence.uniqueId].filter(Boolean).join(' ');

/**
 * @param {TrendPageData} data
 * @param {number} left
 * @param {number} right
 * @returns {Row[]}
 */
function figureRows(data, left, right) {
  const of = (/** @type {number} */ run) =>
    new Map(
      data.series.flatMap((series) => {
        const at = series.runs.indexOf(run);
        return at < 0
          ? []
          : [
              /** @type {const} */ ([
                `${series.figure}|${series.unit}`,
                { series, value: series.values[at] ?? null },
              ]),
            ];
      }),
    );
  const [a, b] = [of(left), of(right)];
  return [...new Set([...a.keys(), ...b.keys()])].map((key) => {
    const [x, y] = [a.get(key), b.get(key)];
    const series = /** @type {Series} */ ((x ?? y)?.series);
    const [from, to] = [x?.value ?? null, y?.value ?? null];
    return {
      name: series.figure,
      a: figureText(from, series.unit),
      b: figureText(to, series.unit),
      ...changeOf(series, from, to, left, right),
    };
  });
}

/**
 * What happened to a figure between two runs. A noisy one is only called better or worse where a step was found between
 * them: the rest is its noise.
 * @param {Series} series
 * @param {number | null} from
 * @param {number | null} to
 * @param {number} left
 * @param {number} right
 */
function changeOf({ better, unit, noise, changePoints }, from, to, left, right) {
  if (from === null || to === null) return { change: '–', tone: '' };
  if (from === to) return { change: 'same', tone: '' };
  const sign = to > from ? '+' : '−';
  const share = from === 0 ? '' : ` (${sign}${(Math.abs(to / from - 1) * 100).toPrecision(3)} %)`;
  const by = `${sign}${unit === 'fraction' ? pointsText(to - from) : figureText(Math.abs(to - from), unit)}`;
  const [first, last] = [Math.min(left, right), Math.max(left, right)];
  if (noise === 'noisy' && !changePoints.some(({ run }) => run > first && run <= last)) {
    return { change: `no step found: ${by}${share}`, tone: '' };
  }
  const word = better === 'neither' ? 'differs' : to > from === (better === 'higher') ? 'better' : 'worse';
  return {
    change: `${word} ${by}${share}`,
    tone: { better: 'pass', worse: 'fail', differs: 'open' }[word] ?? '',
  };
}

/** @param {number} difference of two fractions */
const pointsText = (difference) => `${Number((Math.abs(difference) * 100).toPrecision(3))} percentage points`;

/**
 * @param {Run} left
 * @param {Run} right
 * @returns {Row[]}
 */
function factRows(left, right) {
  const names = new Set([...Object.keys(left.facts), ...Object.keys(right.facts)]);
  const own = (/** @type {Run} */ run) => ({
    ...run.facts,
    commit: run.commit,
    library: run.library,
    board: run.board,
  });
  const [a, b] = [own(left), own(right)];
  return ['commit', 'library', 'board', ...names].map((name) => {
    const [x, y] = [
      /** @type {Record<string, string | null>} */ (a)[name],
      /** @type {Record<string, string | null>} */ (b)[name],
    ];
    const same = (x ?? null) === (y ?? null);
    return { name, a: x ?? '–', b: y ?? '–', change: same ? 'same' : 'changed', tone: same ? '' : 'open' };
  });
}

/**
 * @param {string} left
 * @param {string} right
 */
function headOf(left, right) {
  const line = document.createElement('tr');
  for (const text of ['', left, right, 'from left to right']) {
    const cell = document.createElement(text === '' ? 'td' : 'th');
    cell.textContent = text;
    if (text !== '') cell.scope = 'col';
    line.append(cell);
  }
  return line;
}

/** @param {Row} row */
function rowOf({ name, a, b, change, tone }) {
  const line = document.createElement('tr');
  line.className = tone;
  const head = document.createElement('th');
  head.scope = 'row';
  head.textContent = name;
  line.append(head);
  for (const text of [a, b, change]) {
    const cell = document.createElement('td');
    cell.textContent = text;
    line.append(cell);
  }
  return line;
}
