/**
 * @typedef {import('../page-data.ts').PageData} PageData
 * @typedef {{
 *   number: number, call: number, file: string, line: number, label: string, seen: boolean,
 *   reference: number, target: number | null, differs: boolean, misjudged: boolean,
 *   counter: string, digest: string,
 * }} Signal `number` counts from 1: signal n stands at index n - 1.
 */

const LABELS = { n: 'nominal', a: 'anomaly', u: 'unknown', '-': 'none' };

/** @returns {PageData} the data that stand in the page. */
export function readData() {
  const element = document.getElementById('run-data');
  return JSON.parse(element?.textContent ?? '');
}

/** @param {number | null | undefined} word */
const hex8 = (word) => (typeof word === 'number' ? word.toString(16).padStart(8, '0') : '–');

/**
 * Every detected signal, in the order of detection.
 * @param {PageData} data
 * @returns {Signal[]}
 */
export function detectedSignals({ calls, files, threshold }) {
  const { reference, target } = calls;
  /** @type {Signal[]} */
  const signals = [];
  for (let call = 0; call < calls.operation.length; call++) {
    if (calls.operation[call] !== 'd' || call >= reference.code.length) continue;
    const label = LABELS[/** @type {keyof typeof LABELS} */ (calls.label[call])];
    const answered = call < target.code.length;
    const code = answered ? target.code[call] : null;
    const both = (/** @type {string} */ a, /** @type {string} */ b) =>
      !answered || a === b ? a : `${a} | ${b}`;
    const differs =
      answered &&
      (code !== reference.code[call] ||
        target.learnCounter[call] !== reference.learnCounter[call] ||
        target.digest[call] !== reference.digest[call]);
    const judged = code !== null && code <= 100 ? (code >= threshold ? 'nominal' : 'anomaly') : null;
    signals.push({
      number: signals.length + 1,
      call,
      file: files[calls.file[call]] ?? '–',
      line: calls.line[call],
      label,
      seen: calls.seen[call] === '1',
      reference: reference.code[call],
      target: code,
      differs,
      misjudged: judged !== null && (label === 'nominal' || label === 'anomaly') && judged !== label,
      counter: both(String(reference.learnCounter[call] ?? '–'), String(target.learnCounter[call] ?? '–')),
      digest: both(hex8(reference.digest[call]), hex8(target.digest[call])),
    });
  }
  return signals;
}

/** @param {number | null} code a similarity, or a return code above 100. */
export function answerText(code) {
  if (code === null) return 'no answer';
  return code <= 100 ? String(code) : `code ${code}`;
}

/** @param {Signal} signal */
export function outcome(signal) {
  if (signal.target === null) return 'not answered';
  const words = [signal.differs ? 'differs' : 'same'];
  if (signal.target > 100) words.push('no similarity');
  if (signal.misjudged) words.push('misjudged');
  if (signal.seen) words.push('seen');
  return words.join(', ');
}

/**
 * Whether a filter of the page lets a signal pass.
 * @param {string} filter
 * @param {Signal} signal
 */
export function passes(filter, signal) {
  if (filter === 'differs') return signal.differs;
  if (filter === 'misjudged') return signal.misjudged && !signal.seen;
  if (filter === 'seen') return signal.seen;
  if (filter === 'unknown') return signal.label === 'unknown' || signal.label === 'none';
  return filter === 'all' || signal.label === filter;
}
