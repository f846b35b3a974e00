import { palette, watchTheme } from '../../page/palette.js';
import { keepSized, plotIn } from '../../page/plot-basics.js';
import { candidatesOption, FRONT_SERIES } from './candidates.js';
import { judgedLines, onArrows, readSearchData, walkWithKeys } from './data.js';
import { evolutionOption } from './evolution.js';
import { learningOption } from './learning.js';
import { lineTable } from './line-table.js';
import { lineWords, signalPlotOption } from './similarity.js';
import { thresholdsOption } from './thresholds.js';

/** @typedef {import('./data.js').Line} Line */

const data = readSearchData();
const lines = judgedLines(data);
const similarity = plotIn('plot-similarity');
const evolution = plotIn('plot-evolution');
const learning = plotIn('plot-learning');
const thresholds = plotIn('plot-thresholds');
const candidates = plotIn('plot-candidates');
keepSized([similarity, evolution, learning, thresholds, candidates]);

const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const filter = /** @type {HTMLSelectElement} */ (element('filter'));
const coupleChoice = /** @type {HTMLSelectElement | null} */ (document.getElementById('learning-couple'));
const table = lineTable(data);
let shown = lines;
/** @type {Line | undefined} */
let chosen;

const mark = () => {
  const points = chosen === undefined ? [] : [[chosen.number, chosen.similarity]];
  similarity.setOption({ series: [{ id: 'chosen', data: points }] });
};
const drawLearning = () =>
  learning.setOption(learningOption(data, Number(coupleChoice?.value ?? 0), palette()), { notMerge: true });
const redraw = () => {
  const colours = palette();
  similarity.setOption(signalPlotOption(shown, lines, data, colours), { notMerge: true });
  evolution.setOption(evolutionOption(data, colours), { notMerge: true });
  thresholds.setOption(thresholdsOption(data, colours), { notMerge: true });
  candidates.setOption(candidatesOption(data, colours), { notMerge: true });
  drawLearning();
  mark();
};

const choose = (/** @type {Line | undefined} */ line) => {
  if (line === undefined) return;
  chosen = line;
  element('selection').textContent = lineWords(line, data).join(' · ');
  mark();
};
similarity.on('click', ({ value }) => choose(lines[/** @type {number[]} */ (value)[0] - 1]));
onArrows(similarity.getDom(), (by) => {
  const at = chosen === undefined ? -1 : shown.indexOf(chosen);
  choose(shown[Math.max(0, Math.min(shown.length - 1, at + by))]);
});
walkWithKeys(evolution, () => ({ seriesIndex: 1, points: data.candidates.index.length }));
walkWithKeys(learning, () => ({
  seriesIndex: 0,
  points: data.learning[Number(coupleChoice?.value ?? 0)].points.length,
}));
walkWithKeys(thresholds, () => ({ seriesIndex: 0, points: 100 }));
walkWithKeys(candidates, () => ({ seriesIndex: FRONT_SERIES, points: data.pareto.length }));

const passesFilter = (/** @type {Line} */ line) => {
  const { value } = filter;
  if (value === 'misjudged') return line.misjudged;
  if (value.startsWith('couple ')) return line.couple === Number(value.slice(7));
  return value === 'all' || line.label === value || line.part === value;
};
const applyFilter = () => {
  shown = lines.filter(passesFilter);
  if (chosen !== undefined && !shown.includes(chosen)) chosen = undefined;
  element('shown-count').textContent = `${shown.length} of ${lines.length} lines`;
  table.show(shown);
  redraw();
};
filter.addEventListener('change', applyFilter);
coupleChoice?.addEventListener('change', drawLearning);
watchTheme(redraw);
applyFilter();
