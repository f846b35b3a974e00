import { watchFilters } from './filters.js';
import { linkedPlots } from './linked-plots.js';
import { watchTheme } from './palette.js';
import { scrubber } from './scrubber.js';
import { makeSelection } from './selection.js';
import { signalTable } from './signal-table.js';
import { readData, signalLines, signalsOf } from './signals.js';
import { whenIdle } from './when-idle.js';

const data = readData();
const signals = signalsOf(data);
const selection = makeSelection(signals);
const readout = /** @type {HTMLElement} */ (document.getElementById('selection'));
const clear = /** @type {HTMLButtonElement} */ (document.getElementById('clear-selection'));

watchTheme(() => {
  plots.redraw();
  timeline.redraw();
});
watchFilters(signals, selection);
selection.onChange(() => {
  const { chosen, selected } = selection;
  const lines = chosen === undefined ? [] : signalLines(chosen, data);
  const differing = [...selected].filter((signal) => signal.differs).length;
  if (selected.size > 0) lines.unshift(`${selected.size} selected, ${differing} of them differ`);
  readout.textContent = lines.join(' · ') || 'No signal chosen.';
  clear.disabled = selected.size === 0;
});
signalTable(selection);
const plots = linkedPlots(data, signals, selection);
const timeline = scrubber(data, signals, selection);
whenIdle([...plots.later, timeline.make]);
const onClick = (/** @type {string} */ id, /** @type {() => void} */ act) =>
  document.getElementById(id)?.addEventListener('click', act);
onClick('previous-signal', () => selection.step(-1));
onClick('next-signal', () => selection.step(1));
onClick('next-difference', () => selection.nextDifference());
onClick('clear-selection', () => selection.clear());
