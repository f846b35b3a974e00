import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { NeaiError } from '../src/shared/errors.ts';

/**
 * Modules as one classic script: imports fall away because all stand in one scope, exports become plain declarations.
 * Nothing else is changed, so that the browser runs what the editor and the checker saw.
 * @param modules files under reports/, in the order in which they depend on each other.
 */
export function pageScript(modules: readonly string[]): string {
  const parts = modules.map((name) =>
    readFileSync(new URL(name, import.meta.url), 'utf8')
      .replaceAll(/^import [^;]*;\n/gm, '')
      .replaceAll(/^export (?=function|const|class)/gm, ''),
  );
  return inlineable(`'use strict';\n(() => {\n${parts.join('\n')}\n})();\n`, "the page's script");
}

/** ECharts (Apache-2.0) as its authors ship it for browsers, licence notice included. */
export function plotLibrary(): string {
  const file = createRequire(import.meta.url).resolve('echarts/dist/echarts.min.js');
  return inlineable(readFileSync(file, 'utf8'), file);
}

/** Style sheets under reports/, one after the other. */
export function pageStyle(sheets: readonly string[] = ['page/style.css']): string {
  return sheets.map((name) => readFileSync(new URL(name, import.meta.url), 'utf8')).join('\n');
}

/** Source of a script for the page's content security policy: only scripts of this hash run. */
export function scriptHash(script: string): string {
  return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
}

/** A script element ends at the first `</script`, and `<!--` changes how the rest is read. */
function inlineable(script: string, name: string): string {
  if (/<\/script|<!--/i.test(script)) {
    throw new NeaiError('INTERNAL', `${name} cannot stand inside a page: it contains </script or <!--.`);
  }
  return script;
}
