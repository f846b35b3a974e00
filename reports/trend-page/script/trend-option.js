import { axis, common, tooltip, tooltipElement } from '../../page/plot-basics.js';
import { figureText, runWords } from './data.js';

/** @typedef {import('./data.js').TrendPageData} TrendPageData */
/** @typedef {import('./data.js').Series} Series */
/** @typedef {Record<string, string>} Colours */

/**
 * One figure over its runs, evenly spaced: steps for an exact figure, dots and the level between changes for a noisy
 * one; where a change was found, where an alarm stands, and the bar that the figure must hold.
 * @param {Series} series
 * @param {TrendPageData} data
 * @param {Colours} colours
 */
export function trendOption(series, data, colours) {
  const { runs, values, unit, noise, changePoints, alarms, ratchet } = series;
  const points = values.map((value, at) => [at, value]);
  const at = (/** @type {number} */ run) => runs.findIndex((one) => one >= run);
  const exact = noise === 'exact';
  const scaled = unit === 'fraction' ? 100 : 1;
  const bar = ratchet === null ? [] : [{ yAxis: ratchet.value }];
  return {
    ...common(colours),
    grid: { left: 62, right: 14, top: 16, bottom: 24 },
    tooltip: {
      ...tooltip(colours),
      trigger: 'axis',
      formatter: (/** @type {{ dataIndex: number }[]} */ [{ dataIndex }]) =>
        tooltipElement(pointLines(series, dataIndex, data)),
    },
    xAxis: axis(colours, {
      min: -0.5,
      max: Math.max(1, runs.length) - 0.5,
      splitLine: { show: false },
      axisLabel: { show: false },
      axisTick: { show: false },
    }),
    yAxis: axis(colours, {
      ...reach(values, ratchet?.value ?? null, unit, alarms.length > 0),
      splitNumber: 3,
      axisLabel: {
        showMinLabel: false,
        showMaxLabel: false,
        color: colours.quiet,
        formatter: (/** @type {number} */ value) => axisText(value * scaled, unit),
      },
    }),
    series: [
      {
        type: 'line',
        name: series.figure,
        data: points,
        step: exact ? 'end' : undefined,
        symbol: 'circle',
        symbolSize: exact ? 5 : 6,
        showAllSymbol: true,
        lineStyle: { color: colours.accent, width: exact ? 2 : 0.8, opacity: exact ? 1 : 0.45 },
        itemStyle: { color: colours.accent },
        markLine: {
          symbol: 'none',
          silent: true,
          label: { show: false },
          data: [
            ...bar.map((place) => ({
              ...place,
              lineStyle: { color: colours.pass, type: 'dashed', width: 1.5 },
            })),
            ...changePoints.map(({ run }) => ({
              xAxis: at(run) - 0.5,
              lineStyle: { color: colours.second, type: 'solid', width: 2 },
            })),
          ],
        },
        markPoint: {
          symbol: 'pin',
          symbolSize: 30,
          silent: true,
          itemStyle: { color: colours.fail },
          label: { formatter: '!', color: colours.panel, fontWeight: 'bold' },
          data: alarms.flatMap(({ run }) => {
            const place = at(run);
            const value = values[place];
            return value === null || value === undefined ? [] : [{ coord: [place, value] }];
          }),
        },
        z: 3,
      },
      ...(exact ? [] : [levels(series, colours)]),
      {
        id: 'chosen',
        type: 'scatter',
        data: [],
        silent: true,
        symbol: 'circle',
        symbolSize: 14,
        itemStyle: { color: 'transparent', borderColor: colours.text, borderWidth: 2 },
        z: 5,
      },
    ],
  };
}

/**
 * From where to where the axis reaches: around all values and the bar, with room for what stands above a point.
 * @param {(number | null)[]} values
 * @param {number | null} bar
 * @param {Series['unit']} unit
 * @param {boolean} pinned
 */
function reach(values, bar, unit, pinned) {
  const told = [...values, bar].filter((value) => value !== null);
  const [least, most] = [Math.min(...told), Math.max(...told)];
  const room =
    least === most ? Math.max(Math.abs(most) * 0.05, unit === 'fraction' ? 0.01 : 1) : (most - least) * 0.15;
  const top = most + room * (pinned ? 3 : 1);
  return {
    min: least >= 0 ? Math.max(0, least - room) : least - room,
    max: unit === 'fraction' && !pinned ? Math.min(1, top) : top,
  };
}

/**
 * Means between the changes that were found, as a line over the dots.
 * @param {Series} series
 * @param {Colours} colours
 */
function levels({ runs, values, changePoints }, colours) {
  const starts = [0, ...changePoints.map(({ run }) => runs.findIndex((one) => one >= run))];
  /** @type {(number[] | null)[]} */
  const data = [];
  for (const [i, start] of starts.entries()) {
    const end = starts[i + 1] ?? runs.length;
    const told = values.slice(start, end).filter((value) => value !== null);
    if (told.length === 0) continue;
    const mean = told.reduce((sum, value) => sum + value, 0) / told.length;
    data.push([start - 0.5, mean], [end - 0.5, mean], null);
  }
  return {
    type: 'line',
    name: 'level',
    data: data.map((point) => point ?? [Number.NaN, Number.NaN]),
    symbol: 'none',
    silent: true,
    lineStyle: { color: colours.accent, width: 2.5 },
    tooltip: { show: false },
    z: 4,
  };
}

/**
 * @param {Series} series
 * @param {number} at
 * @param {TrendPageData} data
 */
export function pointLines(series, at, data) {
  const run = series.runs[at];
  const found = series.changePoints.find((one) => one.run === run);
  const alarm = series.alarms.find((one) => one.run === run);
  return [
    `${series.figure}: ${figureText(series.values[at] ?? null, series.unit)}`,
    runWords(data.runs[run]),
    ...(found === undefined
      ? []
      : [
          `changed from ${figureText(found.before, series.unit)} to ${figureText(found.after, series.unit)}` +
            (found.changedWith.length === 0 ? '' : `, with ${found.changedWith.join(', ')}`),
        ]),
    ...(alarm === undefined ? [] : [`alarm: ${alarm.sentence}`]),
  ];
}

/**
 * @param {number} value
 * @param {Series['unit']} unit
 */
function axisText(value, unit) {
  const text = value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
  return unit === 'fraction' ? `${text} %` : text;
}
