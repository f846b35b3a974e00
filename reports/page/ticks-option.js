import { axis, common, tooltip, tooltipElement } from './plot-basics.js';

/** @typedef {import('./signals.js').PageData} PageData */
/** @typedef {Record<string, string>} Colours */

/**
 * Ticks of every call that told them, by kind of call, with the budgets that there are.
 * @param {PageData} data
 * @param {Colours} colours
 */
export function ticksOption({ calls, files, unit, budgets }, colours) {
  const kinds = /** @type {const} */ ([
    ['learn', 'l', colours.nominal, budgets.learn],
    ['detect', 'd', colours.anomaly, budgets.detect],
  ]);
  return {
    ...common(colours),
    grid: { left: 72, right: 16, top: 30, bottom: 40 },
    legend: { top: 0, left: 0, textStyle: { color: colours.text }, itemWidth: 12 },
    tooltip: {
      ...tooltip(colours),
      formatter: (/** @type {{ seriesName: string, value: number[] }} */ { seriesName, value }) =>
        tooltipElement([
          `Call ${value[0]}: ${seriesName} of ${files[calls.file[value[0]]] ?? '–'} line ${calls.line[value[0]]}`,
          `${value[1].toLocaleString('en-US')} ${unit}`,
        ]),
    },
    xAxis: axis(colours, { name: 'call', nameGap: 24, minInterval: 1, splitLine: { show: false } }),
    yAxis: axis(colours, { name: unit, nameGap: 56, scale: true, splitNumber: 4 }),
    series: kinds.map(([name, letter, color, budget]) => ({
      type: 'scatter',
      // One path for all marks of a long run: thousands of elements would take seconds.
      large: true,
      largeThreshold: 1500,
      name,
      symbol: name === 'learn' ? 'rect' : 'circle',
      symbolSize: 4,
      itemStyle: { color },
      data: calls.target.ticks.flatMap((ticks, call) =>
        ticks !== null && calls.operation[call] === letter ? [[call, ticks]] : [],
      ),
      markLine: {
        symbol: 'none',
        silent: true,
        lineStyle: { color, type: 'dashed' },
        label: { formatter: `budget of ${name}`, position: 'insideStartTop', color },
        data: budget === null ? [] : [{ yAxis: budget }],
      },
    })),
  };
}
