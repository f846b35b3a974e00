import { agreementOption, agreementPoint } from './agreement-option.js';
import { learningOption, thresholdsOption } from './curve-options.js';
import { selectByDragging } from './drag-select.js';
import { palette } from './palette.js';
import { keepSized, plotIn } from './plot-basics.js';
import { histogramBins, histogramOption, residualOption, residualPoint } from './residual-option.js';
import { moveWithKeys } from './selection.js';
import { similarityOption, similarityPoint } from './similarity-option.js';
import { ticksOption } from './ticks-option.js';

/** @typedef {import('./signals.js').Signal} Signal */
/** @typedef {import('./signals.js').PageData} PageData */
/** @typedef {Record<string, string>} Colours */

/**
 * All plots of the run but its timeline. Those of signals are linked: they show what the filter lets pass, and mark what
 * is chosen and selected in any of them.
 * @param {PageData} data
 * @param {Signal[]} all every signal; number n stands at index n - 1.
 * @param {import('./selection.js').Selection} selection
 */
export function linkedPlots(data, all, selection) {
  /** @type {Map<string, import('echarts').ECharts>} */
  const charts = new Map();
  const linked = [
    {
      id: 'plot-similarity',
      option: (/** @type {Colours} */ colours) => similarityOption(selection.shown, all, data, colours),
      point: similarityPoint,
    },
    {
      id: 'plot-agreement',
      option: (/** @type {Colours} */ colours) => agreementOption(selection.shown, data, colours),
      point: agreementPoint,
    },
    {
      id: 'plot-residual',
      option: (/** @type {Colours} */ colours) => residualOption(selection.shown, all, data, colours),
      point: residualPoint,
    },
  ];
  const others = [
    {
      id: 'plot-histogram',
      option: (/** @type {Colours} */ colours) =>
        histogramOption(selection.shown, selection.selected, colours),
    },
    { id: 'plot-learning', option: (/** @type {Colours} */ colours) => learningOption(data, colours) },
    { id: 'plot-thresholds', option: (/** @type {Colours} */ colours) => thresholdsOption(data, colours) },
    { id: 'plot-ticks', option: (/** @type {Colours} */ colours) => ticksOption(data, colours) },
  ].filter(({ id }) => document.getElementById(id) !== null);

  const mark = () => {
    const points = (
      /** @type {typeof similarityPoint | typeof agreementPoint} */ point,
      /** @type {Signal[]} */ list,
    ) => list.map(point).filter((one) => one !== null);
    for (const { id, point } of linked) {
      charts.get(id)?.setOption({
        series: [
          { id: 'selected', data: points(point, [...selection.selected]) },
          { id: 'chosen', data: points(point, selection.chosen === undefined ? [] : [selection.chosen]) },
        ],
      });
    }
  };
  const draw = (/** @type {{ id: string, option: (colours: Colours) => object }} */ { id, option }) =>
    charts
      .get(id)
      ?.setOption(/** @type {import('echarts').EChartsCoreOption} */ (option(palette())), { notMerge: true });
  const make = (/** @type {{ id: string, option: (colours: Colours) => object }} */ plot) => {
    const chart = plotIn(plot.id);
    charts.set(plot.id, chart);
    keepSized([chart]);
    draw(plot);
    return chart;
  };
  const makeLinked = (/** @type {typeof linked[number]} */ plot) => {
    const chart = make(plot);
    moveWithKeys(chart.getDom(), selection);
    selectByDragging(chart, (inside) =>
      selection.select(
        selection.shown.filter((signal) => {
          const place = plot.point(signal);
          return place !== null && inside(place[0], place[1]);
        }),
      ),
    );
    chart.on('click', ({ value, data: point }) => {
      const cell = /** @type {{ cell?: Signal[] } | undefined} */ (point)?.cell;
      if (cell !== undefined && cell.length > 1) selection.select(cell);
      else selection.choose(cell?.[0] ?? all[/** @type {number[]} */ (value)[0] - 1]);
    });
    mark();
  };
  const zoomTogether = () => {
    const option = charts.get('plot-similarity')?.getOption() ?? {};
    const [zoom] = /** @type {{ start: number, end: number }[]} */ (option['dataZoom'] ?? []);
    if (zoom === undefined) return;
    charts.get('plot-residual')?.dispatchAction({ type: 'dataZoom', start: zoom.start, end: zoom.end });
  };
  const makeHistogram = (/** @type {typeof others[number]} */ plot) => {
    const chart = make(plot);
    moveWithKeys(chart.getDom(), selection);
    chart.on('click', ({ dataIndex }) =>
      selection.select(histogramBins(selection.shown).bins[dataIndex].signals),
    );
  };
  let drawnFor = selection.shown;
  let drawnSelected = selection.selected;
  selection.onChange(() => {
    const histogram = others.find(({ id }) => id === 'plot-histogram');
    if (drawnFor !== selection.shown) for (const plot of linked) draw(plot);
    if (histogram !== undefined && (drawnFor !== selection.shown || drawnSelected !== selection.selected))
      draw(histogram);
    drawnFor = selection.shown;
    drawnSelected = selection.selected;
    mark();
  });
  makeLinked(linked[0]);
  charts.get('plot-similarity')?.on('datazoom', zoomTogether);
  const later = [
    ...linked.slice(1).map((plot) => () => makeLinked(plot)),
    ...others.map((plot) => () => (plot.id === 'plot-histogram' ? makeHistogram(plot) : make(plot))),
  ];
  return {
    /** What can wait until the first screen stands. */
    later,
    redraw() {
      for (const plot of [...linked, ...others]) draw(plot);
      mark();
    },
  };
}
