import { axis, common, tooltip, tooltipElement } from '../../page/plot-basics.js';
import { percentText } from './data.js';

/** @typedef {import('./data.js').CandidateData} CandidateData */
/** @typedef {import('./data.js').Colours} Colours */

/**
 * What is known of one candidate, in lines.
 * @param {CandidateData} data
 * @param {number} position
 */
export function candidateWords({ candidates, calibrated }, position) {
  const { index, text, balancedAccuracy, confidence, ramBytes, stopped } = candidates;
  const names = calibrated
    ? ['balanced accuracy', 'confidence']
    : ['regular lines recognised', 'mean margin'];
  return [
    `Candidate ${index[position] + 1}`,
    text[position],
    `${names[0]} ${percentText(balancedAccuracy[position])}, ${names[1]} ${percentText(confidence[position])}`,
    `${ramBytes[position].toLocaleString('en-US')} bytes of RAM${stopped[position] === '1' ? ', given up early' : ''}`,
  ];
}

/**
 * The three indicators of the best candidate so far, over the candidates in the order of the search.
 * @param {CandidateData} data
 * @param {Colours} colours
 */
export function evolutionOption(data, colours) {
  const { candidates, calibrated } = data;
  const { index, balancedAccuracy, confidence, ramBytes, best } = candidates;
  const at = (/** @type {number[]} */ column, /** @type {number} */ scale) =>
    best.map((position, i) => [index[i] + 1, column[position] * scale]);
  const step = (
    /** @type {string} */ name,
    /** @type {number[][]} */ points,
    /** @type {string} */ color,
  ) => ({
    type: 'line',
    step: 'end',
    name,
    data: points,
    showSymbol: points.length === 1,
    symbolSize: 6,
    lineStyle: { color, width: 2.5 },
    itemStyle: { color },
    z: 4,
  });
  const names = calibrated ? ['balanced accuracy', 'confidence'] : ['regular recognised', 'mean margin'];
  return {
    ...common(colours),
    grid: { left: 44, right: 58, top: 30, bottom: 38 },
    legend: {
      top: 0,
      left: 0,
      type: 'scroll',
      itemWidth: 14,
      textStyle: { color: colours.text },
      data: [...names, 'RAM'],
    },
    tooltip: {
      ...tooltip(colours),
      trigger: 'axis',
      formatter: (/** @type {{ dataIndex: number, seriesName: string }[]} */ shown) => {
        const first = shown.find(({ seriesName }) => seriesName !== 'candidates') ?? shown[0];
        const position = first === undefined ? 0 : first.dataIndex;
        const words = candidateWords(data, best[position]);
        return tooltipElement([
          `After ${index[position] + 1} candidates the best is ${words[0].toLowerCase()}`,
          ...words.slice(1),
        ]);
      },
    },
    xAxis: axis(colours, {
      name: 'candidates',
      nameGap: 22,
      min: 0,
      max: Math.max(...index) + 1,
      minInterval: 1,
      splitLine: { show: false },
    }),
    yAxis: [
      axis(colours, { name: '%', nameGap: 28, min: 0, max: 100, interval: 20 }),
      axis(colours, {
        name: 'RAM, bytes',
        nameGap: 42,
        min: 0,
        splitLine: { show: false },
        axisLabel: {
          color: colours.quiet,
          formatter: (/** @type {number} */ v) => v.toLocaleString('en-US'),
        },
      }),
    ],
    series: [
      {
        type: 'scatter',
        name: 'candidates',
        symbolSize: 3,
        silent: true,
        itemStyle: { color: colours.accent, opacity: 0.3 },
        tooltip: { show: false },
        data: balancedAccuracy.map((accuracy, i) => [index[i] + 1, accuracy * 100]),
      },
      step(names[0], at(balancedAccuracy, 100), colours.accent),
      step(names[1], at(confidence, 100), colours.second),
      { ...step('RAM', at(ramBytes, 1), colours.third), yAxisIndex: 1, z: 3 },
    ],
  };
}
