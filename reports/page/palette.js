/** Colours of the plots, read from the style sheet so that page and plots change together. */
export function palette() {
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: colour('text'),
    quiet: colour('quiet'),
    grid: colour('line'),
    panel: colour('panel'),
    nominal: colour('nominal'),
    anomaly: colour('anomaly'),
    unknown: colour('unknown'),
    pass: colour('pass'),
    fail: colour('fail'),
    accent: colour('accent'),
    abnormal: colour('abnormal'),
    second: colour('second'),
    third: colour('third'),
    shade: colour('shade'),
  };
}

/**
 * The theme button: starts from the system's choice, and paper is always light.
 * @param {() => void} redraw
 */
export function watchTheme(redraw) {
  const root = document.documentElement;
  const button = /** @type {HTMLButtonElement} */ (document.getElementById('theme'));
  const dark = matchMedia('(prefers-color-scheme: dark)');
  /** @type {boolean | null} null follows the system. */
  let chosen = null;
  const paint = (/** @type {boolean} */ isDark) => {
    root.dataset['theme'] = isDark ? 'dark' : 'light';
    button.textContent = isDark ? 'Light' : 'Dark';
    button.setAttribute('aria-pressed', String(isDark));
  };
  const apply = (/** @type {boolean} */ isDark) => {
    paint(isDark);
    redraw();
  };
  const follow = () => apply(chosen ?? dark.matches);
  button.addEventListener('click', () => {
    chosen = !(chosen ?? dark.matches);
    follow();
  });
  dark.addEventListener('change', follow);
  addEventListener('beforeprint', () => apply(false));
  addEventListener('afterprint', follow);
  paint(dark.matches);
}
