/**
 * Runs tasks one after the other behind everything else that the browser has to do, so that the first screen stands at
 * once; all that are left before anything is printed.
 * @param {(() => void)[]} tasks
 */
export function whenIdle(tasks) {
  const left = [...tasks];
  const root = document.documentElement;
  const next = () => {
    left.shift()?.();
    if (left.length > 0) soon(next);
    else root.dataset['drawn'] = 'all';
  };
  addEventListener('beforeprint', () => {
    while (left.length > 0) left.shift()?.();
    root.dataset['drawn'] = 'all';
  });
  soon(next);
}

/**
 * After what the reader does and sees, but at once then: waiting for the browser to be idle let the last plots of a long
 * run come seconds after they were ready to be drawn.
 * @param {() => void} task
 */
function soon(task) {
  const { scheduler } = /** @type {{ scheduler?: { postTask: Function } }} */ (
    /** @type {unknown} */ (window)
  );
  if (scheduler !== undefined) scheduler.postTask(task, { priority: 'background' });
  else setTimeout(task, 20);
}
