import { watchTheme } from './palette.js';
import { drawPlots } from './plots.js';
import { signalTable } from './signal-table.js';
import { detectedSignals, passes, readData } from './signals.js';

const data = readData();
const signals = detectedSignals(data);
const plots = drawPlots(data, signals);
watchTheme(plots.redraw);
const table = signalTable();
const filter = /** @type {HTMLSelectElement} */ (document.getElementById('filter'));
const shownCount = /** @type {HTMLElement} */ (document.getElementById('shown-count'));

const applyFilter = () => {
  const shown = signals.filter((signal) => passes(filter.value, signal));
  shownCount.textContent = `${shown.length} of ${signals.length} signals`;
  plots.show(shown);
  table.show(shown);
};
filter.addEventListener('change', applyFilter);
applyFilter();
