/** Pixels that a pointer moves before a click becomes a drag. */
const CLICK_SLACK = 5;

/**
 * Selects by dragging a rectangle over a plot with mouse or pen; a finger scrolls the page instead.
 * @param {import('echarts').ECharts} chart
 * @param {(inside: (x: number, y: number) => boolean) => void} onArea called with a test in the plot's own coordinates.
 */
export function selectByDragging(chart, onArea) {
  const plot = chart.getDom();
  const frame = document.createElement('div');
  frame.className = 'drag-frame';
  frame.hidden = true;
  plot.append(frame);
  /** @type {[number, number] | undefined} */
  let from;
  const at = (/** @type {PointerEvent} */ event) => {
    const box = plot.getBoundingClientRect();
    return /** @type {[number, number]} */ ([event.clientX - box.x, event.clientY - box.y]);
  };
  plot.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'touch' || event.button !== 0) return;
    const place = at(event);
    if (chart.containPixel('grid', place)) from = place;
  });
  plot.addEventListener('pointermove', (event) => {
    if (from === undefined) return;
    const to = at(event);
    frame.hidden = Math.hypot(to[0] - from[0], to[1] - from[1]) < CLICK_SLACK;
    frame.style.left = `${Math.min(from[0], to[0])}px`;
    frame.style.top = `${Math.min(from[1], to[1])}px`;
    frame.style.width = `${Math.abs(to[0] - from[0])}px`;
    frame.style.height = `${Math.abs(to[1] - from[1])}px`;
  });
  const end = (/** @type {PointerEvent} */ event) => {
    const start = from;
    from = undefined;
    if (start === undefined || frame.hidden) return;
    frame.hidden = true;
    const [a, b] = [start, at(event)].map((place) => chart.convertFromPixel('grid', place));
    const between = (/** @type {number} */ value, /** @type {number} */ axis) =>
      value >= Math.min(a[axis], b[axis]) && value <= Math.max(a[axis], b[axis]);
    onArea((x, y) => between(x, 0) && between(y, 1));
  };
  plot.addEventListener('pointerup', end);
  plot.addEventListener('pointerleave', end);
}
