import { axis, common, tooltip, tooltipElement } from '../../page/plot-basics.js';

/** @typedef {import('../page-data.ts').ShownFile} ShownFile */
/** @typedef {Record<string, string>} Colours */

/** Plots of very short buffers show their points. */
const FEW_POINTS = 32;

/**
 * What one point of an axis says.
 * @param {ShownFile} file
 * @param {number} axisNumber 0-based
 * @param {number} point 0-based
 */
export function pointWords(file, axisNumber, point) {
  const { mean, deviation, least, most } = file.axes[axisNumber];
  const width = file.samplesPerPoint;
  const first = point * width + 1;
  const last = Math.min((point + 1) * width, /** @type {number} */ (file.bufferSize));
  const words = [
    first === last ? `Sample ${first}` : `Samples ${first} to ${last}`,
    `mean ${mean[point]}`,
    `minimum ${least[point]}, maximum ${most[point]}`,
    `standard deviation ${deviation[point]}`,
  ];
  if (file.sampling !== null) {
    words.push(
      `${((1000 * (first - 1)) / file.sampling.samplingFrequencyHz).toPrecision(4)} ms after the first`,
    );
  }
  return words;
}

/**
 * Mean of each sample over all lines, with the band of one standard deviation and that from minimum to maximum.
 * @param {ShownFile} file
 * @param {number} axisNumber 0-based
 * @param {Colours} colours
 */
export function axisOption(file, axisNumber, colours) {
  const { mean, deviation, least, most } = file.axes[axisNumber];
  const x = (/** @type {number} */ point) => point * file.samplesPerPoint + 1;
  const points = (/** @type {readonly number[]} */ values) => values.map((value, point) => [x(point), value]);
  const line = { type: 'line', showSymbol: mean.length <= FEW_POINTS, symbolSize: 4 };
  const lowest = mean.map((value, point) => value - deviation[point]);
  const plain = { lineStyle: { width: 1, color: colours.quiet }, itemStyle: { color: colours.quiet } };
  return {
    ...common(colours),
    grid: { left: 64, right: 14, top: 30, bottom: 40 },
    legend: {
      top: 0,
      left: 0,
      type: 'scroll',
      itemWidth: 14,
      icon: 'roundRect',
      textStyle: { color: colours.text },
      data: ['mean', 'standard deviation', 'minimum', 'maximum'],
    },
    tooltip: {
      ...tooltip(colours),
      trigger: 'axis',
      formatter: (/** @type {{ dataIndex: number }[]} */ [first]) =>
        first === undefined ? '' : tooltipElement(pointWords(file, axisNumber, first.dataIndex)),
    },
    xAxis: axis(colours, {
      name: 'sample',
      nameGap: 24,
      min: 1,
      max: Math.max(2, x(mean.length - 1)),
      minInterval: 1,
      splitLine: { show: false },
    }),
    yAxis: axis(colours, { scale: true, splitNumber: 4 }),
    series: [
      { ...line, ...plain, name: 'minimum', stack: 'range', stackStrategy: 'all', data: points(least) },
      {
        ...line,
        name: 'from minimum to maximum',
        stack: 'range',
        stackStrategy: 'all',
        showSymbol: false,
        lineStyle: { opacity: 0 },
        itemStyle: { opacity: 0 },
        areaStyle: { color: colours.quiet, opacity: 0.14 },
        data: points(most.map((value, point) => value - least[point])),
      },
      { ...line, ...plain, name: 'maximum', data: points(most) },
      {
        ...line,
        name: 'one deviation below',
        stack: 'deviation',
        stackStrategy: 'all',
        showSymbol: false,
        lineStyle: { opacity: 0 },
        data: points(lowest),
      },
      {
        ...line,
        name: 'standard deviation',
        stack: 'deviation',
        stackStrategy: 'all',
        showSymbol: false,
        lineStyle: { opacity: 0 },
        itemStyle: { color: colours.accent },
        areaStyle: { color: colours.accent, opacity: 0.22 },
        data: points(mean.map((value, point) => value + deviation[point] - lowest[point])),
      },
      {
        ...line,
        name: 'mean',
        lineStyle: { width: 2, color: colours.accent },
        itemStyle: { color: colours.accent },
        data: points(mean),
        z: 3,
      },
    ],
  };
}
