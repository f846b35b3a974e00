/**
 * Runs tasks one after the other while the browser has nothing else to do, so that the first screen stands at once; all
 * that are left before anything is printed.
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

/** @param {() => void} task */
function soon(task) {
  if ('requestIdleCallback' in window) requestIdleCallback(task, { timeout: 500 });
  else setTimeout(task, 20);
}
