/**
 * @typedef {import('../page-data.ts').PageData} PageData
 * @typedef {{
 *   number: number, call: number, operation: 'learn' | 'detect', file: string, line: number, label: string,
 *   seen: boolean, reference: number, target: number | null, differs: boolean, flip: boolean, misjudged: boolean,
 *   residual: number | null, ulp: number | null, counter: string, digest: string,
 * }} Signal `number` counts learns and detects of the run from 1: signal n stands at index n - 1.
 */

const LABELS = { n: 'nominal', a: 'anomaly', u: 'unknown', '-': 'none' };

/** @returns {PageData} the data that stand in the page. */
export function readData() {
  const element = document.getElementById('run-data');
  return JSON.parse(element?.textContent ?? '');
}

/** @param {number | null | undefined} word */
const hex8 = (word) => (typeof word === 'number' ? word.toString(16).padStart(8, '0') : '–');

/** Largest similarity; greater answers of detect are return codes. */
const LARGEST = 100;

/**
 * Every signal of the run, learned or detected, in the order of the calls.
 * @param {PageData} data
 * @returns {Signal[]}
 */
export function signalsOf(data) {
  const { calls, files, threshold } = data;
  const { reference, target } = calls;
  const flips = new Set(data.flips);
  /** @type {Signal[]} */
  const signals = [];
  for (let call = 0; call < calls.operation.length && call < reference.code.length; call++) {
    if (calls.operation[call] === 'i') continue;
    const operation = calls.operation[call] === 'd' ? 'detect' : 'learn';
    const label = LABELS[/** @type {keyof typeof LABELS} */ (calls.label[call])];
    const answered = call < target.code.length;
    const code = answered ? target.code[call] : null;
    const both = (/** @type {string} */ a, /** @type {string} */ b) =>
      !answered || a === b ? a : `${a} | ${b}`;
    const distances = [reference.distance?.[call] ?? null, target.distance?.[call] ?? null];
    const ulp = ulpBetween(distances[0], answered ? distances[1] : null);
    const differs =
      answered &&
      (code !== reference.code[call] ||
        target.learnCounter[call] !== reference.learnCounter[call] ||
        target.digest[call] !== reference.digest[call] ||
        (ulp ?? 0) > 0);
    const scored = operation === 'detect' && code !== null && code <= LARGEST;
    const judged = scored ? (code >= threshold ? 'nominal' : 'anomaly') : null;
    signals.push({
      number: signals.length + 1,
      call,
      operation,
      file: files[calls.file[call]] ?? '–',
      line: calls.line[call],
      label,
      seen: calls.seen[call] === '1',
      reference: reference.code[call],
      target: code,
      differs,
      flip: flips.has(call),
      misjudged: judged !== null && (label === 'nominal' || label === 'anomaly') && judged !== label,
      residual: scored && reference.code[call] <= LARGEST ? code - reference.code[call] : null,
      ulp,
      counter: both(String(reference.learnCounter[call] ?? '–'), String(target.learnCounter[call] ?? '–')),
      digest: both(hex8(reference.digest[call]), hex8(target.digest[call])),
    });
  }
  return signals;
}

/**
 * Units in the last place between two words of binary32; null where one is missing or no finite number.
 * @param {number | null} a
 * @param {number | null} b
 */
export function ulpBetween(a, b) {
  if (a === null || b === null) return null;
  const finite = (/** @type {number} */ word) => ((word >>> 23) & 0xff) !== 0xff;
  const place = (/** @type {number} */ word) => (word >= 0x80000000 ? -(word - 0x80000000) : word);
  return finite(a) && finite(b) ? Math.abs(place(a) - place(b)) : null;
}

/** @param {Signal} signal @param {number | null} code a similarity, or a return code. */
export function answerText({ operation }, code) {
  if (code === null) return 'no answer';
  return operation === 'detect' && code <= LARGEST ? String(code) : `code ${code}`;
}

/** @param {Signal} signal */
export function outcome(signal) {
  if (signal.target === null) return 'not answered';
  const words = [signal.differs ? 'differs' : 'match'];
  if (signal.flip) words.push('flip');
  if (signal.operation === 'learn') words.push('learned');
  else if (signal.target > LARGEST) words.push('no similarity');
  if (signal.misjudged) words.push('misjudged');
  if (signal.seen && signal.operation === 'detect') words.push('seen');
  return words.join(', ');
}

/**
 * What a person is told of a signal: the same in every plot.
 * @param {Signal} signal
 * @param {PageData} data
 */
export function signalLines(signal, data) {
  const apart = [
    signal.residual === null || signal.residual === 0 ? '' : `${signed(signal.residual)} points`,
    signal.ulp === null ? '' : `distance ${signal.ulp} ULP apart`,
  ].filter(Boolean);
  return [
    `Signal ${signal.number}: ${signal.file} line ${signal.line}`,
    `${signal.operation}, label ${signal.label}, ${outcome(signal)}`,
    [
      `${data.reference} ${answerText(signal, signal.reference)}, ${data.target} ${answerText(signal, signal.target)}`,
      ...apart,
    ].join(', '),
    `call ${signal.call}, learn counter ${signal.counter}, knowledge ${signal.digest}`,
  ];
}

/** @param {number} value with a sign that reads as one. */
export const signed = (value) => (value > 0 ? `+${value}` : value < 0 ? `−${-value}` : '0');

/**
 * Whether a filter of the page lets a signal pass.
 * @param {string} filter
 * @param {Signal} signal
 */
export function passes(filter, signal) {
  if (filter === 'all') return true;
  if (filter === 'match') return signal.target !== null && !signal.differs;
  if (filter === 'differs') return signal.differs;
  if (filter === 'flip') return signal.flip;
  if (filter === 'misjudged') return signal.misjudged && !signal.seen;
  if (filter === 'learned') return signal.operation === 'learn';
  if (signal.operation === 'learn') return false;
  if (filter === 'seen') return signal.seen;
  if (filter === 'unknown') return signal.label === 'unknown' || signal.label === 'none';
  return signal.label === filter;
}
