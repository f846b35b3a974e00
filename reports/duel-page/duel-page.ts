import type { DuelRecord, DuelRow, DuelSide } from '../../src/record/duel-record.ts';
import { count, percent, ranges } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { selfContainedPage } from '../shell.ts';

const WHO = { ours: 'ours', vendor: 'the vendor’s' } as const;
const LABELS = { n: 'nominal', a: 'anomaly', u: 'unknown' } as const;
/** Signals on which decisions part that the page lists; the record has all. */
const MOST_LISTED = 60;
const MOST_SIMILARITY = 100;

/**
 * A duel as one page: opens from a disk, asks no network for anything; its script turns the theme and nothing else.
 * @param record a decoded duel record.
 */
export function renderDuelPage(record: DuelRecord): string {
  const { sides, rows, board, evidence, threshold } = record;
  return selfContainedPage({
    title: `Duel on ${board.id} (${evidence.kind})`,
    bodyClass: evidence.kind,
    styles: ['page/style.css', 'duel-page/style.css'],
    modules: ['page/palette.js', 'duel-page/script/main.js'],
    plots: false,
    data: { id: 'duel-data', value: null },
    body: html`<a class="skip" href="#figures">To the figures</a>
${band(record)}
<header><h1>Two libraries, the same board, the same signals <span>${record.duelId}</span></h1>
<p class="run"><time datetime="${record.startedAt}">${record.startedAt.slice(0, 19).replace('T', ' ')} UTC</time>
<span>${board.id}, ${board.core}</span> <span>threshold ${threshold}</span> <button type="button" id="theme" aria-pressed="false">Dark</button></p></header>
<main>
<section class="panel" id="figures"><h2>Side by side <span class="question">Which is better, figure by figure?</span></h2>
<table><thead><tr><th scope="col">Figure</th><th scope="col" class="number">Ours</th><th scope="col" class="number">The vendor’s</th><th scope="col">Better</th></tr></thead>
<tbody>${rows.map(figureRow)}</tbody></table>
${decisionText(record)}</section>
<div class="match"><section class="panel"><h2>Similarity of every signal</h2>${scatter(record)}</section>
<section class="panel"><h2>To read it fairly</h2><ul class="remarks">${record.remarks.map((text) => html`<li>${text}.</li>`)}</ul></section></div>
<section class="panel"><h2>The two</h2><table><thead><tr><th scope="col"></th><th scope="col">Ours</th><th scope="col">The vendor’s</th></tr></thead>
<tbody>${sideRows(sides.ours, sides.vendor)}</tbody></table></section>
${partings(record)}
<section class="panel"><h2>Signals</h2><table><thead><tr><th scope="col">File</th><th scope="col">Learned by both</th><th scope="col">Asked of both</th></tr></thead>
<tbody>${record.files.map(
      ({ path, learned, detected }) =>
        html`<tr><td class="path">${path}</td><td>${ranges(learned)}</td><td>${ranges(detected)}</td></tr>`,
    )}</tbody></table></section>
</main>
<footer>Made by neai ${record.tool} from the duel record, version ${record.formatVersion}. <code>${record.command}</code></footer>`,
  });
}

/** Nothing virtual may be taken for a sign-off of a board. */
function band({ evidence }: DuelRecord): Markup {
  return evidence.kind === 'silicon'
    ? html`<p class="band silicon"><strong>Board</strong> silicon <code>${evidence.uniqueId}</code></p>`
    : html`<p class="band virtual"><strong>Virtual board</strong> – no sign-off of silicon; instructions, not cycles.</p>`;
}

const figureText = ({ unit }: DuelRow, value: number | null): string => {
  if (value === null) return 'not shown';
  return unit === 'fraction' ? percent(value, 1) : `${count(value)} ${unit}`;
};

function figureRow(row: DuelRow): Markup {
  const { figure, meaning, winner } = row;
  const cell = (side: 'ours' | 'vendor'): Markup =>
    html`<td class="number${winner === side ? ' won' : ''}">${figureText(row, row[side])}</td>`;
  const better = winner === null ? 'not shown' : winner === 'tie' ? 'alike' : `${WHO[winner]}${factor(row)}`;
  return html`<tr data-winner="${winner ?? 'none'}"><th scope="row">${figure}<br><small>${meaning}</small></th>
${cell('ours')}${cell('vendor')}<td>${better}</td></tr>
`;
}

/** `, 2.4 times less`: of what is counted. */
function factor({ unit, ours, vendor }: DuelRow): string {
  if (unit === 'fraction' || ours === null || vendor === null || Math.min(ours, vendor) <= 0) return '';
  const times = Math.max(ours, vendor) / Math.min(ours, vendor);
  return times < 1.05 ? '' : `, ${times < 10 ? times.toFixed(1) : Math.round(times)} times less`;
}

function decisionText({ decisions }: DuelRecord): Markup {
  const { signals, bothRight, oursAlone, vendorAlone, bothWrong, chance } = decisions;
  const odds =
    chance === null ? '' : ` So lopsided a split comes by chance with probability ${chance.toFixed(3)}.`;
  return html`<p id="decisions">Of ${signals} labelled signals that nothing has seen before, both decided ${bothRight} rightly and ${bothWrong} wrongly;
ours alone was right on ${oursAlone}, the vendor’s alone on ${vendorAlone}.${odds}</p>`;
}

const PLOT = { size: 360, left: 40, top: 14 };

/** Each signal as a dot: our similarity to the right, the vendor's upwards; a code (no similarity) lies at 0. */
function scatter({ signals, threshold }: DuelRecord): Markup {
  const { size, left, top } = PLOT;
  const x = (similarity: number): number => Number((left + (size * similarity) / MOST_SIMILARITY).toFixed(1));
  const y = (similarity: number): number =>
    Number((top + size - (size * similarity) / MOST_SIMILARITY).toFixed(1));
  const shown = (code: number): number => (code > MOST_SIMILARITY ? 0 : code);
  const dots = signals.ours.map(
    (code, i) =>
      html`<circle class="dot ${signals.label[i]}" cx="${x(shown(code))}" cy="${y(shown(signals.vendor[i]!))}" r="3"/>`,
  );
  return html`<svg class="plot-match" viewBox="0 0 ${left + size + 16} ${top + size + 40}" role="img"
aria-label="${signals.ours.length} signals: our similarity against the vendor’s; lines at the threshold ${threshold}">
<rect class="frame" x="${left}" y="${top}" width="${size}" height="${size}"/>
<line x1="${x(threshold)}" x2="${x(threshold)}" y1="${top}" y2="${top + size}"/>
<line x1="${left}" x2="${left + size}" y1="${y(threshold)}" y2="${y(threshold)}"/>${dots}
<text x="${left}" y="${top + size + 16}">0</text><text x="${left + size - 18}" y="${top + size + 16}">100</text>
<text x="${left + 110}" y="${top + size + 32}">similarity by our library</text>
<text x="8" y="${top + size}">0</text><text x="8" y="${top + 12}">100</text>
<text x="${left + 4}" y="${top + 14}">similarity by the vendor’s</text></svg>
<p class="quiet">Blue: nominal, orange: anomaly. Right of the line ours says nominal, above it the vendor’s does.</p>`;
}

function sideRows(ours: DuelSide, vendor: DuelSide): Markup[] {
  const row = (name: string, of: (side: DuelSide) => Markup | string | number): Markup =>
    html`<tr><th scope="row">${name}</th><td>${of(ours)}</td><td>${of(vendor)}</td></tr>`;
  return [
    row('library', ({ libraryId }) => html`<code>${libraryId}</code>`),
    row('interface', (side) => side.interface),
    row(
      'learned, recommended',
      ({ learned, minimumLearningIterations: least }) => `${learned}, ${least === 0 ? 'not told' : least}`,
    ),
    row(
      'against its own emulator',
      ({ equivalence, failure }) =>
        html`${equivalence.verdict}${equivalence.reasons.map((reason) => html`<br><small>${reason}</small>`)}${
          failure === null ? null : html`<br><small>${failure}</small>`
        }`,
    ),
    row(
      'its run',
      ({ record, report }) => html`<a href="${report}">page</a>, <a href="${record}">record</a>`,
    ),
  ];
}

/** Signals on which the two decide differently. */
function partings({ signals, files, threshold }: DuelRecord): Markup {
  const says = (code: number): string =>
    code > MOST_SIMILARITY ? `code ${code}` : `${code}, ${code >= threshold ? 'nominal' : 'anomaly'}`;
  const isNominal = (code: number): boolean => code <= MOST_SIMILARITY && code >= threshold;
  const parted = signals.ours.flatMap((code, i) =>
    isNominal(code) === isNominal(signals.vendor[i]!) ? [] : [i],
  );
  if (parted.length === 0) {
    return html`<section class="panel" id="partings"><h2>Where they part</h2><p>Both decide every signal alike.</p></section>`;
  }
  return html`<section class="panel" id="partings"><h2>Where they part <span class="question">${parted.length} of ${signals.ours.length} signals</span></h2>
<table><thead><tr><th scope="col">Signal</th><th scope="col">Label</th><th scope="col">Ours</th><th scope="col">The vendor’s</th></tr></thead>
<tbody>${parted
    .slice(0, MOST_LISTED)
    .map(
      (i) =>
        html`<tr><td class="path">${files[signals.file[i]!]?.path ?? '–'}:${signals.line[i]}</td><td>${LABELS[signals.label[i] as 'n' | 'a' | 'u']}</td><td>${says(signals.ours[i]!)}</td><td>${says(signals.vendor[i]!)}</td></tr>`,
    )}</tbody></table>
${parted.length > MOST_LISTED ? html`<p class="quiet">${parted.length - MOST_LISTED} more in the record.</p>` : null}</section>`;
}
