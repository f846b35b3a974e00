import { transformByName } from '../transforms/registry.ts';
import type { Pipeline } from '../transforms/transform.ts';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:58rem;margin:2rem auto;padding:0 1rem;color:#1c2530;background:#fff;overflow-wrap:break-word}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem;border-bottom:1px solid #c9d2dc}
table{border-collapse:collapse;margin:.8rem 0;display:block;overflow-x:auto}th,td{border:1px solid #c9d2dc;padding:.3rem .6rem;text-align:left;vertical-align:top}
th{background:#eef2f6}td.n{text-align:right;font-variant-numeric:tabular-nums}
code,pre{font-family:ui-monospace,monospace;font-size:.9em;background:#eef2f6}pre{padding:.7rem;overflow-x:auto}
.note{border-left:4px solid #b35c00;padding-left:.8rem}
@media(prefers-color-scheme:dark){body{color:#e3e8ee;background:#14191f}code,pre,th{background:#222a33}th,td,h2{border-color:#3b4754}}`;

/** documentation.html of a library: titles and HTML of its sections in one page that needs no network. */
export function documentationPage(
  libraryId: string,
  sections: readonly (readonly [title: string, text: string])[],
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Library ${libraryId}</title>
<style>
${STYLE}
</style>
</head>
<body>
<h1>Library ${libraryId}</h1>
${sections.map(([title, text]) => `<h2>${title}</h2>\n${text}`).join('\n')}
</body>
</html>
`;
}

/** A chain of transforms in words. */
export function describePipeline(pipeline: Pipeline): string {
  const titles = pipeline.map(({ transform, params }) => {
    const blocks = (params as { blocks?: { transform: string }[] }).blocks ?? [{ transform }];
    return blocks.map((one) => transformByName(one.transform).title).join(' + ');
  });
  return titles.join(', then ');
}

/** A fraction as a percentage with one decimal, cut; a figure that was not taken is not shown. */
export const percentText = (value: unknown): string =>
  typeof value === 'number' ? `${(Math.floor(value * 1000 + 1e-9) / 10).toFixed(1)} %` : 'not shown';
