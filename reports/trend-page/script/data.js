/**
 * @typedef {import('../page-data.ts').TrendPageData} TrendPageData
 * @typedef {TrendPageData['series'][number]} Series
 * @typedef {TrendPageData['runs'][number]} Run
 */

/** @returns {TrendPageData} the record that stands in the page. */
export function readTrendData() {
  return JSON.parse(document.getElementById('trend-data')?.textContent ?? '');
}

/**
 * Subjects in the order in which the page's list has them: by their newest run.
 * @param {TrendPageData} data
 */
export function subjectsIn({ runs }) {
  /** @type {Map<string, { key: string, newest: number }>} */
  const found = new Map();
  for (const [index, run] of runs.entries()) {
    const key = subjectKey({ ...run, kind: run.evidence.kind });
    found.set(key, { key, newest: index });
  }
  return [...found.values()].sort((a, b) => b.newest - a.newest).map(({ key }) => key);
}

/** @param {{ scenario: string, board: string, library: string, kind: string }} subject */
export const subjectKey = ({ scenario, board, library, kind }) =>
  JSON.stringify([scenario, board, library, kind]);

/**
 * A figure with its unit.
 * @param {number | null} value
 * @param {Series['unit']} unit
 */
export function figureText(value, unit) {
  if (value === null) return 'not told';
  const digits = (/** @type {number} */ one) => one.toLocaleString('en-US', { maximumFractionDigits: 4 });
  if (unit === 'fraction') return `${Number((Math.floor(value * 10_000 + 1e-6) / 100).toFixed(2))} %`;
  if (unit === 'bytes') return `${digits(value)} B`;
  if (unit === 'seconds') return `${Number(value.toPrecision(4))} s`;
  if (unit === 'count') return digits(value);
  return `${digits(value)} ${unit}`;
}

/** @param {Run} run */
export const runWords = ({ id, commit, startedAt }) =>
  [
    id,
    commit === null ? '' : `commit ${commit.slice(0, 10)}`,
    `${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
  ]
    .filter(Boolean)
    .join(' · ');
