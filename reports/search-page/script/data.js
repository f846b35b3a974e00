/**
 * @typedef {import('../page-data.ts').SearchPageData} SearchPageData
 * @typedef {Pick<SearchPageData, 'candidates' | 'pareto' | 'winner' | 'ramLimitBytes' | 'calibrated'>} CandidateData
 * @typedef {Record<string, string>} Colours
 * @typedef {{
 *   number: number, file: string, line: number, couple: number, label: 'regular' | 'abnormal',
 *   part: 'selection' | 'held out', similarity: number, misjudged: boolean,
 * }} Line `number` counts from 1: line n stands at index n - 1.
 */

/** @returns {SearchPageData} the data that stand in the page. */
export function readSearchData() {
  return JSON.parse(document.getElementById('search-data')?.textContent ?? '');
}

/**
 * Every line, in the order of the record.
 * @param {SearchPageData} data
 * @returns {Line[]}
 */
export function judgedLines({ signals, files, threshold }) {
  return signals.similarity.map((similarity, i) => {
    const label = signals.label[i] === 'r' ? 'regular' : 'abnormal';
    const file = files[signals.file[i]];
    return {
      number: i + 1,
      file: file?.name ?? '–',
      couple: file?.couple ?? 0,
      line: signals.line[i],
      label,
      part: signals.part[i] === 's' ? 'selection' : 'held out',
      similarity,
      misjudged: similarity >= threshold !== (label === 'regular'),
    };
  });
}

/** @param {number} fraction as on the rest of the page: cut, not rounded up. */
export function percentText(fraction) {
  return `${Number((Math.floor(fraction * 10_000 + 1e-6) / 100).toFixed(2))} %`;
}

/**
 * Calls `act` with a step for each key that moves along a plot.
 * @param {HTMLElement} plot
 * @param {(by: number) => void} act
 */
export function onArrows(plot, act) {
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
    if (by === undefined) return;
    event.preventDefault();
    act(by);
  });
}

/**
 * Shows the plot's own tooltip for one point after the other as arrow keys ask for it.
 * @param {import('echarts').ECharts} chart
 * @param {() => { seriesIndex: number, points: number }} where what to walk along, as drawn now.
 */
export function walkWithKeys(chart, where) {
  let at = -1;
  onArrows(chart.getDom(), (by) => {
    const { seriesIndex, points } = where();
    if (points === 0) return;
    at = Math.max(0, Math.min(points - 1, at + by));
    chart.dispatchAction({ type: 'showTip', seriesIndex, dataIndex: at });
  });
  chart.getDom().addEventListener('blur', () => chart.dispatchAction({ type: 'hideTip' }));
}
