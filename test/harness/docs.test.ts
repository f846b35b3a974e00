import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../harness/dataset.ts';
import { loadLibrary } from '../../src/studio/load-library.ts';

const FIXTURES = 'scenarios/fixtures';
const page = readFileSync('docs/scenarios.md', 'utf8');

describe('docs/scenarios.md', () => {
  it('gives the sizes of every committed machine as they are', async () => {
    const rows: string[] = [];
    for (const name of readdirSync(FIXTURES).sort()) {
      const library = await loadLibrary(join(FIXTURES, name));
      const { regular, abnormal } = await loadDataset(join(FIXTURES, name), library);
      const { axes, bufferSize, minimumLearningIterations, detectFloor } = library;
      rows.push(
        `| \`fixtures/${name}\` | ${axes} × ${bufferSize} | ${regular.length} | ${abnormal.length} | ${minimumLearningIterations} | ${detectFloor} |`,
      );
    }
    expect(rows.length).toBeGreaterThanOrEqual(3);
    expect(page.split('\n').filter((line) => line.startsWith('| `fixtures/'))).toEqual(rows);
  });

  it('names everything that scenarios may do with a board', () => {
    const source = readFileSync('harness/board.ts', 'utf8');
    const names = [...source.matchAll(/^ {2}(?:async |get )?([a-z]\w*)(?:<[^>]*>)?\(/gm)].map(
      ([, name]) => name!,
    );
    expect(names).toContain('learn');
    for (const name of names.filter((one) => one !== 'constructor')) expect(page).toContain(`\`${name}`);
  });

  it('names every expectation of ours', () => {
    const source = readFileSync('harness/matchers.ts', 'utf8');
    const names = [...source.matchAll(/^ {2}(?:async )?(to\w+)\(/gm)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThanOrEqual(6);
    for (const name of names) expect(page).toContain(`${name}(`);
  });
});
