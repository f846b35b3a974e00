import type { JudgedPart, SearchRecord } from '../../../src/record/search-record.ts';
import { count, percent } from '../../format.ts';
import { html, type Markup } from '../../html.ts';

/** Lines by label and verdict at the threshold, cross-validated and held out side by side. */
export function confusionTables(record: SearchRecord): Markup {
  return html`<section class="panel confusion" id="confusion" aria-labelledby="confusion-title">
    <h2 id="confusion-title">Confusion at ${record.threshold}</h2>
    <div class="pair">${table('cross-validated', 'crossValidated', record.crossValidated)}
    ${table('held out', 'heldOut', record.heldOut)}</div></section>`;
}

function table(title: string, part: string, { confusion }: JudgedPart): Markup {
  const rows = [
    {
      label: 'regular',
      nominal: confusion.regularNominal,
      anomaly: confusion.regularAnomaly,
      right: 'nominal',
    },
    {
      label: 'abnormal',
      nominal: confusion.abnormalNominal,
      anomaly: confusion.abnormalAnomaly,
      right: 'anomaly',
    },
  ] as const;
  return html`<table><caption>${title}</caption>
    <thead><tr><td></td><th scope="col">nominal</th><th scope="col">anomaly</th></tr></thead>
    <tbody>${rows
      .filter(({ nominal, anomaly }) => nominal + anomaly > 0)
      .map((row) => {
        const lines = row.nominal + row.anomaly;
        const cell = (verdict: 'nominal' | 'anomaly'): Markup => {
          const share = row[verdict] / lines;
          const kind = verdict === row.right ? 'right' : 'wrong';
          return html`<td class="${kind}" style="--share:${share.toFixed(3)}"><b data-confusion="${part}-${row.label}-${verdict}">${count(row[verdict])}</b>
          <small>${percent(share, 1)}</small></td>`;
        };
        return html`<tr><th scope="row" class="${row.label}">${row.label}</th>${cell('nominal')}${cell('anomaly')}</tr>`;
      })}</tbody></table>`;
}
