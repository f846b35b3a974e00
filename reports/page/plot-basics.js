/** @typedef {Record<string, string>} Colours */

/**
 * A tooltip as an element, so that no text of a file name is ever read as markup.
 * @param {string[]} lines
 */
export function tooltipElement(lines) {
  const box = document.createElement('div');
  for (const [index, text] of lines.entries()) {
    const line = document.createElement(index === 0 ? 'strong' : 'div');
    line.textContent = text;
    box.append(line);
  }
  return box;
}

/** @param {Colours} colours */
export function common(colours) {
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: 'inherit', color: colours.text },
  };
}

/**
 * @param {Colours} colours
 * @param {object} more
 */
export function axis(colours, more) {
  return {
    type: 'value',
    nameLocation: 'middle',
    nameTextStyle: { color: colours.quiet },
    axisLabel: { color: colours.quiet, hideOverlap: true },
    axisLine: { lineStyle: { color: colours.grid } },
    splitLine: { lineStyle: { color: colours.grid } },
    ...more,
  };
}

/**
 * The axis of all signals, one place each.
 * @param {Colours} colours
 * @param {number} count
 */
export function signalAxis(colours, count) {
  return axis(colours, {
    name: 'signal, in the order of the run',
    nameGap: 24,
    min: 0,
    max: count + 1,
    minInterval: 1,
    splitLine: { show: false },
  });
}

/** @param {Colours} colours */
export const tooltip = (colours) => ({
  trigger: 'item',
  confine: true,
  backgroundColor: colours.panel,
  borderColor: colours.grid,
  textStyle: { color: colours.text },
});

/** Width of a plot on paper, CSS pixels: A4 portrait between its margins. */
const PAPER_WIDTH = 680;

/**
 * Keeps plots as wide as their places, on screen and on paper.
 * @param {import('echarts').ECharts[]} charts
 */
export function keepSized(charts) {
  const observer = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const one = charts.find((candidate) => candidate.getDom() === target);
      // The first call only says what the plot was made with: drawing it twice would cost the reader's time.
      if (one !== undefined && Math.abs(one.getWidth() - contentRect.width) >= 1) one.resize();
    }
  });
  for (const one of charts) observer.observe(one.getDom());
  addEventListener('beforeprint', () => {
    for (const one of charts) one.resize({ width: Math.min(PAPER_WIDTH, one.getWidth()) });
  });
  addEventListener('afterprint', () => {
    for (const one of charts) one.resize({ width: 'auto' });
  });
}

/** @param {string} id of the plot's element. */
export function plotIn(id) {
  return window.echarts.init(document.getElementById(id), null, { devicePixelRatio: 2 });
}
