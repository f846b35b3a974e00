import type { DatasetFile } from '../../src/record/run-record.ts';
import { count, rangeLines, ranges } from '../format.ts';
import { html, type Markup } from '../html.ts';

/** Every signal file with its hash, its label and which lines were searched, learned and detected. */
export function datasetTable(files: readonly DatasetFile[]): Markup {
  return html`<table class="dataset cards">
    <thead><tr><th scope="col">file</th><th scope="col">label</th><th scope="col">lines</th>
      <th scope="col">searched</th><th scope="col">learned</th><th scope="col">detected</th></tr></thead>
    <tbody>${files.map(
      (file) => html`<tr>
        <th scope="row"><span class="path">${file.path}</span> <code>${file.sha256}</code></th>
        <td data-label="label">${file.label ?? 'none'}</td>
        <td data-label="lines">${count(file.lines)}</td>
        ${lines('searched', file.searched)}${lines('learned', file.learned)}${lines('detected', file.detected)}</tr>`,
    )}</tbody></table>`;
}

function lines(label: string, list: readonly (readonly [number, number])[]): Markup {
  const total = rangeLines(list);
  const note = total === 0 ? null : html` <small>(${count(total)} ${total === 1 ? 'line' : 'lines'})</small>`;
  return html`<td data-label="${label}">${ranges(list)}${note}</td>`;
}
