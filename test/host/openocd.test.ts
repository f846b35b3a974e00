import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { listBoards, loadBoard } from '../../src/boards/load.ts';
import { OpenOcd, type OpenOcdOptions } from '../../src/host/openocd.ts';
import { childrenEnd, isAlive, listeningAddresses } from './processes.ts';

/** Nothing listens on this ST-LINK server port: port 1 of the loopback interface is reserved. */
const nobody = { boardFile: 'board/st_nucleo_l4.cfg', adapter: ['hla_stlink_backend tcp 1'] };
const options: OpenOcdOptions = { ...nobody, probeSerial: '0660FF000000000000000001', deadlineFactor: 2 };
const open: OpenOcd[] = [];

async function start(extra: Partial<OpenOcdOptions> = {}): Promise<OpenOcd> {
  const openOcd = await OpenOcd.start({ ...options, ...extra });
  open.push(openOcd);
  return openOcd;
}

function script(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'neai-test-')), 'openocd');
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((openOcd) => openOcd.close()));
});

describe('the OpenOCD process', () => {
  it('listens on one port of the loopback interface only, chosen by the system, also many at once', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => start()));
    const addresses = all.map((openOcd) => listeningAddresses(openOcd.pid));
    for (const list of addresses) expect(list).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/)]);
    expect(new Set(addresses.flat()).size).toBe(6);
  });

  it('keeps result and log of a command apart and runs commands strictly one after the other', async () => {
    const openOcd = await start();
    const results = await Promise.all([
      openOcd.run('set ::order first'),
      openOcd.run('sleep 50; echo noise; append ::order " second"'),
      openOcd.run('append ::order " third"'),
    ]);
    expect(results).toEqual(['first', 'first second', 'first second third']);
  });

  it('gives a missing probe its code, with the transcript file as evidence', async () => {
    const transcriptFile = join(mkdtempSync(join(tmpdir(), 'neai-test-')), 'openocd.log');
    const openOcd = await start({ transcriptFile });
    await expect(openOcd.run('init')).rejects.toMatchObject({
      code: 'PROBE_NOT_FOUND',
      exitStatus: 3,
      details: { asked: 'init', evidence: transcriptFile },
    });
    expect(readFileSync(transcriptFile, 'utf8')).toContain('cannot connect to stlink server');
  });

  it.each(listBoards())('has the work area that board.json of %s declares', async (id) => {
    const { openocd } = loadBoard(id);
    const openOcd = await start({ boardFile: openocd.boardFile, adapter: [`${openocd.backendCommand} 1`] });
    const area = await openOcd.run(
      'set t [lindex [target names] 0]; list [$t cget -work-area-phys] [$t cget -work-area-size] [transport select]',
    );
    const [address, bytes, transport] = area.trim().split(' ');
    expect([Number(address), Number(bytes), transport]).toEqual([
      openocd.workAreaAddress,
      openocd.workAreaBytes,
      openocd.transport,
    ]);
  });

  it('attaches the transcript to a text that it does not know', async () => {
    const openOcd = await start();
    await expect(openOcd.run('expr 1 +')).rejects.toMatchObject({
      code: 'OPENOCD_UNKNOWN',
      details: { evidence: expect.stringContaining('> expr 1 +') },
    });
  });

  it('ends a command at its deadline, and the process with it', async () => {
    const openOcd = await start();
    await expect(openOcd.run('sleep 20000', { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'OPENOCD_TIMEOUT',
    });
    await expect(openOcd.run('version')).rejects.toMatchObject({ code: 'OPENOCD_TIMEOUT' });
    await openOcd.close();
    expect(isAlive(openOcd.pid)).toBe(false);
  });

  it('is called off by an abort signal in the middle of a command', async () => {
    const openOcd = await start();
    const controller = new AbortController();
    const running = openOcd.run('sleep 20000', { timeoutMs: 30_000, signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED', exitStatus: 130 });
  });

  it('tells that OpenOCD was killed in the middle of a command', async () => {
    const openOcd = await start();
    const running = openOcd.run('sleep 20000', { timeoutMs: 30_000 });
    process.kill(openOcd.pid, 'SIGKILL');
    await expect(running).rejects.toMatchObject({
      code: 'OPENOCD_DIED',
      message: expect.stringContaining('SIGKILL'),
    });
  });

  it('never sends a command that could change option bytes or protection', async () => {
    const openOcd = await start();
    for (const command of [
      'stm32l4x option_write 0 0x20 0',
      'stm32l4x unlock 0',
      'stm32f2x lock 0',
      'halt; stm32l4x mass_erase 0',
      'flash protect 0 0 1 off',
      'flash erase_address pad 0x08000000 4',
      'flash erase_address unlock 0x08000000 2048',
      'flash write_image erase unlock {x.bin} 0x08000000',
    ])
      expect(() => openOcd.run(command), command).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    await expect(openOcd.run('set ::name {/tmp/my lock/option.bin}')).resolves.toBe(
      '/tmp/my lock/option.bin',
    );
  });
});

describe('an OpenOCD that cannot be used', () => {
  it.each([
    ['is not installed', () => '/nonexistent/openocd', 'OPENOCD_MISSING'],
    ['ends at once', () => script('echo "Error: no such board" >&2; exit 1'), 'OPENOCD_START_FAILED'],
    ['never opens its port', () => script('exec sleep 60'), 'OPENOCD_START_FAILED'],
  ])('%s: refused with its own code', async (_what, program, code) => {
    // The stock deadline of ten seconds, shortened: it is the waiting that is tested.
    const refused = OpenOcd.start({ ...options, deadlineFactor: 0.05, program: program() });
    await expect(refused).rejects.toMatchObject({ code });
  });

  it('is older than 0.12: refused naming the version', async () => {
    const old = script(`exec openocd -c 'proc version {} { return "Open On-Chip Debugger 0.11.0" }' "$@"`);
    await expect(OpenOcd.start({ ...options, program: old })).rejects.toMatchObject({
      code: 'OPENOCD_TOO_OLD',
      details: { got: 'Open On-Chip Debugger 0.11.0' },
    });
  });
});

describe('when this process is killed', () => {
  it('leaves no OpenOCD behind', async () => {
    const code = `
      const { OpenOcd } = await import(${JSON.stringify(new URL('../../src/host/openocd.ts', import.meta.url).href)});
      const openOcd = await OpenOcd.start(${JSON.stringify(options)});
      process.stdout.write(openOcd.pid + '\\n');
      await openOcd.run('sleep 60000', { timeoutMs: 60_000 });`;
    const owner = execa(process.execPath, ['--input-type=module', '-e', code], { reject: false });
    const [line] = (await owner.stdout.take(1).toArray()) as Buffer[];
    const pid = Number(String(line));
    expect(isAlive(pid)).toBe(true);
    owner.kill('SIGKILL');
    await childrenEnd([pid], 5000);
  });
});
