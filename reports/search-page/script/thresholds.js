import { axis, common, tooltip, tooltipElement } from '../../page/plot-basics.js';
import { percentText } from './data.js';

/** @typedef {import('./data.js').SearchPageData} SearchPageData */
/** @typedef {import('./data.js').Colours} Colours */

/**
 * Balanced accuracy at thresholds 1 … 100 for both parts, and the shares that it is the mean of.
 * @param {SearchPageData} data
 * @param {Colours} colours
 */
export function thresholdsOption({ thresholds, threshold, calibrated }, colours) {
  const { crossValidated, heldOut } = thresholds;
  const points = (/** @type {(number | null)[]} */ column) =>
    column.map((fraction, i) => [i + 1, fraction === null ? null : fraction * 100]);
  const line = (
    /** @type {string} */ name,
    /** @type {(number | null)[]} */ column,
    /** @type {string} */ color,
    /** @type {object} */ style,
  ) => ({
    type: 'line',
    name,
    data: points(column),
    symbol: 'none',
    lineStyle: { color, ...style },
    itemStyle: { color },
  });
  const thin = { width: 1.2 };
  const dashed = { type: 'dashed' };
  const series = [
    ...(calibrated
      ? [
          line('balanced, held out', heldOut.balancedAccuracy, colours.text, { width: 2.5 }),
          line('balanced, cross-validated', crossValidated.balancedAccuracy, colours.text, {
            width: 2,
            ...dashed,
          }),
        ]
      : []),
    line('regular right', heldOut.regularRight, colours.nominal, thin),
    line('regular right, cross-validated', crossValidated.regularRight, colours.nominal, {
      ...thin,
      ...dashed,
    }),
    ...(calibrated
      ? [
          line('abnormal right', heldOut.abnormalRight, colours.abnormal, thin),
          line('abnormal right, cross-validated', crossValidated.abnormalRight, colours.abnormal, {
            ...thin,
            ...dashed,
          }),
        ]
      : []),
  ];
  const text = (/** @type {number | null} */ fraction) =>
    fraction === null ? 'not shown' : percentText(fraction);
  return {
    ...common(colours),
    grid: { left: 44, right: 14, top: 30, bottom: 38 },
    legend: {
      top: 0,
      left: 0,
      type: 'scroll',
      itemWidth: 14,
      textStyle: { color: colours.text },
      data: [
        ...(calibrated ? ['balanced, held out'] : []),
        'regular right',
        ...(calibrated ? ['abnormal right'] : []),
      ],
    },
    tooltip: {
      ...tooltip(colours),
      trigger: 'axis',
      formatter: (/** @type {{ dataIndex: number }[]} */ [{ dataIndex: i }]) =>
        tooltipElement([
          `Threshold ${i + 1}`,
          ...[
            /** @type {const} */ (['cross-validated', crossValidated]),
            /** @type {const} */ (['held out', heldOut]),
          ].map(
            ([name, part]) =>
              `${name}: balanced accuracy ${text(part.balancedAccuracy[i])}, regular ${text(part.regularRight[i])}, abnormal ${text(part.abnormalRight[i])}`,
          ),
        ]),
    },
    xAxis: axis(colours, {
      name: 'threshold',
      nameGap: 22,
      min: 0,
      max: 100,
      interval: 10,
      splitLine: { show: false },
    }),
    yAxis: axis(colours, { name: '% right', nameGap: 28, min: 0, max: 100, interval: 20 }),
    series: series.map((one, i) =>
      i > 0
        ? one
        : {
            ...one,
            markLine: {
              symbol: 'none',
              silent: true,
              label: { show: false },
              lineStyle: { color: colours.quiet, type: 'dashed', width: 2 },
              data: [{ xAxis: threshold }],
            },
          },
    ),
  };
}
