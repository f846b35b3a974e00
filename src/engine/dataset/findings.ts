import { type Dataset, type Finding, signalAt } from './dataset.ts';
import { SignalInspector } from './inspect/signal-inspector.ts';

const UNKNOWN_COLUMNS = { column: () => 1, endColumn: () => 1 };

/** Everything about a file's signals that should be known before a search; none of it blocks. */
export function inspectSignals(dataset: Omit<Dataset, 'findings' | 'sha256'>, axes: number): Finding[] {
  const inspector = new SignalInspector(axes);
  for (let row = 0; row < dataset.lines; row++) {
    inspector.line(signalAt(dataset as Dataset, row), dataset.lineNumbers[row]!, UNKNOWN_COLUMNS);
  }
  return inspector.findings();
}
