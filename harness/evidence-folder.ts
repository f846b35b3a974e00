import { join } from 'node:path';

/** Name of the file in it that tells board, library, payload and calls. */
export const FACTS_FILE = 'facts.json';

const LONGEST_TITLE = 60;
const ID_DIGITS = 8;

interface Attempt {
  /** Playwright's id of the test: other for each project and each repetition. */
  readonly id: string;
  readonly title: string;
  readonly retry: number;
}

/**
 * The folder of what one attempt leaves: words of its title for people, digits of its id so that it is the only one,
 * as in `nan-and-infinity-are-refused-1f0c33e9` or, tried again, `…-retry1`.
 */
export function evidenceFolder(outDir: string, { id, title, retry }: Attempt): string {
  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  let slug = '';
  for (const word of words) {
    if (slug.length + 1 + word.length > LONGEST_TITLE) break;
    slug += `${word}-`;
  }
  const again = retry === 0 ? '' : `-retry${retry}`;
  return join(outDir, 'evidence', `${slug}${id.slice(-ID_DIGITS)}${again}`);
}
