const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Text inside a page. */
export const plain = escaped;
/** A few words of code. */
export const code = (text: string): string => `<code>${escaped(text)}</code>`;
/** Lines of code. */
export const block = (text: string): string => `<pre>${escaped(text)}</pre>`;

type Cell = string | number;

/** A table; cells are HTML, numbers stand to the right. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cell = (value: Cell): string =>
    typeof value === 'number' ? `<td class="n">${value}</td>` : `<td>${value}</td>`;
  const header = head.map((title) => `<th>${title}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n');
  const top = head.every((title) => title === '') ? '' : `<thead><tr>${header}</tr></thead>`;
  return `<table>${top}<tbody>\n${body}\n</tbody></table>`;
}
