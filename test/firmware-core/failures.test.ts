import { once } from 'node:events';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client, type ClientOptions } from '../../src/protocol/client.ts';
import { buildHostCore } from './build.ts';
import { HostCore } from './host-core.ts';
import { signalOf } from './signals.ts';

let program: string;
const opened: Client[] = [];

beforeAll(async () => {
  program = await buildHostCore();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.close()));
});

function connect(environment: Record<string, string> = {}, options: Partial<ClientOptions> = {}) {
  const core = new HostCore(program, environment);
  const client = new Client({ transport: core, ...options });
  opened.push(client);
  return { core, client };
}

const limits = { timeoutMs: 20_000 };

describe('a board that is reset in the middle of a session', () => {
  // Records of the board: 1 banner, 2 hello, 3 status, 4 initialize, 5 learn. A hello may have been doubled by the banner.
  it('between a learn and its answer is noticed in that exchange, and the learn is settled as lost state', async () => {
    const { core, client } = connect({ NEAI_HOST_RESET_AT: '6' });
    // One hello only, so that the count of records is certain.
    await once(bannerOf(core), 'banner');
    await client.open(limits);
    await client.call('initialize', {}, limits);
    await client.call('learn', { signal: signalOf(1) }, limits);
    await expect(client.call('learn', { signal: signalOf(2) }, limits)).rejects.toMatchObject({
      code: 'BOARD_RESET_IN_SESSION',
      outcome: 'unknown',
      details: { got: expect.stringContaining('watchdog boot 2') },
    });
    expect(await client.settle(limits)).toMatchObject({
      bootedAgain: true,
      before: { learnCounter: 1 },
      after: { learnCounter: 0 },
      requests: [{ command: 'learn', outcome: 'state-lost' }],
    });
  });

  it('is noticed by its boot counter when its banner is lost too', async () => {
    const { core, client } = connect({ NEAI_HOST_RESET_AT: '5' }, { deadlineFactor: 0.25 });
    await once(bannerOf(core), 'banner');
    await client.open(limits);
    await client.call('initialize', {}, limits);
    core.toHost = (record) => (String.fromCharCode(...record).startsWith('neai-hil') ? [] : [record]);
    await expect(client.call('learn', { signal: signalOf(1) }, limits)).rejects.toMatchObject({
      code: 'BOARD_RESET_IN_SESSION',
      details: { got: 'boot counter 2, was 1' },
    });
  });

  it('by a fault reports registers and the command that was running', async () => {
    const lines: string[] = [];
    const { core, client } = connect({ NEAI_HOST_PANIC_AT: '4' }, { onConsole: (line) => lines.push(line) });
    await once(bannerOf(core), 'banner');
    await client.open(limits);
    const failed = client.call('initialize', {}, limits);
    await expect(failed).rejects.toMatchObject({
      code: 'BOARD_FAULT',
      message: expect.stringContaining('HardFault at 0x08001234'),
      details: { got: expect.stringContaining('cfsr=00008200') },
    });
    expect(await client.settle(limits)).toMatchObject({ bootedAgain: true });
    expect(lines.at(-1)).toMatch(/software boot 2$/);
  });
});

describe('a board that does not answer', () => {
  it('is silent when not one byte comes', async () => {
    const { core, client } = connect();
    core.toHost = () => [];
    await expect(client.open({ timeoutMs: 500 })).rejects.toMatchObject({ code: 'BOARD_SILENT' });
  });

  it('is garbled when bytes come that are neither frame nor text', async () => {
    const { core, client } = connect();
    core.toHost = (record) => [record.map((byte) => (byte * 7) | 0x80)];
    await expect(client.open({ timeoutMs: 500 })).rejects.toMatchObject({ code: 'BOARD_GARBLED' });
  });

  it('speaks no protocol when only text comes', async () => {
    const { core, client } = connect();
    core.toHost = () => [new TextEncoder().encode('Hello from another firmware')];
    await expect(client.open({ timeoutMs: 500 })).rejects.toMatchObject({ code: 'BOARD_NO_PROTOCOL' });
  });

  it('has a bad line when only damaged frames come', async () => {
    const { core, client } = connect();
    core.toHost = (record) => [Uint8Array.of(...record.subarray(0, -1), record.at(-1)! ^ 1)];
    await expect(client.open({ timeoutMs: 500 })).rejects.toMatchObject({ code: 'PROTOCOL_BAD_CRC' });
  });

  it('has a bad line when our frames come damaged to it', async () => {
    const { core, client } = connect();
    await client.open(limits);
    core.toBoard = (bytes) => [bytes.map((byte, index) => (index === bytes.length - 5 ? byte ^ 1 : byte))];
    const learned = client.call('learn', { signal: signalOf(1) }, { timeoutMs: 300 });
    await expect(learned).rejects.toMatchObject({ code: 'PROTOCOL_BAD_CRC', outcome: 'unknown' });
    core.toBoard = (bytes) => [bytes];
    expect(await client.settle(limits)).toMatchObject({ requests: [{ outcome: 'no-effect' }] });
  });

  it('is gone when its line ends, at once and not at the deadline', async () => {
    const { core, client } = connect();
    await client.open(limits);
    core.toBoard = () => {
      core.kill();
      return [];
    };
    await expect(client.call('ping', {}, { timeoutMs: 60_000 })).rejects.toMatchObject({
      code: 'PORT_CLOSED',
    });
    await expect(client.open()).rejects.toMatchObject({ code: 'PORT_CLOSED' });
  });

  it('is named together with the field when it runs another library', async () => {
    const { client } = connect({}, { expected: { libraryId: 'ffffffffffffffffffffffff' } });
    await expect(client.open(limits)).rejects.toMatchObject({
      code: 'PROTOCOL_MISMATCH',
      details: { got: 'libraryId 00112233445566778899aabb' },
    });
  });
});

/** An emitter that tells when the banner has come through. */
function bannerOf(core: HostCore): EventTarget {
  const target = new EventTarget();
  const before = core.toHost;
  core.toHost = (record) => {
    if (String.fromCharCode(...record).startsWith('neai-hil')) {
      core.toHost = before;
      queueMicrotask(() => target.dispatchEvent(new Event('banner')));
    }
    return before(record);
  };
  return target;
}
