import { axis, common, tooltip, tooltipElement } from './plot-basics.js';
import { answerText, outcome } from './signals.js';

/** @typedef {import('./signals.js').Signal} Signal */
/** @typedef {import('./signals.js').PageData} PageData */
/** @typedef {Record<string, string>} Colours */

const LABEL_GROUPS = [
  { name: 'nominal', labels: ['nominal'] },
  { name: 'anomaly', labels: ['anomaly'] },
  { name: 'unknown', labels: ['unknown', 'none'] },
];
/** Answers that are no similarity stand below the scale. */
const NO_SIMILARITY = -6;

/** @param {number | null} code */
const height = (code) => (code !== null && code <= 100 ? code : NO_SIMILARITY);

/**
 * @param {Signal} signal
 * @param {PageData} data
 */
export function signalLines(signal, data) {
  return [
    `Signal ${signal.number}: ${signal.file} line ${signal.line}`,
    `label ${signal.label}, ${outcome(signal)}`,
    `${data.reference} ${answerText(signal.reference)}, ${data.target} ${answerText(signal.target)}`,
    `call ${signal.call}, learn counter ${signal.counter}, knowledge ${signal.digest}`,
  ];
}

/**
 * Similarity over the order of detection: a ring for the reference, a dot inside it for the target. Points are
 * `[signal number, height]`, plain numbers, because ten thousand objects would make the page slow.
 * @param {Signal[]} signals those shown.
 * @param {Signal[]} all every signal; number n stands at index n - 1.
 * @param {PageData} data
 * @param {Colours} colours
 */
export function similarityOption(signals, all, data, colours) {
  const low = signals.some((signal) => signal.reference > 100 || (signal.target ?? 0) > 100);
  const groups = LABEL_GROUPS.map((group) => ({
    ...group,
    signals: signals.filter((signal) => group.labels.includes(signal.label)),
  })).filter((group) => group.signals.length > 0);
  const side = (
    /** @type {'reference' | 'target'} */ which,
    /** @type {(colour: string) => object} */ look,
  ) =>
    groups.map((group) => ({
      type: 'scatter',
      name: `${group.name}, ${data[which]}`,
      data: group.signals
        .filter((signal) => signal[which] !== null)
        .map((signal) => [signal.number, height(signal[which])]),
      ...look(colours[group.name]),
    }));
  const dense = signals.length > 800;
  return {
    ...common(colours),
    grid: { left: 46, right: 16, top: 34, bottom: 74 },
    legend: {
      top: 0,
      left: 0,
      type: 'scroll',
      textStyle: { color: colours.text },
      itemWidth: 12,
      data: [
        ...groups.flatMap(({ name }) => [`${name}, ${data.reference}`, `${name}, ${data.target}`]),
        ...(signals.some((signal) => signal.differs) ? ['differs'] : []),
      ],
    },
    tooltip: {
      ...tooltip(colours),
      formatter: (/** @type {{ value: number[] }} */ { value }) => {
        const signal = all[value[0] - 1];
        return signal === undefined ? '' : tooltipElement(signalLines(signal, data));
      },
    },
    xAxis: axis(colours, {
      name: 'signal, in the order of detection',
      nameGap: 26,
      min: 0,
      max: (/** @type {{ max: number }} */ { max }) => max + 1,
      minInterval: 1,
      splitLine: { show: false },
    }),
    yAxis: axis(colours, {
      name: 'similarity',
      nameGap: 30,
      min: low ? -10 : 0,
      max: 100,
      interval: 10,
      axisLabel: {
        color: colours.quiet,
        formatter: (/** @type {number} */ value) =>
          value < 0 ? 'none' : value % 20 === 0 ? String(value) : '',
      },
    }),
    dataZoom: [
      {
        type: 'slider',
        bottom: 6,
        height: 20,
        textStyle: { color: colours.quiet },
        borderColor: colours.grid,
      },
      { type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseMove: true, moveOnMouseWheel: false },
    ],
    series: [
      ...side('reference', (colour) => ({
        symbol: 'circle',
        symbolSize: dense ? 6 : 12,
        itemStyle: { color: 'transparent', borderColor: colour, borderWidth: dense ? 1 : 2 },
        z: 2,
      })),
      ...side('target', (colour) => ({ symbolSize: dense ? 3 : 5, itemStyle: { color: colour }, z: 3 })),
      {
        type: 'scatter',
        name: 'differs',
        symbol: 'path://M0,0L10,10M10,0L0,10',
        symbolSize: dense ? 7 : 12,
        itemStyle: { color: 'transparent', borderColor: colours.fail, borderWidth: dense ? 1 : 2 },
        data: signals
          .filter((signal) => signal.differs)
          .map((signal) => [signal.number, height(signal.target)]),
        z: 4,
      },
      thresholdSeries(data.threshold, colours),
      selectedSeries(colours),
    ],
  };
}

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
    if (signal.target === null || signal.target > 100 || signal.reference > 100) continue;
    const key = `${signal.reference},${signal.target}`;
    const cell = cells.get(key);
    if (cell) cell.push(signal);
    else cells.set(key, [signal]);
  }
  const points = [...cells.values()].map((cell) => {
    const first = /** @type {Signal} */ (cell[0]);
    const value = [first.reference, first.target];
    const color = first.reference === first.target ? colours.accent : colours.fail;
    return {
      value,
      cell,
      signal: first,
      symbolSize: Math.min(26, 5 + 2.2 * Math.sqrt(cell.length)),
      itemStyle: { color },
    };
  });
  const scale = { min: 0, max: 100, interval: 20 };
  const line = { symbol: 'none', silent: true, label: { show: false } };
  return {
    ...common(colours),
    grid: { left: 46, right: 16, top: 14, bottom: 44 },
    tooltip: {
      ...tooltip(colours),
      formatter: (/** @type {{ data: { cell?: Signal[], value: number[] } }} */ { data: point }) =>
        point.cell ? tooltipElement(cellLines(point.cell, data)) : '',
    },
    xAxis: axis(colours, { ...scale, name: data.reference, nameGap: 26 }),
    yAxis: axis(colours, { ...scale, name: data.target, nameGap: 30 }),
    series: [
      {
        type: 'scatter',
        name: 'signals',
        data: points,
        itemStyle: { opacity: 0.75 },
        markLine: {
          ...line,
          data: [
            [
              { coord: [0, 0], lineStyle: { color: colours.quiet, type: 'solid' } },
              { coord: [100, 100], lineStyle: { color: colours.quiet, type: 'solid' } },
            ],
            { xAxis: data.threshold, lineStyle: { color: colours.fail, type: 'dashed' } },
            { yAxis: data.threshold, lineStyle: { color: colours.fail, type: 'dashed' } },
          ],
        },
      },
      selectedSeries(colours),
    ],
  };
}

/**
 * @param {Signal[]} cell
 * @param {PageData} data
 */
function cellLines(cell, data) {
  const first = /** @type {Signal} */ (cell[0]);
  const many = cell.length === 1 ? '1 signal' : `${cell.length} signals`;
  const places = cell
    .slice(0, 4)
    .map((signal) => `signal ${signal.number}: ${signal.file} line ${signal.line}`);
  if (cell.length > 4) places.push(`and ${cell.length - 4} more`);
  return [`${many}: ${data.reference} ${first.reference}, ${data.target} ${first.target}`, ...places];
}

/**
 * Ticks of every call that told them, by kind of call.
 * @param {PageData} data
 * @param {Colours} colours
 */
export function ticksOption({ calls, files, unit }, colours) {
  const kinds = /** @type {const} */ ([
    ['learn', 'l', colours.nominal],
    ['detect', 'd', colours.anomaly],
  ]);
  return {
    ...common(colours),
    grid: { left: 70, right: 16, top: 34, bottom: 44 },
    legend: { top: 0, left: 0, textStyle: { color: colours.text }, itemWidth: 12 },
    tooltip: {
      ...tooltip(colours),
      formatter: (/** @type {{ seriesName: string, value: number[] }} */ { seriesName, value }) =>
        tooltipElement([
          `Call ${value[0]}: ${seriesName} of ${files[calls.file[value[0]]] ?? '–'} line ${calls.line[value[0]]}`,
          `${value[1].toLocaleString('en-US')} ${unit}`,
        ]),
    },
    xAxis: axis(colours, { name: 'call', nameGap: 26, minInterval: 1, splitLine: { show: false } }),
    yAxis: axis(colours, { name: unit, nameGap: 56, scale: true }),
    series: kinds.map(([name, letter, color]) => ({
      type: 'scatter',
      name,
      symbol: name === 'learn' ? 'rect' : 'circle',
      symbolSize: 4,
      itemStyle: { color },
      data: calls.target.ticks.flatMap((ticks, call) =>
        ticks !== null && calls.operation[call] === letter ? [[call, ticks]] : [],
      ),
    })),
  };
}

/**
 * @param {number} threshold
 * @param {Colours} colours
 */
function thresholdSeries(threshold, colours) {
  return {
    type: 'scatter',
    name: 'threshold',
    data: [],
    itemStyle: { color: colours.fail },
    markLine: {
      symbol: 'none',
      silent: true,
      lineStyle: { color: colours.fail, type: 'dashed', width: 1.5 },
      label: {
        position: 'insideEndTop',
        formatter: `threshold ${threshold}`,
        color: colours.fail,
        textBorderColor: colours.panel,
        textBorderWidth: 3,
      },
      data: [{ yAxis: threshold }],
    },
  };
}

/** @param {Colours} colours */
function selectedSeries(colours) {
  return {
    id: 'selected',
    type: 'scatter',
    data: [],
    symbol: 'circle',
    symbolSize: 22,
    silent: true,
    itemStyle: { color: 'transparent', borderColor: colours.text, borderWidth: 2 },
    z: 6,
  };
}

/**
 * Where the chosen signal stands in both plots.
 * @param {Signal | undefined} signal
 */
export function selectedPoints(signal) {
  if (signal === undefined) return { similarity: [], agreement: [] };
  const plain = signal.target !== null && signal.target <= 100 && signal.reference <= 100;
  return {
    similarity: [[signal.number, height(signal.target ?? signal.reference)]],
    agreement: plain ? [[signal.reference, signal.target]] : [],
  };
}
