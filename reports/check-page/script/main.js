import { palette, watchTheme } from '../../page/palette.js';
import { keepSized, plotIn } from '../../page/plot-basics.js';
import { axisOption, pointWords } from './axis-plot.js';

/** @type {import('../page-data.ts').CheckPageData} */
const data = JSON.parse(/** @type {HTMLElement} */ (document.getElementById('check-data')).textContent ?? '');

const plots = data.files.flatMap((file, at) =>
  file.axes.map((_, axisNumber) => ({ file, axisNumber, chart: plotIn(`plot-${at}-${axisNumber}`), at })),
);
keepSized(plots.map(({ chart }) => chart));

for (const { file, axisNumber, chart, at } of plots) {
  const readout = /** @type {HTMLElement} */ (document.getElementById(`readout-${at}-${axisNumber}`));
  const last = file.axes[axisNumber].mean.length - 1;
  let point = -1;
  const choose = (/** @type {number} */ to) => {
    point = Math.max(0, Math.min(last, to));
    readout.textContent = pointWords(file, axisNumber, point).join(' · ');
    chart.dispatchAction({ type: 'showTip', seriesIndex: 5, dataIndex: point });
  };
  const steps = /** @type {Record<string, () => number>} */ ({
    ArrowRight: () => point + 1,
    ArrowLeft: () => (point < 0 ? last : point - 1),
    PageDown: () => point + 10,
    PageUp: () => point - 10,
    Home: () => 0,
    End: () => last,
  });
  chart.getDom().addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    choose(step());
  });
  chart.getDom().addEventListener('blur', () => chart.dispatchAction({ type: 'hideTip' }));
}

const redraw = () => {
  const colours = palette();
  for (const { file, axisNumber, chart } of plots) {
    chart.setOption(axisOption(file, axisNumber, colours), { notMerge: true });
  }
};
watchTheme(redraw);
redraw();
