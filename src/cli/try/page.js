// @ts-check
// The page of `neai try`: buttons call the emulator behind it, its answers stand beside them.

/** Highest number of similarities that are drawn: the last ones. */
const MOST_DRAWN = 300;
const THRESHOLD = 90;

/** @template {Element} T @param {string} id @param {new () => T} type @returns {T} */
function element(id, type) {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`the page has no ${id}`);
}

/** @param {string} tag @param {string} className @param {string} text */
function make(tag, className, text) {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.textContent = text;
  return made;
}

/** @param {File | undefined} file */
async function fileSignals(file) {
  return file === undefined ? undefined : { name: file.name, text: await file.text() };
}

/** A chosen file, or else what was pasted. */
async function signals() {
  const fromFile = await fileSignals(element('file', HTMLInputElement).files?.[0]);
  const pasted = element('lines', HTMLTextAreaElement).value;
  return fromFile ?? (pasted.trim() === '' ? undefined : { name: 'pasted lines', text: pasted });
}

/** @param {string} id */
const number = (id) => element(id, HTMLInputElement).valueAsNumber;
const confirmation = () => element('confirm', HTMLSelectElement).value;

/** @type {Record<string, () => Promise<object>>} */
const PARAMETERS = {
  initialize: async () => ({}),
  get_version: async () => ({}),
  set_sensitivity: async () => ({ sensitivity: number('sensitivity') }),
  learn: async () => ({ signals: await signals() }),
  detect: async () => ({ signals: await signals(), confirm: confirmation() }),
  run: async () => ({
    learn: await fileSignals(element('learn-file', HTMLInputElement).files?.[0]),
    detect: await Promise.all([...(element('detect-files', HTMLInputElement).files ?? [])].map(fileSignals)),
    sensitivity: number('run-sensitivity'),
    confirm: confirmation(),
  }),
};

/**
 * @typedef {{ similarity: number | null, status: string | null }} Result
 * @typedef {{ signals: number | null, nominal: number | null, anomaly: number | null }} Counts
 */

/** Similarities as bars with the line of the threshold. @param {readonly Result[]} results */
function drawing(results) {
  const drawn = results.slice(-MOST_DRAWN);
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', `0 0 ${drawn.length} 100`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', 'Similarity of each signal, 0 to 100, with the line at 90');
  drawn.forEach(({ similarity, status }, i) => {
    const bar = document.createElementNS(svg.namespaceURI, 'rect');
    const height = Math.max(1, similarity ?? 0);
    for (const [name, value] of Object.entries({ x: i + 0.1, y: 100 - height, width: 0.8, height })) {
      bar.setAttribute(name, String(value));
    }
    bar.setAttribute('class', status ?? '');
    svg.append(bar);
  });
  const line = document.createElementNS(svg.namespaceURI, 'line');
  for (const [name, value] of Object.entries({
    x1: 0,
    x2: drawn.length,
    y1: 100 - THRESHOLD,
    y2: 100 - THRESHOLD,
  })) {
    line.setAttribute(name, String(value));
  }
  svg.append(line);
  return svg;
}

/** @param {string} name @param {Counts} counts @param {readonly Result[]} results */
function detectionParts(name, counts, results) {
  const text = make('p', '', `${name}: ${counts.signals} signals, `);
  text.append(
    make('span', 'nominal', `${counts.nominal} nominal`),
    ', ',
    make('span', 'anomaly', `${counts.anomaly} anomaly`),
  );
  return results.length === 0 ? [text] : [text, drawing(results)];
}

/** What is worth a sentence in an answer. @param {any} answer @returns {Element[]} */
function parts(answer) {
  if (answer.status === 'run') {
    return [
      make('p', '', `${answer.learning_summary.signals} signals learned, sensitivity ${answer.sensitivity}`),
      ...answer.detection.flatMap((/** @type {any} */ one) => detectionParts(one.input, one, one.results)),
    ];
  }
  if (answer.status === 'detection')
    return detectionParts(answer.input, answer.detection_results, answer.results);
  if (answer.status === 'learning') {
    const { results, learning_summary: summary } = answer;
    return [make('p', '', `${results.length} signals learned, ${summary.signals} since initialize`)];
  }
  return [];
}

/** @param {string} name @param {string} text @param {boolean} isRefused */
function show(name, text, isRefused) {
  const article = make('article', isRefused ? 'refused' : '', '');
  article.append(make('h2', '', isRefused ? `${name}: refused` : name));
  if (!isRefused) article.append(...parts(JSON.parse(text)));
  const details = document.createElement('details');
  details.append(make('summary', '', isRefused ? 'why' : 'JSON'), make('pre', '', text));
  details.open = true;
  article.append(details);
  const outputs = element('outputs', HTMLElement);
  outputs.querySelector('.empty')?.remove();
  for (const older of outputs.querySelectorAll('details')) older.open = false;
  outputs.prepend(article);
}

/** @param {string} name */
async function call(name) {
  const body = JSON.stringify(await PARAMETERS[name]?.());
  const response = await fetch(`call/${name}`, { method: 'POST', body });
  const { answer, refusal } = await response.json();
  show(name, answer ?? refusal, answer === undefined);
}

const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll('button[data-call]'));
for (const button of buttons) {
  const name = button.dataset['call'] ?? '';
  button.addEventListener('click', async () => {
    for (const one of buttons) one.disabled = true;
    await call(name).catch((error) => show(name, `the emulator does not answer: ${error.message}`, true));
    for (const one of buttons) one.disabled = false;
    button.focus();
  });
}

const library = await (await fetch('library.json')).json();
element('id', HTMLElement).textContent = library.id;
const limited =
  library.limitedTo.length === 0 ? '' : ` The C library is limited to ${library.limitedTo.join(', ')}.`;
element('about', HTMLElement).textContent =
  `A signal: ${library.axes * library.bufferSize} values (${library.axes} axes, ${library.bufferSize} samples). ` +
  `Learn at least ${library.minimumLearningIterations}; detect answers from ${library.detectFloor} on.${limited}`;
document.title = `Emulator ${library.id}`;
