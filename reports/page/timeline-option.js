import { axis, common, tooltip, tooltipElement } from './plot-basics.js';

/** @typedef {import('./signals.js').PageData} PageData */
/** @typedef {Record<string, string>} Colours */
/** @typedef {{ start: number, end: number, first: number, last: number, kind: string }} CallBar */

const LANES = ['console', 'call', 'link', 'flash', 'reset', 'power'];
/** More bars than this are too many to see, and slow. */
const MOST_BARS = 1500;

/**
 * Start and end of every call, in seconds from the start of the run.
 * @param {PageData['timeline']['calls']} times
 */
export function callSpans(times) {
  /** @type {{ start: number, end: number }[]} */
  const spans = [];
  let end = 0;
  for (const [index, gap] of (times?.gapMicroseconds ?? []).entries()) {
    const start = end + gap;
    end = start + (times?.durationMicroseconds[index] ?? 0);
    spans.push({ start: start / 1e6, end: end / 1e6 });
  }
  return spans;
}

/**
 * Calls as bars; neighbours of one kind share one where there are too many to see.
 * @param {PageData} data
 */
function callBars({ timeline, calls }) {
  const spans = callSpans(timeline.calls);
  const together = Math.ceil(spans.length / MOST_BARS);
  /** @type {CallBar[]} */
  const bars = [];
  for (const [index, { start, end }] of spans.entries()) {
    const kind = calls.operation[index];
    const last = bars.at(-1);
    if (last !== undefined && last.kind === kind && last.last - last.first + 1 < together) {
      last.end = end;
      last.last = index;
    } else bars.push({ start, end, first: index, last: index, kind });
  }
  return bars;
}

/**
 * The run on its clock, a lane for each kind of happening.
 * @param {PageData} data
 * @param {Colours} colours
 */
export function timelineOption(data, colours) {
  const { events, endSeconds } = data.timeline;
  const bars = callBars(data);
  const colourOf = { info: colours.accent, warning: colours.third || colours.anomaly, error: colours.fail };
  const kinds = /** @type {Record<string, [string, string]>} */ ({
    i: ['initialize', colours.unknown],
    l: ['learn', colours.nominal],
    d: ['detect', colours.anomaly],
  });
  return {
    ...common(colours),
    grid: { left: 62, right: 18, top: 10, bottom: 62 },
    tooltip: {
      ...tooltip(colours),
      formatter: (/** @type {{ data: { lines?: string[] } }} */ { data: point }) =>
        point.lines === undefined ? '' : tooltipElement(point.lines),
    },
    xAxis: axis(colours, {
      name: 'seconds from the start of the run',
      nameGap: 24,
      min: 0,
      max: Math.max(endSeconds, 0.001),
      axisLabel: {
        color: colours.quiet,
        hideOverlap: true,
        formatter: (/** @type {number} */ value) => String(Number(value.toPrecision(4))),
      },
    }),
    yAxis: axis(colours, {
      type: 'category',
      data: LANES,
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: colours.grid } },
    }),
    dataZoom: [
      {
        type: 'slider',
        bottom: 4,
        height: 16,
        showDataShadow: false,
        brushSelect: false,
        borderColor: colours.grid,
        fillerColor: colours.shade,
        textStyle: { color: colours.quiet },
      },
      { type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseMove: true, moveOnMouseWheel: false },
    ],
    series: [
      {
        type: 'custom',
        name: 'calls',
        renderItem: bar,
        encode: { x: [0, 1], y: 2 },
        data: bars.map(({ start, end, first, last, kind }) => ({
          value: [start, end, LANES.indexOf('call')],
          itemStyle: { color: kinds[kind]?.[1] },
          call: first,
          lines: [
            first === last
              ? `Call ${first}: ${kinds[kind]?.[0]}`
              : `Calls ${first} to ${last}: ${kinds[kind]?.[0]}`,
            `${start.toFixed(3)} s to ${end.toFixed(3)} s`,
          ],
        })),
      },
      {
        type: 'custom',
        name: 'events',
        renderItem: bar,
        encode: { x: [0, 1], y: 2 },
        data: events.map(({ atSeconds, durationSeconds, lane, text, level }) => ({
          value: [atSeconds, atSeconds + (durationSeconds ?? 0), LANES.indexOf(lane)],
          itemStyle: { color: colourOf[level] },
          lines: [text, `${level === 'info' ? '' : `${level}, `}${lane} at ${atSeconds.toFixed(3)} s`],
        })),
      },
      {
        id: 'now',
        type: 'line',
        data: [],
        markLine: {
          symbol: 'none',
          silent: true,
          animation: false,
          label: { show: false },
          lineStyle: { color: colours.text, type: 'solid', width: 2 },
          data: [],
        },
      },
    ],
  };
}

/**
 * A bar in its lane, never thinner than can be seen.
 * @param {import('echarts').CustomSeriesRenderItemParams} _params
 * @param {import('echarts').CustomSeriesRenderItemAPI} api
 */
function bar(_params, api) {
  const [from, lane] = api.coord([api.value(0), api.value(2)]);
  const [to] = api.coord([api.value(1), api.value(2)]);
  const size = /** @type {number[]} */ (api.size?.([0, 1]) ?? [0, 30]);
  const height = Math.min(18, size[1] * 0.6);
  return {
    type: /** @type {const} */ ('rect'),
    shape: { x: from, y: lane - height / 2, width: Math.max(3, to - from), height },
    style: { fill: api.visual('color') },
  };
}
