import { html, jsonForScript, Markup } from './html.ts';
import { pageScript, pageStyle, plotLibrary, scriptHash } from './page-script.ts';

/** What makes one page different from another. */
export interface PageParts {
  readonly title: string;
  readonly bodyClass: string;
  /** Files under reports/. */
  readonly styles: readonly string[];
  /** Files under reports/, in the order in which they depend on each other. */
  readonly modules: readonly string[];
  /** False for a page without any plot: it carries no plotting library and is a tenth of the size. */
  readonly plots?: boolean;
  /** What the page's script reads, as JSON in an element of this id. */
  readonly data: { readonly id: string; readonly value: unknown };
  readonly body: Markup;
}

/**
 * A self-contained HTML page: opens from a disk, asks no network for anything (a content security policy says so to
 * the browser), and works without its script but for the plots.
 * @returns text of the page, UTF-8, about 1.2 MB plus its data.
 */
export function selfContainedPage(parts: PageParts): string {
  const { title, bodyClass, styles, modules, data, body, plots = true } = parts;
  const library = plots ? plotLibrary() : null;
  const script = pageScript(modules);
  const policy = [
    "default-src 'none'",
    ['script-src', ...(library === null ? [] : [scriptHash(library)]), scriptHash(script)].join(' '),
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Markup(pageStyle(styles))}</style>
</head>
<body class="${bodyClass}">
${body}
<script type="application/json" id="${data.id}">${jsonForScript(data.value)}</script>
${
  library === null
    ? null
    : html`<script>${new Markup(library)}</script>
`
}<script>${new Markup(script)}</script>
</body>
</html>
`;
  return page.text;
}
