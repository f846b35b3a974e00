import { passes } from './signals.js';

/** @typedef {import('./signals.js').Signal} Signal */

/**
 * The filters above the plots, each with how many signals pass it; those that none passes step back.
 * @param {Signal[]} all
 * @param {import('./selection.js').Selection} selection
 */
export function watchFilters(all, selection) {
  const inputs = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('#filters input'));
  for (const input of inputs) {
    const many = all.filter((signal) => passes(input.value, signal)).length;
    const count = input.parentElement?.querySelector('b');
    if (count) count.textContent = many.toLocaleString('en-US');
    input.parentElement?.classList.toggle('none', many === 0);
    input.addEventListener('change', () =>
      selection.show(all.filter((signal) => passes(input.value, signal))),
    );
  }
}
