import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startTryServer, type TryServer } from '../../src/cli/try/server.ts';
import { LIBRARY, writeInputs } from '../bundle/build-bundle.ts';
import { chromiumPath, launchChromium, overflowPx, textOf } from '../reports/browser.ts';
import { MAIN, runNeai } from './run-neai.ts';

const chromium = chromiumPath();
let folder = '';
let server: TryServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neai-try-'));
  await writeInputs(folder);
  server = await startTryServer(LIBRARY, ['nucleo-l432kc']);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** A request with a Host of its own, which fetch does not allow. */
function status(url: string, host?: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: host === undefined ? {} : { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('the page of neai try', () => {
  it('answers on this computer, under its token and its own name only', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{24}\/$/);
    expect(await status(server.url)).toBe(200);
    expect(await status(new URL('/', server.url).href)).toBe(404);
    expect(await status(server.url.replace(/\/[\w-]{24}\//, `/${'x'.repeat(24)}/`))).toBe(404);
    expect(await status(server.url, 'example.org')).toBe(404);
    expect(await status(`${server.url}../server.ts`)).toBe(404);
  });

  it('says the refusals of the emulator, and takes no nonsense', async () => {
    const call = async (name: string, body: string) => {
      const response = await fetch(`${server.url}call/${name}`, { method: 'POST', body });
      return [response.status, ((await response.json()) as { refusal: string }).refusal];
    };
    const signals = { name: 'x', text: '1,2,3\n' };
    expect(await call('learn', JSON.stringify({ signals }))).toEqual([
      400,
      expect.stringContaining('before initialize'),
    ]);
    expect(await call('fly', '{}')).toEqual([400, expect.stringContaining('unknown function')]);
    expect(await call('set_sensitivity', '{"sensitivity": null}')).toEqual([
      400,
      expect.stringContaining('EMULATOR_REFUSED'),
    ]);
    expect((await call('learn', '{'))[0]).toBe(400);
  });

  it.skipIf(chromium === null)(
    'has the functions as buttons and their outputs beside them, needs no network, and gives the answers of neai emulate',
    async () => {
      const browser = await launchChromium(chromium!);
      onTestFinished(() => browser.close());
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      const complaints: string[] = [];
      const requests: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (one) => requests.push(one.url()));
      await page.goto(server.url);
      const newest = page.locator('#outputs article').first();
      const press = async (name: string): Promise<string> => {
        const before = await page.locator('#outputs article').count();
        await page.getByRole('button', { name, exact: true }).click();
        await page.locator('#outputs article').nth(before).waitFor();
        return (await newest.locator('pre').textContent()) ?? '';
      };
      expect(await textOf(page, '#about')).toContain('96 values (3 axes, 32 samples)');
      expect(await textOf(page, '#about')).toContain('limited to nucleo-l432kc');

      const lines = (await readFile(join(folder, 'regular.csv'), 'utf8')).split('\n');
      await press('initialize');
      await page.getByLabel('or pasted').fill(lines.slice(0, 30).join('\n'));
      expect(JSON.parse(await press('learn')).learning_summary.signals).toBe(30);
      await page.getByLabel('Sensitivity').first().fill('1.5');
      expect(await press('set_sensitivity')).toContain('"sensitivity": 1.50');
      await page.getByLabel('Signals from a file').setInputFiles(join(folder, 'abnormal.csv'));
      await page.getByLabel('Verdict over several').selectOption('3of5');
      const detected = JSON.parse(await press('detect'));
      expect(detected).toMatchObject({ input: 'abnormal.csv', confirmation: { rule: '3of5', undecided: 4 } });
      expect(await newest.locator('svg rect').count()).toBe(40);

      await page.getByLabel('Verdict over several').selectOption('');
      await page.getByLabel('Learn this file').setInputFiles(join(folder, 'regular.csv'));
      await page
        .getByLabel('then detect these')
        .setInputFiles(['regular.csv', 'abnormal.csv'].map((name) => join(folder, name)));
      const run = await press('run all');
      const args = [
        'run',
        '--learn',
        'regular.csv',
        '--detect',
        'regular.csv',
        'abnormal.csv',
        '--sensitivity',
        '1',
      ];
      const emulated = JSON.parse((await runNeai(folder, 'emulate', '.', ...args)).stdout);
      expect({ ...JSON.parse(run), limited_to: undefined }).toEqual(emulated);
      expect(await newest.textContent()).toContain('abnormal.csv: 40 signals');

      await page.getByLabel('or pasted').fill('1,2,3');
      await page.getByLabel('Signals from a file').setInputFiles([]);
      expect(await press('detect')).toContain('Number of input data: 3, instead of 96');
      expect(await newest.getAttribute('class')).toBe('refused');
      if (process.env['SCREENSHOT'])
        await page.screenshot({ path: process.env['SCREENSHOT'], fullPage: true });

      expect(complaints.filter((text) => !text.includes('400'))).toEqual([]);
      expect(requests.filter((url) => !url.startsWith(server.url) && !url.startsWith('data:'))).toEqual([]);
      await page.setViewportSize({ width: 390, height: 800 });
      expect(await overflowPx(page)).toBe(0);
    },
  );

  it('is served by the command until Ctrl-C', async () => {
    await writeFile(join(folder, 'library.json'), JSON.stringify(LIBRARY));
    const running = execa(process.execPath, [MAIN, 'try', '.'], { cwd: folder, reject: false });
    onTestFinished(() => void running.kill('SIGKILL'));
    const url = await new Promise<string>((resolve) => {
      running.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    });
    expect(await status(url)).toBe(200);
    running.kill('SIGINT');
    expect((await running).exitCode).toBe(0);
  });
});
