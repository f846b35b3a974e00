import { palette, watchTheme } from '../../page/palette.js';
import { keepSized, plotIn } from '../../page/plot-basics.js';
import { candidatesOption, FRONT_SERIES } from '../../search-page/script/candidates.js';
import { walkWithKeys } from '../../search-page/script/data.js';
import { evolutionOption } from '../../search-page/script/evolution.js';

/** @type {import('../../search-page/script/data.js').CandidateData} */
const data = JSON.parse(document.getElementById('class-data')?.textContent ?? '');
const evolution = plotIn('plot-evolution');
const candidates = plotIn('plot-candidates');
keepSized([evolution, candidates]);
const redraw = () => {
  const colours = palette();
  evolution.setOption(evolutionOption(data, colours), { notMerge: true });
  candidates.setOption(candidatesOption(data, colours), { notMerge: true });
};
walkWithKeys(evolution, () => ({ seriesIndex: 1, points: data.candidates.index.length }));
walkWithKeys(candidates, () => ({ seriesIndex: FRONT_SERIES, points: data.pareto.length }));
watchTheme(redraw);
redraw();
