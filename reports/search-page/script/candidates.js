import { axis, common, tooltip, tooltipElement } from '../../page/plot-basics.js';
import { candidateWords } from './evolution.js';

/** @typedef {import('./data.js').CandidateData} CandidateData */
/** @typedef {import('./data.js').Colours} Colours */

/** Series of the candidates that no other beats: what the arrow keys walk along. */
export const FRONT_SERIES = 2;

/**
 * Every candidate by RAM and accuracy, the front that no other beats, winner and runner-up, and the limit on RAM.
 * Points are `[bytes, percent, position]`.
 * @param {CandidateData} data
 * @param {Colours} colours
 */
export function candidatesOption(data, colours) {
  const { candidates, pareto, winner, ramLimitBytes, calibrated } = data;
  const { ramBytes, balancedAccuracy, stopped } = candidates;
  const point = (/** @type {number} */ position) => [
    ramBytes[position],
    balancedAccuracy[position] * 100,
    position,
  ];
  const positions = ramBytes.map((_, position) => position);
  const dots = (/** @type {string} */ letter) =>
    positions.filter((position) => stopped[position] === letter).map(point);
  const smallest = Math.min(...ramBytes);
  const largest = Math.max(...ramBytes, ramLimitBytes ?? 0);
  return {
    ...common(colours),
    grid: { left: 44, right: 14, top: 30, bottom: 38 },
    legend: {
      top: 0,
      left: 0,
      type: 'scroll',
      itemWidth: 12,
      textStyle: { color: colours.text },
      data: [
        'winner',
        ...(winner.runnerUp === null ? [] : ['runner-up']),
        'finished',
        ...(stopped.includes('1') ? ['given up early'] : []),
      ],
    },
    tooltip: {
      ...tooltip(colours),
      formatter: (/** @type {{ value: number[] }} */ { value }) =>
        tooltipElement(candidateWords(data, value[2])),
    },
    xAxis: axis(colours, {
      type: 'log',
      logBase: 2,
      name: 'RAM, bytes',
      nameGap: 22,
      min: 2 ** Math.floor(Math.log2(smallest)),
      max: 2 ** Math.ceil(Math.log2(largest + 1)),
      splitLine: { show: false },
      axisLabel: {
        color: colours.quiet,
        hideOverlap: true,
        formatter: (/** @type {number} */ v) => v.toLocaleString('en-US'),
      },
    }),
    yAxis: axis(colours, {
      name: calibrated ? 'balanced accuracy, %' : 'regular recognised, %',
      nameGap: 28,
      max: 100,
      scale: true,
    }),
    series: [
      {
        type: 'scatter',
        name: 'finished',
        symbolSize: 5,
        itemStyle: { color: colours.accent, opacity: 0.45 },
        data: dots('0'),
      },
      {
        type: 'scatter',
        name: 'given up early',
        symbolSize: 4,
        itemStyle: { color: colours.quiet, opacity: 0.35 },
        data: dots('1'),
      },
      {
        type: 'line',
        step: 'end',
        name: 'front',
        symbol: 'circle',
        symbolSize: 6,
        lineStyle: { color: colours.text, width: 1.5 },
        itemStyle: { color: colours.text },
        data: pareto.map(point),
        z: 3,
        ...(ramLimitBytes === null ? {} : { markLine: limitLine(ramLimitBytes, colours) }),
      },
      {
        type: 'scatter',
        name: 'runner-up',
        symbol: 'circle',
        symbolSize: 14,
        itemStyle: { color: 'transparent', borderColor: colours.second, borderWidth: 2.5 },
        data: winner.runnerUp === null ? [] : [point(winner.runnerUp)],
        z: 4,
      },
      {
        type: 'scatter',
        name: 'winner',
        symbol: 'path://M12 1l3.2 7.3 7.8.7-5.9 5.2 1.8 7.8L12 17.9 5.1 22l1.8-7.8L1 9l7.8-.7z',
        symbolSize: 20,
        itemStyle: { color: colours.third, borderColor: colours.panel, borderWidth: 1.5 },
        data: [point(winner.position)],
        z: 5,
      },
    ],
  };
}

/**
 * @param {number} limitBytes
 * @param {Colours} colours
 */
function limitLine(limitBytes, colours) {
  return {
    symbol: 'none',
    silent: true,
    lineStyle: { color: colours.fail, type: 'dashed', width: 2 },
    label: { formatter: 'limit', color: colours.fail, position: 'end', distance: 2 },
    data: [{ xAxis: limitBytes }],
  };
}
