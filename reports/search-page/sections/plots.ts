import { html, type Markup } from '../../html.ts';

export interface PlotPanel {
  readonly id: string;
  readonly title: string;
  readonly caption: string | Markup;
  /** What the keyboard does in it. */
  readonly keys: string;
  readonly more?: Markup | null;
}

/** One plot with its title; filled in by the page's script. */
export function plotPanel({ id, title, caption, keys, more }: PlotPanel): Markup {
  return html`<section class="panel plot-panel" id="panel-${id}" aria-labelledby="title-${id}">
    <div class="plot-head"><h2 id="title-${id}">${title}</h2> <small>${caption}</small></div>
    <div class="plot" id="plot-${id}" tabindex="0" role="application" aria-label="${title}. ${keys}"></div>
    ${more}</section>`;
}
