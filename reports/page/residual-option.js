import { axis, common, signalAxis, tooltip, tooltipElement } from './plot-basics.js';
import { selectedSeries, signalTooltip } from './signal-marks.js';

/** @typedef {import('./signals.js').Signal} Signal */
/** @typedef {import('./signals.js').PageData} PageData */
/** @typedef {Record<string, string>} Colours */
/** @typedef {{ name: string, signals: Signal[] }} Bin */

/** Where a signal's mark stands; null where a side gave no similarity. @param {Signal} signal */
export const residualPoint = (signal) => (signal.residual === null ? null : [signal.number, signal.residual]);

/**
 * What remains between both sides, signal by signal.
 * @param {Signal[]} signals
 * @param {Signal[]} all
 * @param {PageData} data
 * @param {Colours} colours
 */
export function residualOption(signals, all, data, colours) {
  const scored = signals.filter(({ residual }) => residual !== null);
  const most = Math.max(2, ...scored.map(({ residual }) => Math.abs(residual ?? 0)));
  const series = (/** @type {string} */ name, /** @type {Signal[]} */ list, /** @type {string} */ color) => ({
    type: 'scatter',
    // One path for all marks of a long run: thousands of elements would take seconds.
    large: true,
    largeThreshold: 1500,
    name,
    symbolSize: signals.length > 800 ? 3 : 5,
    itemStyle: { color },
    data: list.map(residualPoint),
  });
  return {
    ...common(colours),
    grid: { left: 70, right: 16, top: 12, bottom: 40, outerBoundsMode: 'none' },
    tooltip: signalTooltip(all, data, colours),
    xAxis: signalAxis(colours, all.length),
    yAxis: axis(colours, {
      name: 'points',
      nameGap: 48,
      min: -most,
      max: most,
      splitNumber: 4,
      minInterval: 1,
    }),
    // Follows the zoom of the plot above it.
    dataZoom: [{ type: 'inside', zoomOnMouseWheel: false, moveOnMouseMove: false, moveOnMouseWheel: false }],
    series: [
      series(
        'same',
        scored.filter(({ residual }) => residual === 0),
        colours.accent,
      ),
      series(
        'apart',
        scored.filter(({ residual }) => residual !== 0),
        colours.fail,
      ),
      ...selectedSeries(colours),
    ],
  };
}

/**
 * Signals by how far apart both sides are: in units in the last place of the distance where both tell it, else in points
 * of similarity.
 * @param {Signal[]} signals
 * @returns {{ unit: 'ULP of the distance' | 'points of similarity', bins: Bin[] }}
 */
export function histogramBins(signals) {
  const inUlp = signals.some(({ ulp }) => ulp !== null);
  const of = (/** @type {Signal} */ { ulp, residual }) =>
    inUlp ? ulp : residual === null ? null : Math.abs(residual);
  /** @type {Map<number, Bin>} */
  const bins = new Map();
  for (const signal of signals) {
    const value = of(signal);
    if (value === null) continue;
    // 0, 1, 2, 3–4, 5–8, 9–16, …: differences of floats spread over magnitudes.
    const power = value === 0 ? -1 : Math.ceil(Math.log2(value));
    const from = power < 1 ? power + 1 : 2 ** (power - 1) + 1;
    const to = power < 1 ? power + 1 : 2 ** power;
    const bin = bins.get(power) ?? {
      name: from === to ? String(to) : `${short(from)}–${short(to)}`,
      signals: [],
    };
    bin.signals.push(signal);
    bins.set(power, bin);
  }
  return {
    unit: inUlp ? 'ULP of the distance' : 'points of similarity',
    bins: [...bins.entries()].sort(([a], [b]) => a - b).map(([, bin]) => bin),
  };
}

/** @param {number} value */
const short = (value) =>
  value < 10_000 ? String(value) : Intl.NumberFormat('en-US', { notation: 'compact' }).format(value);

/**
 * @param {Signal[]} signals
 * @param {Set<Signal>} selected
 * @param {Colours} colours
 */
export function histogramOption(signals, selected, colours) {
  const { unit, bins } = histogramBins(signals);
  const zero = bins.find(({ name }) => name === '0');
  return {
    ...common(colours),
    grid: { left: 52, right: 12, top: 20, bottom: 40 },
    tooltip: {
      ...tooltip(colours),
      formatter: (/** @type {{ dataIndex: number }} */ { dataIndex }) => {
        const bin = bins[dataIndex];
        const first = bin.signals[0];
        return tooltipElement([
          `${bin.signals.length} signals ${bin.name} ${unit} apart`,
          `first: signal ${first.number}, ${first.file} line ${first.line}`,
          'click to select them',
        ]);
      },
    },
    xAxis: axis(colours, {
      type: 'category',
      data: bins.map(({ name }) => name),
      name: unit,
      nameGap: 24,
      splitLine: { show: false },
    }),
    yAxis: axis(colours, { name: 'signals', nameGap: 38, minInterval: 1, splitNumber: 3 }),
    series: [
      {
        type: 'bar',
        name: 'signals',
        barCategoryGap: '12%',
        label: { show: bins.length <= 8, position: 'top', color: colours.quiet },
        data: bins.map((bin) => ({
          value: bin.signals.length,
          itemStyle: {
            color: bin === zero ? colours.accent : colours.fail,
            opacity: 0.85,
            borderColor: colours.text,
            borderWidth: selected.size > 0 && bin.signals.some((one) => selected.has(one)) ? 2 : 0,
          },
        })),
      },
    ],
  };
}
