import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fakeRoot } from '../host/fake-sysfs.ts';
import { Rig } from '../host/rig.ts';
import { runNeai } from './run-neai.ts';

const home = mkdtempSync(join(tmpdir(), 'neai-rack-cli-'));
const rig = new Rig();
const roots: string[] = [];
afterAll(async () => {
  await rig.close();
  for (const folder of [home, ...roots]) rmSync(folder, { recursive: true, force: true });
});

const A = '066CFF515753667267114211';
function rootWith(...serials: string[]): string {
  const root = fakeRoot(
    serials.map((serial, index) => ({
      usbPath: `1-${index + 1}`,
      product: '374b',
      serial,
      ttys: [`ttyACM${index}`],
    })),
  );
  roots.push(root);
  return root;
}

describe('neai rack scan', () => {
  it('lists probes with their ports, and says nothing of a file that was not asked for', async () => {
    const { stdout, exitCode } = await runNeai(home, 'rack', 'scan', '--sysfs', rootWith(A), '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      probes: [
        expect.objectContaining({
          serial: A,
          ttys: ['/dev/ttyACM0'],
          byId: [`/dev/serial/by-id/usb-STMicroelectronics_STM32_STLink_${A}-if02`],
          guess: { boards: [], because: 'the chip has not been asked (--probe)' },
        }),
      ],
    });
  });

  it('lists nothing and fails in nothing on a computer without USB', async () => {
    const { stdout, exitCode } = await runNeai(home, 'rack', 'scan', '--sysfs', '/nonexistent');
    expect({ stdout, exitCode }).toEqual({ stdout: 'no ST-LINK is plugged in', exitCode: 0 });
  });

  it('writes a rack file whose open board is refused by name when it is used, and keeps what people change', async () => {
    const root = rootWith(A);
    const first = await runNeai(home, 'rack', 'scan', '--sysfs', root, '--out', 'rack.yaml');
    expect(first.exitCode).toBe(0);
    expect(first.stdout).toContain("slot bench-1: write behind 'board:' which board it is");
    const used = await runNeai(home, 'console', '--slot', 'bench-1', '--json');
    expect(JSON.parse(used.stdout)).toMatchObject({
      error: { code: 'BOARD_UNKNOWN', remedy: expect.stringContaining('nucleo-l432kc') },
    });
    const file = join(home, 'rack.yaml');
    const mine = readFileSync(file, 'utf8').replace('bench-1', 'window').replace('fill-in', 'nucleo-l432kc');
    writeFileSync(file, mine);
    const second = await runNeai(home, 'rack', 'scan', '--sysfs', root, '--out', 'rack.yaml', '--json');
    expect(JSON.parse(second.stdout).rack).toEqual({
      file: 'rack.yaml',
      added: [],
      filledIn: [],
      present: ['window'],
      absent: [],
      toFillIn: [],
      disagreements: [],
    });
    expect(readFileSync(file, 'utf8')).toBe(mine);
    expect(readdirSync(home)).toEqual(['rack.yaml']);
  });

  it('writes no file when there is nothing to write', async () => {
    const { stdout, exitCode } = await runNeai(
      home,
      'rack',
      'scan',
      '--sysfs',
      rootWith(),
      '--out',
      'none.yaml',
      '--json',
    );
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'PROBE_NOT_FOUND' } });
    expect(readdirSync(home)).not.toContain('none.yaml');
  });

  it('asks the chip with the adapter that its slot names, and fills in the board', async () => {
    const { slot } = await rig.virtual();
    const file = join(home, 'asked.yaml');
    writeFileSync(
      file,
      `slots:\n  - name: a\n    board: fill-in\n    kind: virtual\n    probeSerial: ${slot.probeSerial}\n` +
        `    adapter: ${JSON.stringify(slot.adapter)}\n    deadlineFactor: ${slot.deadlineFactor}\n`,
    );
    const root = rootWith(slot.probeSerial);
    const { stdout, exitCode } = await runNeai(
      home,
      'rack',
      'scan',
      '--sysfs',
      root,
      '--probe',
      '--out',
      file,
      '--json',
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      probes: [{ chip: { deviceId: 0x435, flashKilobytes: 256 }, guess: { boards: ['nucleo-l432kc'] } }],
      rack: { filledIn: ['a'], toFillIn: [] },
    });
    expect(readFileSync(file, 'utf8')).toContain('board: nucleo-l432kc # the chip has device id 0x435');
  });

  it('lists a probe that OpenOCD cannot reach all the same, with the reason and status 3', async () => {
    const { stdout, exitCode } = await runNeai(
      home,
      'rack',
      'scan',
      '--sysfs',
      rootWith(A),
      '--probe',
      '--json',
    );
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout).probes[0]).toMatchObject({ serial: A, refusal: { code: 'PROBE_NOT_FOUND' } });
  });
});
