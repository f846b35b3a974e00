import { readFileSync } from 'node:fs';

/** Version of this neai. */
export const neaiVersion = (): string =>
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
