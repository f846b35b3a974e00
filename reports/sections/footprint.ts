import { libraryFlashBytes, libraryRamBytes } from '../../src/record/cost.ts';
import type { RunRecord } from '../../src/record/run-record.ts';
import { count, percent } from '../format.ts';
import { html, type Markup } from '../html.ts';

interface Bar {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly of: number;
  readonly limit: number | null;
}

/** Flash, RAM, knowledge and stack as shares of what the chip has, with the project's limits as marks. */
export function footprintBars(record: RunRecord): Markup {
  const { footprint, board, limits } = record;
  if (footprint === null || board === null) return html`<p>No image was built.</p>`;
  const bars: Bar[] = [
    {
      id: 'flash',
      name: 'Flash',
      bytes: footprint.flashBytes,
      of: board.flashBytes,
      limit: null,
    },
    { id: 'ram', name: 'RAM', bytes: footprint.ramBytes, of: board.ramBytes, limit: null },
    { id: 'neai', name: 'Knowledge (.neai)', bytes: footprint.neaiBytes, of: board.ramBytes, limit: null },
  ];
  if (footprint.stackBytes !== null) {
    bars.push({
      id: 'stack',
      name: 'Stack, deepest',
      bytes: footprint.stackBytes,
      of: board.ramBytes,
      limit: null,
    });
  }
  const libraryFlash = libraryFlashBytes(footprint);
  const libraryRam = libraryRamBytes(footprint);
  if (libraryFlash !== null) {
    const bar = { id: 'library-flash', name: 'Library in flash', bytes: libraryFlash };
    bars.push({ ...bar, of: board.flashBytes, limit: limits.flashBytes });
  }
  if (libraryRam !== null) {
    const bar = { id: 'library-ram', name: 'Library in RAM, with its stack', bytes: libraryRam };
    bars.push({ ...bar, of: board.ramBytes, limit: limits.ramBytes });
  }
  return html`<dl class="bars">${bars.map((bar) => {
    const over = bar.limit !== null && bar.bytes > bar.limit;
    const limit =
      bar.limit === null
        ? null
        : html`<i class="limit" style="left:${share(bar.limit, bar.of)}%" title="limit ${count(bar.limit)} bytes"></i>`;
    const limitWords = bar.limit === null ? '' : `, limit ${count(bar.limit)} B`;
    return html`<div class="${over ? 'fail' : ''}"><dt>${bar.name}</dt>
      <dd><span class="bar" aria-hidden="true"><i style="width:${share(bar.bytes, bar.of)}%"></i>${limit}</span>
      <b data-footprint="${bar.id}">${count(bar.bytes)} B</b>
      <small>${percent(bar.bytes / bar.of)} of ${count(bar.of)} B${limitWords}</small></dd></div>`;
  })}</dl>`;
}

function share(part: number, whole: number): number {
  return Number(Math.min(100, (100 * part) / whole).toFixed(2));
}
