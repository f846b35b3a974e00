import { axis, common, signalAxis } from './plot-basics.js';
import { selectedSeries, signalTooltip } from './signal-marks.js';

/** @typedef {import('./signals.js').Signal} Signal */
/** @typedef {import('./signals.js').PageData} PageData */
/** @typedef {Record<string, string>} Colours */

const LABEL_GROUPS = [
  { name: 'nominal', labels: ['nominal'] },
  { name: 'anomaly', labels: ['anomaly'] },
  { name: 'unknown', labels: ['unknown', 'none'] },
];
/** Lanes below the scale: detects without a similarity, and learned signals. */
const NO_SIMILARITY = -7;
const LEARNED = -14;

/** @param {Signal} signal @param {number | null} code */
function height({ operation }, code) {
  if (operation === 'learn') return LEARNED;
  return code !== null && code <= 100 ? code : NO_SIMILARITY;
}

/** Where a signal's mark stands. @param {Signal} signal */
export const similarityPoint = (signal) => [signal.number, height(signal, signal.target ?? signal.reference)];

/**
 * Similarity over the order of the run: a ring for the reference, a dot inside it for the target; what was learned lies
 * in a lane below. Points are `[signal number, height]`, plain numbers, because ten thousand objects would make the page
 * slow.
 * @param {Signal[]} signals those shown.
 * @param {Signal[]} all every signal; number n stands at index n - 1.
 * @param {PageData} data
 * @param {Colours} colours
 */
export function similarityOption(signals, all, data, colours) {
  const learned = signals.filter(({ operation }) => operation === 'learn');
  const detected = signals.filter(({ operation }) => operation === 'detect');
  const low = detected.some(({ reference, target }) => reference > 100 || (target ?? 0) > 100);
  const bottom = learned.length > 0 ? -20 : low ? -10 : 0;
  const groups = LABEL_GROUPS.map((group) => ({
    ...group,
    signals: detected.filter((signal) => group.labels.includes(signal.label)),
  })).filter((group) => group.signals.length > 0);
  const dense = signals.length > 800;
  const side = (
    /** @type {'reference' | 'target'} */ which,
    /** @type {(colour: string) => object} */ look,
  ) =>
    groups.map((group) => ({
      type: 'scatter',
      // One path for all marks of a long run: thousands of elements would take seconds.
      large: true,
      largeThreshold: 1500,
      name: `${group.name}, ${data[which]}`,
      data: group.signals
        .filter((signal) => signal[which] !== null)
        .map((signal) => [signal.number, height(signal, signal[which])]),
      ...look(colours[group.name]),
    }));
  return {
    ...common(colours),
    grid: { left: 70, right: 16, top: 34, bottom: 66, outerBoundsMode: 'none' },
    legend: {
      top: 0,
      left: 0,
      type: 'scroll',
      textStyle: { color: colours.text },
      itemWidth: 12,
      data: [
        ...groups.flatMap(({ name }) => [`${name}, ${data.reference}`, `${name}, ${data.target}`]),
        ...(learned.length > 0 ? ['learned'] : []),
        ...(signals.some((signal) => signal.differs) ? ['differs'] : []),
      ],
    },
    tooltip: signalTooltip(all, data, colours),
    xAxis: signalAxis(colours, all.length),
    yAxis: axis(colours, {
      name: 'similarity',
      nameGap: 48,
      min: bottom,
      max: 100,
      interval: 10,
      splitLine: { lineStyle: { color: colours.grid, opacity: 0.7 } },
      axisLabel: {
        color: colours.quiet,
        showMinLabel: true,
        formatter: (/** @type {number} */ value) =>
          value === -10
            ? learned.length > 0
              ? 'learned'
              : 'none'
            : value >= 0 && value % 20 === 0
              ? String(value)
              : '',
      },
    }),
    dataZoom: zoom(colours),
    series: [
      ...side('reference', (colour) => ({
        symbolSize: dense ? 6 : 11,
        itemStyle: { color: 'transparent', borderColor: colour, borderWidth: dense ? 1 : 1.6 },
        z: 2,
      })),
      ...side('target', (colour) => ({ symbolSize: dense ? 3 : 5, itemStyle: { color: colour }, z: 3 })),
      ...(learned.length === 0
        ? []
        : [
            {
              type: 'scatter',
              large: true,
              largeThreshold: 1500,
              name: 'learned',
              symbol: 'rect',
              symbolSize: dense ? [1.5, 7] : [2.5, 9],
              itemStyle: { color: colours.unknown },
              data: learned.map((signal) => [signal.number, LEARNED]),
              z: 2,
            },
          ]),
      {
        type: 'scatter',
        large: true,
        largeThreshold: 1500,
        name: 'differs',
        // Where there are thousands, crosses would be a smear, and one path cannot draw them.
        symbol: dense ? 'rect' : 'path://M0,0L10,10M10,0L0,10',
        symbolSize: dense ? 3 : 11,
        itemStyle: dense
          ? { color: colours.fail }
          : { color: 'transparent', borderColor: colours.fail, borderWidth: 1.6 },
        data: signals.filter((signal) => signal.differs).map(similarityPoint),
        z: 4,
      },
      thresholdSeries(data.threshold, colours),
      ...selectedSeries(colours),
    ],
  };
}

/** Zoom by the slider, and by the wheel with Ctrl; dragging is left to select. @param {Colours} colours */
function zoom(colours) {
  return [
    {
      type: 'slider',
      bottom: 6,
      height: 16,
      showDataShadow: false,
      brushSelect: false,
      textStyle: { color: colours.quiet },
      borderColor: colours.grid,
      fillerColor: colours.shade,
    },
    { type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseMove: false, moveOnMouseWheel: false },
  ];
}

/**
 * @param {number} threshold
 * @param {Colours} colours
 */
function thresholdSeries(threshold, colours) {
  return {
    type: 'scatter',
    large: true,
    largeThreshold: 1500,
    name: 'threshold',
    data: [],
    itemStyle: { color: colours.text },
    markLine: {
      symbol: 'none',
      silent: true,
      lineStyle: { color: colours.text, type: 'dashed', width: 1.2 },
      label: {
        position: 'insideStartTop',
        formatter: `threshold ${threshold}`,
        color: colours.text,
        textBorderColor: colours.panel,
        textBorderWidth: 3,
      },
      data: [{ yAxis: threshold }],
    },
  };
}
