import type { SearchedFile, Stretch } from '../../../src/record/search-record.ts';
import { count } from '../../format.ts';
import { html, type Markup } from '../../html.ts';

/** Files of either kind of search; of one for a classifier the label is the class. */
interface SearchedFiles {
  readonly files: readonly (Omit<SearchedFile, 'label'> & { readonly label: string })[];
  readonly couples: readonly { readonly name: string }[];
}

/** Every signal file with its hash, which of its lines the search saw, and what was found in it. */
export function fileTable({ files, couples }: SearchedFiles): Markup {
  const gap = files.some((file) => file.gap.lines > 0);
  const several = couples.length > 1;
  return html`<table class="dataset cards">
    <thead><tr><th scope="col">file</th>${several ? html`<th scope="col">couple</th>` : null}<th scope="col">label</th>
      <th scope="col">lines</th><th scope="col">selection</th>${gap ? html`<th scope="col">left out as a gap</th>` : null}
      <th scope="col">held out</th><th scope="col">found in it</th></tr></thead>
    <tbody>${files.map(
      (file) => html`<tr>
        <th scope="row"><span class="path">${file.name}</span> <code>${file.sha256}</code></th>
        ${several ? html`<td data-label="couple">${couples[file.couple]!.name}</td>` : null}
        <td data-label="label" class="${file.label}">${file.label}</td>
        <td data-label="lines">${count(file.lines)}</td>
        ${lines('selection', file.selection)}
        ${gap ? lines('left out as a gap', file.gap) : null}
        ${lines('held out', file.heldOut)}
        <td data-label="found in it">${findings(file)}</td></tr>`,
    )}</tbody></table>`;
}

function lines(label: string, { lines: total, range }: Stretch): Markup {
  if (range === null) return html`<td data-label="${label}">–</td>`;
  return html`<td data-label="${label}">${count(range[0])}–${count(range[1])}
    <small>(${count(total)} ${total === 1 ? 'line' : 'lines'})</small></td>`;
}

function findings({ findings: all }: Pick<SearchedFile, 'findings'>): Markup {
  const worth = all.filter(({ level }) => level !== 'note');
  if (worth.length === 0) return html`nothing to warn of`;
  return html`<ul class="findings">${worth.map(
    ({ kind, level, message, remedy, lines: places, count: times }) =>
      html`<li><b>${level}: ${kind}</b> ${message} ${
        places.length === 0
          ? null
          : html`<small>line ${places.join(', ')}${times > places.length ? ', …' : ''}</small>`
      } <span class="remedy">${remedy}</span></li>`,
  )}</ul>`;
}
