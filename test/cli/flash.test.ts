import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { FLASH, idleProgram, makeElf } from '../host/elf-image.ts';
import { childrenEnd, descendants } from '../host/processes.ts';

const home = mkdtempSync(join(tmpdir(), 'neai-flash-cli-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const MAIN = resolve('src/cli/main.ts');
const BOARD = ['--board', 'nucleo-l432kc'];

const neai = (...args: string[]) => execa(process.execPath, [MAIN, ...args], { reject: false });
let files = 0;
function image(lengthBytes: number, seed: number): string {
  const file = join(home, `image-${files++}.elf`);
  writeFileSync(file, makeElf([{ address: FLASH, bytes: idleProgram(lengthBytes, seed) }]));
  return file;
}
const folder = (): string => mkdtempSync(join(home, 'board-'));

describe('neai flash', () => {
  it('prints one JSON document, and writes nothing when the board holds the image already', async () => {
    const args = ['flash', image(5000, 1), ...BOARD, '--virtual-dir', folder(), '--json'];
    const first = await neai(...args);
    expect(first.exitCode).toBe(0);
    expect(JSON.parse(first.stdout)).toEqual({
      skipped: false,
      bytes: 5000,
      sectorsErased: 3,
      sectorsWritten: 3,
      seconds: expect.any(Number),
    });
    const second = await neai(...args);
    expect(JSON.parse(second.stdout)).toMatchObject({
      skipped: true,
      bytes: 5000,
      sectorsErased: 0,
      sectorsWritten: 0,
    });
  });

  it.each([
    ['no board is named', [], 2, 'USAGE'],
    ['the board is unknown', ['--board', 'nucleo-z999'], 2, 'BOARD_UNKNOWN'],
    ['there is no rack file', ['--slot', 'a', '--rack', '/nonexistent/rack.yaml'], 2, 'RACK_FILE_INVALID'],
    ['nothing is plugged in', ['--slot', 'bench-1', '--rack', 'rack.example.yaml'], 3, 'PORT_NOT_FOUND'],
  ])('ends with its own code and status when %s', async (_what, args, status, code) => {
    const result = await neai('flash', image(100, 2), ...args, '--json');
    expect(result.exitCode).toBe(status);
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code } });
    expect(result.stderr).toContain(code);
  });

  it('killed in mid-flash leaves nothing running, and the next run succeeds', async () => {
    const [dir, evidence] = [folder(), folder()];
    const args = [
      'flash',
      image(64 * 1024, 3),
      ...BOARD,
      '--virtual-dir',
      dir,
      '--evidence',
      evidence,
      '--json',
    ];
    const running = neai(...args);
    await expect
      .poll(() => transcripts(evidence), { timeout: 40_000, interval: 5 })
      .toContain('> flash write_image');
    const children = descendants(running.pid!);
    const names = children.map((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
    expect(names).toContain('openocd');
    expect(children.length).toBeGreaterThanOrEqual(2);
    running.kill('SIGKILL');
    await running;
    await childrenEnd(children, 5000);

    const next = await neai(...args);
    expect(JSON.parse(next.stdout)).toMatchObject({ skipped: false });
    const check = await neai(...args);
    expect(JSON.parse(check.stdout)).toMatchObject({ skipped: true });
  });

  it('interrupted in mid-flash ends with status 130 and leaves nothing running', async () => {
    const evidence = folder();
    const running = neai('flash', image(64 * 1024, 4), ...BOARD, '--evidence', evidence);
    await expect
      .poll(() => transcripts(evidence), { timeout: 40_000, interval: 5 })
      .toContain('> flash write_image');
    const children = descendants(running.pid!);
    running.kill('SIGINT');
    const result = await running;
    expect(result.exitCode).toBe(130);
    expect(result.stderr).toContain('INTERRUPTED');
    await childrenEnd(children, 5000);
  });
});

describe('neai console', () => {
  it('shows what the board sends until its time is over, as one JSON document', async () => {
    const result = await neai('console', ...BOARD, '--seconds', '0.2', '--json');
    expect(result.exitCode).toBe(0);
    // A blank chip says nothing.
    expect(JSON.parse(result.stdout)).toMatchObject({ baud: 115200, records: [], noiseBytes: 0 });
  });
});

const transcripts = (directory: string): string =>
  readdirSync(directory)
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .join('');
