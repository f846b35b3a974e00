import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CborValue, decodeCbor, encodeCbor } from '../../src/protocol/cbor.ts';
import { REFUSALS, type RefusalName } from '../../src/protocol/codes.ts';
import { type CommandName, commandRow } from '../../src/protocol/commands.ts';
import { decodeFrame, encodeFrame, type Frame } from '../../src/protocol/frame.ts';
import { PackedSamples, packSamples } from '../../src/protocol/packed-samples.ts';
import { buildHostCore } from './build.ts';
import { HostCore } from './host-core.ts';
import { digestAfter, signalOf } from './signals.ts';

let program: string;
let board: Board;

/** The other side of the protocol, spoken by hand: one unit out, the next frame in. */
class Board {
  readonly core = new HostCore(program);
  nonce = 0x12345678;
  sequence = 0;
  round = 0;
  readonly #frames: Frame[] = [];
  #wake: () => void = () => undefined;

  constructor() {
    this.core.onRecord((record) => {
      const frame = decodeFrame(record);
      if (typeof frame === 'string') return;
      this.#frames.push(frame);
      this.#wake();
    });
  }

  async next(): Promise<Frame> {
    while (this.#frames.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    return this.#frames.shift()!;
  }

  /** Sends a unit under the next sequence number, or what `change` makes of it. */
  async send(
    command: CommandName | number,
    payload: Uint8Array,
    change: Partial<Frame> = {},
  ): Promise<Frame> {
    const id = typeof command === 'number' ? command : commandRow(command).id;
    const { nonce, round } = this;
    const sequence = change.sequence ?? this.sequence++;
    const frame: Frame = {
      kind: 'request',
      round,
      nonce,
      command: id,
      length: payload.length,
      payload,
      ...change,
      sequence,
    };
    await this.core.write(encodeFrame(frame));
    return this.next();
  }

  ask(command: CommandName | number, ...fields: CborValue[]): Promise<Frame> {
    return this.send(command, encodeCbor(fields));
  }
}

const fieldsOf = (frame: Frame): readonly number[] => decodeCbor(frame.payload) as readonly number[];

function expectRefusal(frame: Frame, name: RefusalName): void {
  const row = REFUSALS.find(({ code }) => code === fieldsOf(frame)[0]);
  expect(frame.kind === 'refusal' ? row?.name : `${frame.kind}`).toBe(name);
}

/** Whatever was refused: nothing was learned by it, and the next learn works. */
async function expectReady(learnsBefore = 0): Promise<void> {
  const signals = Array.from({ length: learnsBefore + 1 }, () => signalOf(9));
  const answer = await board.ask('learn', signalOf(9));
  expect(answer.kind).toBe('answer');
  expect(fieldsOf(answer).slice(0, 3)).toEqual([1, learnsBefore + 1, digestAfter(signals)]);
}

beforeAll(async () => {
  program = await buildHostCore();
});

beforeEach(async () => {
  board = new Board();
  expect((await board.ask('hello', 1, 655)).kind).toBe('answer');
  expect((await board.ask('initialize')).kind).toBe('answer');
});

afterEach(() => board.core.close());

const samples = (count: number): Float32Array => new Float32Array(count);

describe('the core refuses with a code of its own, executes nothing, and is ready', () => {
  it.each<[string, RefusalName, CommandName | number, CborValue[]]>([
    ['a command without a row', 'unknown_command', 200, []],
    ['a trace of a build without taps', 'unsupported', 'trace', [0]],
    ['a command of another kind of library', 'unsupported', 'classify', [samples(48)]],
    ['one sample too few', 'wrong_length', 'learn', [samples(47)]],
    ['one sample too many', 'wrong_length', 'learn', [samples(49)]],
    ['no samples', 'wrong_length', 'detect', [samples(0)]],
    ['more samples than the input buffer takes', 'too_large', 'learn', [samples(8193)]],
    ['a number in place of samples', 'wrong_type', 'learn', [7]],
    ['bytes in place of samples', 'wrong_type', 'learn', [new Uint8Array(192)]],
    ['text in place of a number', 'wrong_type', 'set_baud', ['fast']],
    ['a negative number', 'wrong_type', 'set_baud', [-1]],
    ['a field too many', 'wrong_length', 'initialize', [1]],
    ['a field too few', 'wrong_length', 'learn', []],
    ['a rate nobody makes', 'out_of_range', 'set_baud', [7]],
    ['a part beyond the knowledge', 'out_of_range', 'knowledge_read', [0, 17]],
    ['a part that starts behind the knowledge', 'out_of_range', 'knowledge_write', [17, new Uint8Array(0)]],
    ['an offset that wraps around', 'out_of_range', 'knowledge_read', [0xffff_fff0, 32]],
    ['signals that are no whole number', 'wrong_length', 'learn_many', [samples(100)]],
    ['more detects than one answer takes', 'too_large', 'detect_many', [samples(48 * 41)]],
    ['a unit length it does not make', 'out_of_range', 'hello', [1, 656]],
    ['another version in hello', 'wrong_version', 'hello', [2, 655]],
  ])('%s', async (_what, name, command, fields) => {
    const payload = encodeCbor(fields);
    let frame: Frame;
    if (payload.length <= 631) frame = await board.send(command, payload);
    else {
      // Several units: each but the last is acknowledged, the refusal comes at the end.
      let from = 0;
      for (;;) {
        const piece = payload.subarray(from, from + 631);
        const kind = from === 0 ? 'request' : 'continue';
        frame = await board.send(command, piece, { kind, length: payload.length - from });
        from += 631;
        if (from >= payload.length) break;
        expect(frame.kind).toBe('acknowledge');
        expect(fieldsOf(frame)).toEqual([board.sequence]);
      }
    }
    expectRefusal(frame, name);
    await expectReady();
  });

  it.each<[string, RefusalName, string]>([
    ['a head longer than needed', 'malformed', '811900ff'],
    ['a 64-bit head', 'malformed', '811b0000000000002580'],
    ['an array of indefinite length', 'malformed', '9f192580ff'],
    ['a float', 'wrong_type', '81fa46160000'],
    ['a map', 'wrong_type', 'a0'],
    ['bytes left over', 'wrong_length', '8119258000'],
    ['a payload cut short', 'wrong_length', '811925'],
    ['an empty payload', 'wrong_length', ''],
  ])('a payload with %s', async (_what, name, hex) => {
    expectRefusal(await board.send('set_baud', Uint8Array.from(Buffer.from(hex, 'hex'))), name);
    await expectReady();
  });

  it.each<[string, RefusalName, Float32Array, number, (bytes: Uint8Array) => Uint8Array]>([
    ['of one signal less a value for each axis', 'wrong_length', samples(45), 3, (bytes) => bytes],
    ['of one signal and a value for each axis more', 'wrong_length', samples(51), 3, (bytes) => bytes],
    ['more than the input buffer takes', 'too_large', samples(8193), 3, (bytes) => bytes],
    ['that say more than follow', 'wrong_length', samples(48), 3, (bytes) => bytes.subarray(0, -1)],
    ['with a byte left over', 'wrong_length', samples(48), 3, (bytes) => Uint8Array.of(...bytes, 0)],
    ['of no axes', 'malformed', samples(48), 3, (bytes) => bytes.with(0, 0)],
    ['of axes that do not divide them', 'wrong_length', samples(48), 3, (bytes) => bytes.with(0, 5)],
    ['of a form nobody knows', 'malformed', samples(48), 3, (bytes) => bytes.with(2, 3)],
    ['that are no bytes at all', 'wrong_length', samples(48), 3, () => new Uint8Array()],
  ])('packed samples %s', async (_what, name, values, axes, change) => {
    const packed = new PackedSamples(change(packSamples(values, axes)!.bytes));
    for (const command of ['learn', 'detect', 'learn_many', 'detect_many'] as const) {
      expectRefusal(await board.ask(command, packed), name);
    }
    await expectReady();
  });

  it('packed samples where a number belongs, and a number behind their tag', async () => {
    const packed = packSamples(samples(48), 3)!;
    expectRefusal(await board.ask('set_baud', packed), 'wrong_type');
    const tag = encodeCbor([packed]).slice(0, 4); // the array and the tag
    expectRefusal(await board.send('learn', Uint8Array.of(...tag, 7)), 'wrong_type');
    await expectReady();
  });

  it('samples whose bytes are no whole number of values', async () => {
    const payload = Uint8Array.from(Buffer.from('81d8554300803f', 'hex'));
    expectRefusal(await board.send('learn', payload), 'wrong_length');
    await expectReady();
  });

  it('a continuation without a message', async () => {
    expectRefusal(await board.send('learn', new Uint8Array(10), { kind: 'continue' }), 'wrong_unit');
    await expectReady();
  });

  it('a continuation that does not fit its message', async () => {
    const payload = encodeCbor([samples(480)]);
    const first = await board.send('learn_many', payload.subarray(0, 631), { length: payload.length });
    expect(first.kind).toBe('acknowledge');
    const wrong = await board.send('learn_many', payload.subarray(631, 700), { kind: 'continue' });
    expectRefusal(wrong, 'wrong_unit');
    await expectReady();
  });

  it('a unit that is not full and not the last', async () => {
    const payload = encodeCbor([samples(480)]);
    expectRefusal(
      await board.send('learn_many', payload.subarray(0, 600), { length: payload.length }),
      'wrong_unit',
    );
    await expectReady();
  });

  it('a frame of an unknown session, and one of an earlier session', async () => {
    expectRefusal(await board.send('learn', encodeCbor([signalOf(1)]), { nonce: 99 }), 'no_session');
    const old = board.nonce;
    board.nonce = 77;
    board.sequence = 1000;
    expect((await board.ask('hello', 1, 655)).kind).toBe('answer');
    const late = { nonce: old, sequence: 2 };
    expectRefusal(await board.send('learn', encodeCbor([signalOf(1)]), late), 'old_session');
    expectRefusal(
      await board.send('hello', encodeCbor([1, 655]), { nonce: old, sequence: 0 }),
      'old_session',
    );
    await expectReady();
  });

  it('a record that begins like a frame and is none, saying what it expects; other records say nothing', async () => {
    await board.core.write(new TextEncoder().encode('ATZ\r\n\u0001ATZ\r\n'));
    const frame = await board.next();
    expectRefusal(frame, 'bad_frame');
    expect(fieldsOf(frame)[1]).toBe(board.sequence);
    await expectReady();
  });
});

describe('NaN and infinity, packed', () => {
  const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  it.each(bad)(
    '%s reaches the library, which refuses it with its own code and learns nothing',
    async (value) => {
      // One axis of the same bits throughout: such words pack, as NaN of a broken sensor would.
      const signal = Float32Array.from({ length: 48 }, (_, i) => (i % 3 === 1 ? value : i % 3));
      const packed = packSamples(signal, 3)!;
      expect(packed.bytes.length).toBeLessThan(4 * 48);
      expect(fieldsOf(await board.ask('learn', packed)).slice(0, 2)).toEqual([2, 0]);
      await expectReady();
      expect(fieldsOf(await board.ask('detect', packed)).slice(0, 2)).toEqual([125, 1]);
      await expectReady(1);
    },
  );

  it('a batch with one in its second signal learns the first and says where it stopped', async () => {
    const signal = Float32Array.from({ length: 96 }, (_, i) => (i >= 48 && i % 3 === 0 ? Number.NaN : 2));
    const [learned, code, counter] = fieldsOf(await board.ask('learn_many', packSamples(signal, 3)!));
    expect([learned, code, counter]).toEqual([1, 2, 1]);
  });

  it('a sensitivity of these bits leaves the one in force', async () => {
    const before = fieldsOf(await board.ask('get_sensitivity'));
    for (const value of bad) {
      const word = new Uint32Array(Float32Array.of(value).buffer)[0]!;
      expect(fieldsOf(await board.ask('set_sensitivity', word))).toEqual(before);
    }
    await expectReady();
  });
});

describe('sequence numbers', () => {
  it('ahead of the expected one are refused once for each round, saying which is expected', async () => {
    const payload = encodeCbor([signalOf(1)]);
    const expected = board.sequence;
    const refused = await board.send('learn', payload, { sequence: expected + 3 });
    expectRefusal(refused, 'ahead');
    expect(fieldsOf(refused)[1]).toBe(expected);
    // A second one of the same round says nothing: what comes next is the refusal of the next round.
    await board.core.write(encodeFrame({ ...refused, kind: 'request', length: payload.length, payload }));
    expect((await board.send('learn', payload, { sequence: expected + 1, round: 1 })).round).toBe(1);
    await expectReady();
  });

  it('that were answered are answered again with the same bytes, and nothing is executed', async () => {
    const payload = encodeCbor([signalOf(9)]);
    const first = await board.send('learn', payload);
    const sequence = board.sequence - 1;
    // The content does not matter any more: the number decides.
    const again = await board.send('learn', encodeCbor([signalOf(8)]), { sequence, round: 5 });
    expect(again).toEqual({ ...first, round: 5 });
    await expectReady(1);
  });

  it('are answered again as long as eight later answers do not push theirs out, and are too old then', async () => {
    const payload = encodeCbor([signalOf(9)]);
    const first = board.sequence;
    for (let count = 0; count < 8; count++) await board.send('learn', payload);
    expect((await board.send('learn', payload, { sequence: first })).kind).toBe('answer');
    await board.send('learn', payload);
    expectRefusal(await board.send('learn', payload, { sequence: first }), 'too_old');
    await expectReady(9);
  });

  it('of reads are executed again and push no answer out', async () => {
    const payload = encodeCbor([signalOf(9)]);
    const learned = await board.send('learn', payload);
    const learn = board.sequence - 1;
    for (let count = 0; count < 20; count++) await board.ask('get_status');
    const status = await board.send('get_status', encodeCbor([]), { sequence: learn + 1 });
    expect(fieldsOf(status).slice(1)).toEqual([1, digestAfter([signalOf(9)])]);
    expect((await board.send('learn', payload, { sequence: learn })).payload).toEqual(learned.payload);
    await expectReady(1);
  });

  it('wrap around at 2^32', async () => {
    board.nonce = 5;
    board.sequence = 0xffff_fffe;
    expect((await board.send('hello', encodeCbor([1, 655]))).kind).toBe('answer');
    expect((await board.send('learn', encodeCbor([signalOf(9)]))).sequence).toBe(0xffff_ffff);
    board.sequence = 0;
    await expectReady(1);
  });

  it('of a message that its sender gave up are used up, and the next message is executed alone', async () => {
    const payload = encodeCbor([samples(480)]);
    const first = await board.send('learn_many', payload.subarray(0, 631), { length: payload.length });
    expect(first.kind).toBe('acknowledge');
    await expectReady();
  });
});
