import { axis, common, tooltip, tooltipElement } from './plot-basics.js';

/** @typedef {import('./signals.js').PageData} PageData */
/** @typedef {Record<string, string>} Colours */
/** @typedef {PageData['learningCurve'][number]} CurvePoint */

/** @param {number | null} fraction as on the rest of the page: cut, not rounded up. */
const percentText = (fraction) =>
  fraction === null ? 'not shown' : `${Number((Math.floor(fraction * 10_000 + 1e-6) / 100).toFixed(2))} %`;

const hundredfold = (/** @type {number | null} */ fraction) => (fraction === null ? null : fraction * 100);

/**
 * One figure of one side as a line: solid the target, dashed the reference.
 * @param {string} name
 * @param {(number | null)[][]} data
 * @param {string} color
 * @param {'reference' | 'target'} side
 * @param {boolean} dots
 */
const curve = (name, data, color, side, dots) => ({
  type: 'line',
  name,
  data,
  symbol: dots ? (side === 'target' ? 'circle' : 'emptyCircle') : 'none',
  symbolSize: side === 'target' ? 5 : 10,
  lineStyle: { color, width: side === 'target' ? 2.2 : 1.4, type: side === 'target' ? 'solid' : 'dashed' },
  itemStyle: { color },
  z: side === 'target' ? 4 : 3,
});

/**
 * What both sides make of the same held-out signals after ever more learns.
 * @param {PageData} data
 * @param {Colours} colours
 */
export function learningOption({ learningCurve, reference, target, minimumLearns }, colours) {
  const shown = learningCurve.some((point) => point.target.balancedAccuracy !== null);
  /** @type {[string, keyof CurvePoint['target'], string, number][]} */
  const figures = shown
    ? [
        ['balanced accuracy', 'balancedAccuracy', colours.accent, 100],
        ['confidence', 'confidence', colours.second, 100],
      ]
    : [
        ['mean of nominal', 'meanNominal', colours.nominal, 1],
        ['mean of anomalies', 'meanAnomaly', colours.anomaly, 1],
      ];
  const points = (
    /** @type {'reference' | 'target'} */ side,
    /** @type {keyof CurvePoint['target']} */ key,
    /** @type {number} */ scale,
  ) =>
    learningCurve.map((point) => {
      const value = point[side][key];
      return [point.learns, value === null ? null : value * scale];
    });
  return {
    ...common(colours),
    grid: { left: 46, right: 22, top: 30, bottom: 40 },
    legend: { ...legend(colours), data: figures.map(([name]) => `${name}, ${target}`) },
    tooltip: {
      ...tooltip(colours),
      trigger: 'axis',
      formatter: (/** @type {{ dataIndex: number }[]} */ [{ dataIndex }]) =>
        tooltipElement(curveLines(learningCurve[dataIndex], reference, target)),
    },
    xAxis: axis(colours, { name: 'learns', nameGap: 24, min: 0, minInterval: 1, splitLine: { show: false } }),
    yAxis: axis(colours, { name: shown ? '%' : 'similarity', nameGap: 30, min: 0, max: 100, interval: 20 }),
    series: [
      ...figures.flatMap(([name, key, color, scale]) => [
        curve(`${name}, ${reference}`, points('reference', key, scale), color, 'reference', true),
        curve(`${name}, ${target}`, points('target', key, scale), color, 'target', true),
      ]),
      {
        type: 'line',
        data: [],
        markLine: {
          symbol: 'none',
          silent: true,
          lineStyle: { color: colours.quiet, type: 'dotted', width: 1.5 },
          label: { formatter: `learn ≥ ${minimumLearns}`, position: 'insideEndTop', color: colours.quiet },
          data: [{ xAxis: minimumLearns }],
        },
      },
    ],
  };
}

/**
 * @param {CurvePoint} point
 * @param {string} reference
 * @param {string} target
 */
function curveLines({ learns, probes, equal, reference: a, target: b }, reference, target) {
  const side = (/** @type {string} */ name, /** @type {CurvePoint['target']} */ one) =>
    `${name}: balanced accuracy ${percentText(one.balancedAccuracy)}, confidence ${percentText(one.confidence)}`;
  return [
    `After ${learns} learns`,
    `${equal} of ${probes} held-out signals answered alike`,
    side(target, b),
    side(reference, a),
  ];
}

/** @param {Colours} colours */
const legend = (colours) => ({
  top: 0,
  left: 0,
  type: 'scroll',
  itemWidth: 16,
  textStyle: { color: colours.text },
});

/**
 * Balanced accuracy and confidence at thresholds 1 … 99, both sides.
 * @param {PageData} data
 * @param {Colours} colours
 */
export function thresholdsOption({ thresholds, threshold, reference, target }, colours) {
  if (thresholds === null) return {};
  /** @type {['balancedAccuracy' | 'confidence', string, string][]} */
  const figures = [
    ['balancedAccuracy', 'balanced accuracy', colours.accent],
    ['confidence', 'confidence', colours.second],
  ];
  const points = (/** @type {(number | null)[]} */ column) =>
    column.map((fraction, i) => [i + 1, hundredfold(fraction)]);
  return {
    ...common(colours),
    grid: { left: 46, right: 22, top: 30, bottom: 40 },
    legend: { ...legend(colours), data: figures.map(([, name]) => `${name}, ${target}`) },
    tooltip: {
      ...tooltip(colours),
      trigger: 'axis',
      formatter: (/** @type {{ dataIndex: number }[]} */ [{ dataIndex: i }]) =>
        tooltipElement([
          `Threshold ${i + 1}`,
          .../** @type {const} */ ([
            [target, thresholds.target],
            [reference, thresholds.reference],
          ]).map(
            ([name, side]) =>
              `${name}: balanced accuracy ${percentText(side.balancedAccuracy[i])}, confidence ${percentText(side.confidence[i])}`,
          ),
        ]),
    },
    xAxis: axis(colours, {
      name: 'threshold',
      nameGap: 24,
      min: 0,
      max: 100,
      interval: 10,
      splitLine: { show: false },
    }),
    yAxis: axis(colours, { name: '%', nameGap: 30, min: 0, max: 100, interval: 20 }),
    series: [
      ...figures.flatMap(([key, name, color]) => [
        curve(`${name}, ${reference}`, points(thresholds.reference[key]), color, 'reference', false),
        curve(`${name}, ${target}`, points(thresholds.target[key]), color, 'target', false),
      ]),
      {
        type: 'line',
        data: [],
        markLine: {
          symbol: 'none',
          silent: true,
          lineStyle: { color: colours.text, type: 'dashed', width: 1.2 },
          label: { formatter: `${threshold}`, color: colours.text },
          data: [{ xAxis: threshold }],
        },
      },
    ],
  };
}
