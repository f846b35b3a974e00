import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadBoard } from '../../src/boards/load.ts';
import { askControl } from '../../src/cli/control-client.ts';
import { attach } from '../../src/host/attach.ts';
import { FrameLog } from '../../src/host/frame-log.ts';
import { startVirtualSlot } from '../../src/host/virtual-slot.ts';
import { historyRecordSchema } from '../../src/record/history-record.ts';
import { runNeai } from '../cli/run-neai.ts';

const BOARD = 'nucleo-l432kc';
const FIXTURE = new URL('../../scenarios/fixtures/pump-1x16', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'neai-replay-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const compare = (name: string) =>
  runNeai(
    folder,
    ...['compare', '--library', FIXTURE, '--board', BOARD, '--name', name],
    ...[
      '--learn',
      join(FIXTURE, 'regular.csv:1-25'),
      '--detect',
      `${join(FIXTURE, 'abnormal.csv:1-5')}=anomaly`,
    ],
  );
/** The run of this name, by its host and number. */
const runOf = (name: string): string =>
  join(folder, 'runs', readdirSync(join(folder, 'runs')).find((id) => id.includes(`-${name}-lab.7-`))!);
interface Told {
  readonly error: { readonly code: string; readonly got: string };
  readonly first: { readonly why: string; readonly recorded: string };
}
async function json(...args: string[]): Promise<{ document: Told; exitCode: number | undefined }> {
  const { stdout, stderr, exitCode } = await runNeai(folder, ...args, '--json');
  expect(stderr).not.toMatch(/\n\s+at /);
  return { document: JSON.parse(stdout), exitCode };
}

/** A compiler that fuses multiply and add: the defect of the recorded failure. */
function plantDefect(): string {
  const bin = join(folder, 'fusing');
  mkdirSync(bin);
  const real = execaSync('sh', ['-c', 'command -v arm-none-eabi-gcc']).stdout;
  writeFileSync(join(bin, 'arm-none-eabi-gcc'), `#!/bin/sh\nexec ${real} "$@" -ffp-contract=fast\n`);
  chmodSync(join(bin, 'arm-none-eabi-gcc'), 0o755);
  return bin;
}

describe('a run that failed in the lab', () => {
  beforeAll(async () => {
    const path = process.env['PATH'];
    process.env['NEAI_HOST'] = 'Lab-7.example.org';
    expect((await compare('healthy')).exitCode).toBe(0);
    process.env['PATH'] = `${plantDefect()}${delimiter}${path}`;
    try {
      expect((await compare('fused')).exitCode).toBe(1);
    } finally {
      process.env['PATH'] = path;
      delete process.env['NEAI_HOST'];
    }
  }, 480_000);

  test('stands in the history that compare keeps by itself, beside the one that passed', async () => {
    const { stdout } = await runNeai(folder, 'history', '--json');
    const { runs, since } = historyRecordSchema.parse(JSON.parse(stdout));
    expect(runs.map(({ scenario, ending, equivalence }) => [scenario, ending, equivalence?.verdict])).toEqual(
      [
        ['healthy', 'complete', 'PASS'],
        ['fused', 'complete', 'FAIL'],
      ],
    );
    expect(runs.map(({ id }) => id)).toEqual([
      expect.stringMatching(/^\d{8}-\d{6}-healthy-lab\.7-1$/),
      expect.stringMatching(/^\d{8}-\d{6}-fused-lab\.7-2$/),
    ]);
    expect(runs[0]!.page).toContain('report.html');
    expect(since).toEqual([
      expect.objectContaining({ scenario: 'fused', what: 'equivalence', lastGood: null }),
    ]);
  }, 300_000);

  test('has a bundle that is whole, and that shows the same failure again without the lab', async () => {
    const { document, exitCode } = await json('verify', join(runOf('fused'), 'evidence.zip'));
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({
      intact: true,
      evidence: 'virtual',
      recorded: { equivalence: { verdict: 'FAIL' } },
      emulator: { verdict: 'same', calls: 31 },
      virtualBoard: { verdict: 'same', calls: 31 },
    });
  }, 300_000);

  test('names the member of a bundle of which a byte was changed, and replays nothing', async () => {
    const bytes = readFileSync(join(runOf('fused'), 'evidence.zip'));
    // Behind the manifest, which names it too.
    const at = bytes.indexOf('firmware.elf', bytes.indexOf('PK\u0003\u0004', 4)) + 5000;
    bytes[at]! ^= 4;
    writeFileSync(join(folder, 'damaged.zip'), bytes);
    const { document, exitCode } = await json('verify', join(folder, 'damaged.zip'));
    expect(exitCode).toBe(2);
    expect(document.error).toMatchObject({
      code: 'BUNDLE_DAMAGED',
      got: expect.stringContaining('firmware.elf'),
    });
  }, 400_000);

  test('is refused when its record says another verdict than its calls', async () => {
    const forged = join(folder, 'forged');
    cpSync(runOf('healthy'), forged, { recursive: true });
    const file = join(forged, 'record.json');
    const record = JSON.parse(readFileSync(file, 'utf8'));
    record.calls.target.code[27] = (record.calls.target.code[27] + 1) % 100;
    writeFileSync(file, JSON.stringify(record));
    expect((await json('evidence', forged)).exitCode).toBe(0);
    const { document, exitCode } = await json('verify', join(forged, 'evidence.zip'), '--no-replay');
    expect(exitCode).toBe(2);
    expect(JSON.stringify(document.error)).toContain('record.json: its verdict is not that of its own calls');
  });

  test('comes again frame by frame, and another image parts at the first answer that differs', async () => {
    const again = await json('replay', join(runOf('fused'), 'evidence.zip'));
    expect(again).toMatchObject({ exitCode: 0, document: { verdict: 'same', first: null } });
    const healthy = join(runOf('healthy'), 'firmware.elf');
    const mended = await json(
      'replay',
      join(runOf('fused'), 'frames.log'),
      '--board',
      BOARD,
      '--firmware',
      healthy,
    );
    expect(mended.exitCode).toBe(1);
    // The image says who it is before it learns anything.
    expect(mended.document.first.why).toContain('firmwareHash recorded');
  }, 400_000);
});

describe('a recording of a line that was disturbed', () => {
  test('comes again with the disturbance, and without it parts at the refusal', async () => {
    const healthy = runOf('healthy');
    const log = join(healthy, 'disturbed.log');
    const place = await startVirtualSlot(loadBoard(BOARD));
    try {
      const session = await attach(place.slot);
      await session.flash(join(healthy, 'firmware.elf'));
      const frames = new FrameLog(log);
      const client = await session.connect({ tap: (line) => frames.tap(line), packSamples: false });
      await client.call('initialize', {});
      const fault = { do: 'serial-fault', direction: 'to-board', kind: 'flip', offset: 30, count: 1 };
      frames.note(`control ${JSON.stringify(fault)}`);
      await askControl(place.slot.control!, fault);
      const learned = await client.call('learn', {
        signal: Float32Array.from({ length: 16 }, (_, at) => Math.sin(at)),
      });
      expect(learned.learnCounter).toBe(1);
      frames.flush();
      await session.close();
    } finally {
      await place.close();
    }
    expect(readFileSync(log, 'utf8')).toContain('refusal');
    const firmware = ['--board', BOARD, '--firmware', join(healthy, 'firmware.elf')];
    const again = await json('replay', log, ...firmware);
    expect(again.document).toMatchObject({ verdict: 'same', first: null });
    const quiet = join(folder, 'quiet.log');
    writeFileSync(quiet, readFileSync(log, 'utf8').replace(/^.* control .*\n/m, ''));
    const parted = await json('replay', quiet, ...firmware);
    expect(parted.exitCode).toBe(1);
    expect(parted.document.first).toMatchObject({ recorded: expect.stringContaining('refusal') });
  }, 400_000);

  test('is refused when lines were left out of it, or it is none', async () => {
    const text = readFileSync(join(runOf('healthy'), 'frames.log'), 'utf8').split('\n');
    const thinned = [
      ...text.slice(0, 9),
      '... 12 lines left out: the scenario passed',
      ...text.slice(-9),
    ].join('\n');
    const cut = text.join('\n').slice(0, -9);
    for (const content of [thinned, cut, 'no log\n', '']) {
      writeFileSync(join(folder, 'frames.log'), content);
      const args = ['--board', BOARD, '--firmware', join(runOf('healthy'), 'firmware.elf')];
      const { document, exitCode } = await json('replay', join(folder, 'frames.log'), ...args);
      expect(exitCode).toBe(2);
      expect(document.error.code).toBe('FRAMES_INVALID');
    }
  }, 400_000);
});
