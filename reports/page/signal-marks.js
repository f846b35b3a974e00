import { tooltip, tooltipElement } from './plot-basics.js';
import { signalLines } from './signals.js';

/** @typedef {import('./plot-basics.js').Colours} Colours */

/**
 * The tooltip of a plot whose points are `[signal number, …]`.
 * @param {import('./signals.js').Signal[]} all every signal; number n stands at index n - 1.
 * @param {import('./signals.js').PageData} data
 * @param {Colours} colours
 */
export const signalTooltip = (all, data, colours) => ({
  ...tooltip(colours),
  formatter: (/** @type {{ value: number[] }} */ { value }) => {
    const signal = all[value[0] - 1];
    return signal === undefined ? '' : tooltipElement(signalLines(signal, data));
  },
});

/** Rings around what is selected, and a larger one around the signal that is chosen. @param {Colours} colours */
export function selectedSeries(colours) {
  const ring = {
    type: 'scatter',
    data: [],
    symbol: 'circle',
    silent: true,
    itemStyle: { color: 'transparent', borderColor: colours.text, borderWidth: 1 },
  };
  return [
    { ...ring, id: 'selected', symbolSize: 14, z: 6 },
    { ...ring, id: 'chosen', symbolSize: 22, itemStyle: { ...ring.itemStyle, borderWidth: 2.5 }, z: 7 },
  ];
}
