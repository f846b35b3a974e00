import { watchTheme } from '../../page/palette.js';
import { compareRuns } from './compare.js';
import { readTrendData } from './data.js';
import { drawTrends } from './trends.js';

const data = readTrendData();
const comparison = compareRuns(data);
const trends = drawTrends(data, (run) => comparison.take(run));
watchTheme(trends.redraw);
trends.redraw();
