import { palette } from '../../page/palette.js';
import { keepSized } from '../../page/plot-basics.js';
import { figureText, runWords, subjectKey, subjectsIn } from './data.js';
import { trendOption } from './trend-option.js';

/** @typedef {import('./data.js').TrendPageData} TrendPageData */
/** @typedef {import('./data.js').Series} Series */
/** @typedef {{ chart: import('echarts').ECharts, series: Series }} Trend */

/**
 * One small plot a figure, of the subject that is chosen; a run that is pointed at is marked in all of them.
 * @param {TrendPageData} data
 * @param {(run: number) => void} onRun called with the run that was clicked or entered.
 */
export function drawTrends(data, onRun) {
  const place = /** @type {HTMLElement} */ (document.getElementById('trend-plots'));
  const choice = /** @type {HTMLSelectElement} */ (document.getElementById('subject'));
  const readout = /** @type {HTMLElement} */ (document.getElementById('run-readout'));
  const subjects = subjectsIn(data);
  /** @type {Trend[]} */
  let trends = [];
  /** @type {number | undefined} */
  let chosen;

  const mark = () => {
    for (const { chart, series } of trends) {
      const at = chosen === undefined ? -1 : series.runs.indexOf(chosen);
      const value = series.values[at] ?? null;
      chart.setOption({ series: [{ id: 'chosen', data: value === null ? [] : [[at, value]] }] });
    }
  };
  const choose = (/** @type {number | undefined} */ run) => {
    if (run === undefined || run === chosen) return;
    chosen = run;
    const words = trends.map(({ series }) => {
      const at = series.runs.indexOf(run);
      return at < 0 ? '' : `${series.figure} ${figureText(series.values[at] ?? null, series.unit)}`;
    });
    readout.textContent = [runWords(data.runs[run]), ...words.filter(Boolean)].join(' · ');
    mark();
  };
  const redraw = () => {
    const colours = palette();
    for (const { chart, series } of trends)
      chart.setOption(trendOption(series, data, colours), { notMerge: true });
    mark();
  };
  const build = () => {
    for (const { chart } of trends) chart.dispose();
    chosen = undefined;
    const shown = data.series.filter((series) => subjectKey(series) === subjects[Number(choice.value)]);
    const boxes = shown.map(figureBox);
    place.replaceChildren(...boxes);
    trends = shown.map((series, i) => {
      const chart = window.echarts.init(boxes[i].querySelector('.plot'), null, { devicePixelRatio: 2 });
      const runAt = (/** @type {number} */ x) =>
        series.runs[Math.max(0, Math.min(series.runs.length - 1, Math.round(x)))];
      chart.getZr().on('mousemove', ({ offsetX, offsetY }) => {
        if (!chart.containPixel('grid', [offsetX, offsetY])) return;
        choose(runAt(chart.convertFromPixel('grid', [offsetX, offsetY])[0]));
      });
      chart.getZr().on('click', () => chosen !== undefined && onRun(chosen));
      walk(chart.getDom(), series);
      return { chart, series };
    });
    keepSized(trends.map(({ chart }) => chart));
    redraw();
  };
  const walk = (/** @type {HTMLElement} */ plot, /** @type {Series} */ series) => {
    plot.addEventListener('keydown', (event) => {
      const last = series.runs.length - 1;
      const at = chosen === undefined ? -1 : series.runs.indexOf(chosen);
      const to = { ArrowRight: at + 1, ArrowLeft: at < 0 ? last : at - 1, Home: 0, End: last }[event.key];
      if (event.key === 'Enter' && chosen !== undefined) onRun(chosen);
      if (to === undefined) return;
      event.preventDefault();
      choose(series.runs[Math.max(0, Math.min(last, to))]);
    });
  };
  choice.addEventListener('change', build);
  build();
  return { redraw };
}

/** @param {Series} series */
function figureBox(series) {
  const box = document.createElement('figure');
  const head = document.createElement('figcaption');
  const name = document.createElement('b');
  name.textContent = series.figure;
  const newest = document.createElement('span');
  newest.textContent = figureText(series.values.findLast((value) => value !== null) ?? null, series.unit);
  head.append(name, newest);
  if (series.alarms.length > 0) {
    const tag = document.createElement('span');
    tag.className = 'tag fail';
    tag.textContent = 'ALARM';
    head.append(tag);
  }
  const plot = document.createElement('div');
  plot.className = 'plot';
  plot.tabIndex = 0;
  plot.setAttribute('role', 'application');
  plot.setAttribute(
    'aria-label',
    `${series.figure} over ${series.runs.length} runs. Arrow keys move from run to run, Enter compares.`,
  );
  box.append(head, plot);
  return box;
}
