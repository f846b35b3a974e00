import { watchTheme } from '../../page/palette.js';

const rows = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('#scenarios tbody tr')]);
const buttons = /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll('[data-filter]')]);
const shown = /** @type {HTMLElement} */ (document.getElementById('shown'));

/** Shows one outcome alone; null shows all. @param {string | null} outcome */
function filter(outcome) {
  for (const button of buttons)
    button.setAttribute('aria-pressed', String(button.dataset['filter'] === outcome));
  for (const row of rows) row.hidden = outcome !== null && row.dataset['outcome'] !== outcome;
  const count = rows.filter((row) => !row.hidden).length;
  shown.textContent = outcome === null ? '' : `${count} ${outcome}, of ${rows.length}`;
}

for (const button of buttons) {
  button.addEventListener('click', () =>
    filter(button.getAttribute('aria-pressed') === 'true' ? null : (button.dataset['filter'] ?? null)),
  );
}
addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') filter(null);
});
watchTheme(() => {});
