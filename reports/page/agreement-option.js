import { axis, common, tooltip, tooltipElement } from './plot-basics.js';
import { selectedSeries } from './signal-marks.js';

/** @typedef {import('./signals.js').Signal} Signal */
/** @typedef {import('./signals.js').PageData} PageData */
/** @typedef {Record<string, string>} Colours */

/** Where a signal's mark stands; null where a side gave no similarity. @param {Signal} signal */
export const agreementPoint = (signal) =>
  signal.residual === null ? null : [signal.reference, /** @type {number} */ (signal.target)];

/**
 * One side against the other, one mark per pair of values, its size the number of signals.
 * @param {Signal[]} signals
 * @param {PageData} data
 * @param {Colours} colours
 */
export function agreementOption(signals, data, colours) {
  /** @type {Map<string, Signal[]>} */
  const cells = new Map();
  for (const signal of signals) {
    if (signal.residual === null) continue;
    const key = `${signal.reference},${signal.target}`;
    const cell = cells.get(key);
    if (cell) cell.push(signal);
    else cells.set(key, [signal]);
  }
  const points = [...cells.values()].map((cell) => {
    const first = cell[0];
    const color = first.reference === first.target ? colours.accent : colours.fail;
    return {
      value: [first.reference, first.target],
      cell,
      signal: first,
      symbolSize: Math.min(26, 5 + 2.2 * Math.sqrt(cell.length)),
      itemStyle: { color },
    };
  });
  const scale = { min: 0, max: 100, interval: 20 };
  const threshold = { color: colours.text, type: 'dashed', width: 1 };
  return {
    ...common(colours),
    grid: { left: 46, right: 16, top: 14, bottom: 42 },
    tooltip: {
      ...tooltip(colours),
      formatter: (/** @type {{ data: { cell?: Signal[] } }} */ { data: point }) =>
        point.cell ? tooltipElement(cellLines(point.cell, data)) : '',
    },
    xAxis: axis(colours, { ...scale, name: data.reference, nameGap: 24 }),
    yAxis: axis(colours, { ...scale, name: data.target, nameGap: 30 }),
    series: [
      {
        type: 'scatter',
        name: 'signals',
        data: points,
        itemStyle: { opacity: 0.75 },
        markLine: {
          symbol: 'none',
          silent: true,
          label: { show: false },
          data: [
            [
              { coord: [0, 0], lineStyle: { color: colours.quiet, type: 'solid' } },
              { coord: [100, 100], lineStyle: { color: colours.quiet, type: 'solid' } },
            ],
            { xAxis: data.threshold, lineStyle: threshold },
            { yAxis: data.threshold, lineStyle: threshold },
          ],
        },
      },
      ...selectedSeries(colours),
    ],
  };
}

/**
 * @param {Signal[]} cell
 * @param {PageData} data
 */
function cellLines(cell, data) {
  const first = cell[0];
  const many = cell.length === 1 ? '1 signal' : `${cell.length} signals`;
  const places = cell
    .slice(0, 4)
    .map((signal) => `signal ${signal.number}: ${signal.file} line ${signal.line}`);
  if (cell.length > 4) places.push(`and ${cell.length - 4} more`);
  return [`${many}: ${data.reference} ${first.reference}, ${data.target} ${first.target}`, ...places];
}
