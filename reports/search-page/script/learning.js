import { axis, common, tooltip, tooltipElement } from '../../page/plot-basics.js';
import { percentText } from './data.js';

/** @typedef {import('./data.js').SearchPageData} SearchPageData */
/** @typedef {import('./data.js').Colours} Colours */

/**
 * Balanced accuracy and confidence over the number of learns, with the spread over the orders, each regime's own curve
 * and the recommended minimum. Steps stand evenly, for they grow by a factor.
 * @param {SearchPageData} data
 * @param {number} couple whose learning is shown.
 * @param {Colours} colours
 */
export function learningOption({ learning, calibrated }, couple, colours) {
  const shown = learning.find((one) => one.couple === couple) ?? learning[0];
  const { points, regimes, minimum, orders } = shown;
  const names = calibrated ? ['balanced accuracy', 'confidence'] : ['regular recognised', 'mean margin'];
  const categories = points.map(({ learns }) => String(learns));
  const hundredfold = (/** @type {number} */ fraction) => fraction * 100;
  const line = (/** @type {string} */ name, /** @type {number[]} */ values, /** @type {string} */ color) => ({
    type: 'line',
    name,
    data: values,
    symbol: 'circle',
    symbolSize: 5,
    lineStyle: { color, width: 2.5 },
    itemStyle: { color },
    z: 4,
  });
  const many = regimes.length > 1;
  return {
    ...common(colours),
    grid: { left: 44, right: 22, top: 42, bottom: 38 },
    legend: {
      top: 0,
      left: 0,
      type: 'scroll',
      itemWidth: 14,
      textStyle: { color: colours.text },
      data: [...names, ...(many ? regimes.map(({ name }) => name) : [])],
    },
    tooltip: {
      ...tooltip(colours),
      trigger: 'axis',
      formatter: (/** @type {{ dataIndex: number }[]} */ [{ dataIndex }]) => {
        const { learns, balancedAccuracy, confidence, lowest, highest } = points[dataIndex];
        return tooltipElement([
          `After ${learns} learns`,
          `${names[0]} ${percentText(balancedAccuracy)}, in ${orders} orders ${percentText(lowest)} to ${percentText(highest)}`,
          `${names[1]} ${percentText(confidence)}`,
          ...(many
            ? regimes.map(
                ({ name, points: own }) =>
                  `${name}: ${percentText(own[dataIndex].balancedAccuracy)} after ${own[dataIndex].learns} of its lines`,
              )
            : []),
        ]);
      },
    },
    xAxis: axis(colours, {
      type: 'category',
      boundaryGap: false,
      data: categories,
      name: 'learns',
      nameGap: 22,
      splitLine: { show: false },
    }),
    yAxis: axis(colours, { name: '%', nameGap: 28, min: 0, max: 100, interval: 20 }),
    series: [
      {
        ...line(
          names[0],
          points.map(({ balancedAccuracy }) => hundredfold(balancedAccuracy)),
          colours.accent,
        ),
        markLine: minimumLine(points, minimum, colours),
      },
      line(
        names[1],
        points.map(({ confidence }) => hundredfold(confidence)),
        colours.second,
      ),
      ...band(points, colours),
      ...(many
        ? regimes.map(({ name, points: own }, i) => ({
            ...line(
              name,
              own.map(({ balancedAccuracy }) => hundredfold(balancedAccuracy)),
              [colours.third, colours.quiet, colours.nominal, colours.abnormal][i % 4],
            ),
            lineStyle: {
              color: [colours.third, colours.quiet, colours.nominal, colours.abnormal][i % 4],
              width: 1.5,
              type: 'dotted',
            },
            symbolSize: 3,
          }))
        : []),
    ],
  };
}

/**
 * The recommended minimum, at its place between the steps.
 * @param {SearchPageData['learning'][number]['points']} points
 * @param {number} minimum
 * @param {Colours} colours
 */
function minimumLine(points, minimum, colours) {
  const next = points.findIndex(({ learns }) => learns >= minimum);
  const at = next < 0 ? points.length - 1 : next;
  return {
    symbol: 'none',
    silent: true,
    lineStyle: { color: colours.text, type: 'solid', width: 1.5 },
    label: {
      formatter: `learn ≥ ${minimum}`,
      position: 'end',
      // At the right edge of the plot its middle would be cut off.
      align: at === points.length - 1 ? 'right' : 'center',
      color: colours.text,
      fontWeight: 'bold',
      distance: 3,
    },
    data: [
      [
        { xAxis: at, yAxis: 0 },
        { xAxis: at, yAxis: 100 },
      ],
    ],
  };
}

/**
 * Lowest to highest balanced accuracy over the orders: an invisible line, and the spread stacked on it.
 * @param {SearchPageData['learning'][number]['points']} points
 * @param {Colours} colours
 */
function band(points, colours) {
  const flat = {
    type: 'line',
    stack: 'orders',
    symbol: 'none',
    silent: true,
    lineStyle: { opacity: 0 },
    tooltip: { show: false },
  };
  return [
    { ...flat, data: points.map(({ lowest }) => lowest * 100) },
    {
      ...flat,
      data: points.map(({ lowest, highest }) => (highest - lowest) * 100),
      areaStyle: { color: colours.accent, opacity: 0.16 },
    },
  ];
}
