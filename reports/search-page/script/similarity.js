import { axis, common, tooltip, tooltipElement } from '../../page/plot-basics.js';

/** @typedef {import('./data.js').Line} Line */
/** @typedef {import('./data.js').SearchPageData} SearchPageData */
/** @typedef {import('./data.js').Colours} Colours */

/**
 * @param {Line} line
 * @param {SearchPageData} data
 */
export function lineWords(line, { couples, threshold }) {
  const where = couples.length > 1 ? `${couples[line.couple]}, ` : '';
  return [
    `${line.file} line ${line.line}`,
    `${where}${line.label}, ${line.part === 'selection' ? 'cross-validated' : 'held out'}`,
    `similarity ${line.similarity}: ${line.similarity >= threshold ? 'nominal' : 'anomaly'}${line.misjudged ? ', misjudged' : ''}`,
  ];
}

const KINDS = /** @type {const} */ ([
  ['regular', 'selection', 'regular, cross-validated'],
  ['regular', 'held out', 'regular, held out'],
  ['abnormal', 'selection', 'abnormal, cross-validated'],
  ['abnormal', 'held out', 'abnormal, held out'],
]);

/**
 * Similarity over the order of the record, each label and part as a series of its own. Points are
 * `[line number, similarity]`, plain numbers, because forty thousand objects would make the page slow.
 * @param {Line[]} lines those shown.
 * @param {Line[]} all every line; number n stands at index n - 1.
 * @param {SearchPageData} data
 * @param {Colours} colours
 */
export function signalPlotOption(lines, all, data, colours) {
  const size = lines.length > 2000 ? 3 : lines.length > 600 ? 5 : 7;
  return {
    ...common(colours),
    grid: { left: 44, right: 12, top: 30, bottom: 38 },
    legend: {
      top: 0,
      left: 0,
      type: 'scroll',
      itemWidth: 12,
      itemGap: 14,
      textStyle: { color: colours.text },
      data: KINDS.filter(([label, part]) => lines.some((l) => l.label === label && l.part === part)).map(
        ([, , name]) => name,
      ),
    },
    tooltip: {
      ...tooltip(colours),
      formatter: (/** @type {{ value: number[] }} */ { value }) => {
        const line = all[value[0] - 1];
        return line === undefined ? '' : tooltipElement(lineWords(line, data));
      },
    },
    xAxis: axis(colours, {
      name: 'lines in the order of the files; shaded: held out',
      nameGap: 22,
      min: 0,
      max: all.length + 1,
      minInterval: 1,
      splitLine: { show: false },
    }),
    yAxis: axis(colours, { name: 'similarity', nameGap: 28, min: 0, max: 100, interval: 10 }),
    series: [
      ...KINDS.map(([label, part, name], i) => {
        const colour = label === 'regular' ? colours.nominal : colours.abnormal;
        const ring = part === 'selection';
        return {
          type: 'scatter',
          name,
          symbol: ring ? 'circle' : 'diamond',
          symbolSize: ring ? size : size + 2,
          itemStyle: ring
            ? { color: 'transparent', borderColor: colour, borderWidth: size > 4 ? 1.4 : 1, opacity: 0.85 }
            : { color: colour, opacity: 0.85 },
          data: lines
            .filter((l) => l.label === label && l.part === part)
            .map((l) => [l.number, l.similarity]),
          z: 3,
          ...(i === 0
            ? { markLine: thresholdLine(data, colours), markArea: heldOutAreas(all, colours) }
            : {}),
        };
      }),
      {
        type: 'scatter',
        id: 'chosen',
        data: [],
        silent: true,
        symbolSize: size + 12,
        itemStyle: { color: 'transparent', borderColor: colours.text, borderWidth: 2 },
        z: 5,
      },
    ],
  };
}

/**
 * @param {SearchPageData} data
 * @param {Colours} colours
 */
function thresholdLine({ threshold }, colours) {
  return {
    symbol: 'none',
    silent: true,
    lineStyle: { color: colours.quiet, type: 'dashed', width: 2 },
    label: { show: false },
    data: [{ yAxis: threshold }],
  };
}

/**
 * Stretches of lines held out.
 * @param {Line[]} all
 * @param {Colours} colours
 */
function heldOutAreas(all, colours) {
  /** @type {{ xAxis: number }[][]} */
  const areas = [];
  let from = 0;
  for (const [i, line] of [...all, undefined].entries()) {
    if (line?.part === 'held out') {
      if (from === 0) from = i + 1;
    } else if (from > 0) {
      areas.push([{ xAxis: from - 0.5 }, { xAxis: i + 0.5 }]);
      from = 0;
    }
  }
  return { silent: true, itemStyle: { color: colours.shade }, label: { show: false }, data: areas };
}
