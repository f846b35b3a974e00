import type { RunRecord } from '../../src/record/run-record.ts';
import { html, type Markup } from '../html.ts';

/** What broke the run off, first on the page; nothing when the run was complete. */
export function failureBox({ failure, transcripts }: RunRecord): Markup | null {
  if (failure === null) return null;
  return html`<section class="failure" id="failure" role="alert"><h2>The run broke off: <code>${failure.code}</code></h2>
    <p><span class="tag fail">${failure.class}</span> ${failure.text}</p>
    ${
      transcripts.length === 0
        ? null
        : html`<ul>${transcripts.map(
            (transcript) => html`<li>${transcript.what}: <span class="path">${transcript.path}</span></li>`,
          )}</ul>`
    }</section>`;
}

/** The text lines that the board printed. */
export function consoleLines(lines: readonly string[]): Markup {
  if (lines.length === 0) return html`<p>The board printed no line of text.</p>`;
  return html`<pre class="console" tabindex="0" aria-label="Console lines of the board">${lines.join('\n')}</pre>`;
}
