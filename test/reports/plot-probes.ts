import type { Page } from 'playwright-core';

/** Where points of a plot lie in the window, after it was brought there. */
export function pixels(page: Page, plot: string, points: number[][]): Promise<[number, number][]> {
  return page.evaluate(`(() => {
    const plot = document.getElementById('${plot}');
    plot.scrollIntoView({ block: 'center' });
    const box = plot.getBoundingClientRect();
    return ${JSON.stringify(points)}.map((point) => {
      const [x, y] = echarts.getInstanceByDom(plot).convertToPixel('grid', point);
      return [box.x + x, box.y + y];
    });
  })()`);
}

/** Points of the series that marks what is selected, or chosen. */
export function selectedPoints(page: Page, plot: string, id: 'selected' | 'chosen'): Promise<number[][]> {
  return page.evaluate(
    `echarts.getInstanceByDom(document.getElementById('${plot}')).getOption().series.find((one) => one.id === '${id}').data`,
  );
}

/** Smallest contrast ratio (WCAG 2.2, 1.4.3) of visible text against the nearest opaque ground. */
export const LOWEST_CONTRAST = `(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      const stripes = style.backgroundImage.match(/rgb\\([^)]*\\)/g);
      if (stripes) return stripes.at(-1);
      if ((channels(style.backgroundColor)[3] ?? 1) > 0) return style.backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  let lowest = 21;
  const walker = document.createTreeWalker(document.querySelector('main').parentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === '' || !element.checkVisibility() || element.closest('script,style,button:disabled')) continue;
    const [a, b] = [getComputedStyle(element).color, ground(element)].map((c) => luminance(channels(c)));
    lowest = Math.min(lowest, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return lowest;
})()`;
