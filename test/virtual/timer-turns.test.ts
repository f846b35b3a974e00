import { describe, expect, test } from 'vitest';
import type { CoreSignals, VirtualClock } from '../../src/virtual/interfaces.ts';
import { Lptim } from '../../src/virtual/peripherals/lptim.ts';
import type { RegisterBlock } from '../../src/virtual/peripherals/register-block.ts';
import { Tim } from '../../src/virtual/peripherals/tim.ts';

/** A clock that stands at the time of the last event called, as the machine's does for a core asleep. */
class EventClock implements VirtualClock {
  now = 0;
  #events: { atNs: number; callback: () => void }[] = [];

  nowNs = () => this.now;
  schedule = (atNs: number, callback: () => void) => {
    const event = { atNs, callback };
    this.#events.push(event);
    return event;
  };
  cancel = (handle: { readonly atNs: number }) => {
    this.#events = this.#events.filter((event) => event !== handle);
  };
  advanceTo = () => {};

  /** Calls the one event that is planned, at its own time. */
  fire(): void {
    const [event, ...others] = this.#events;
    if (event === undefined || others.length > 0) throw new Error('not one event is planned');
    this.#events = [];
    this.now = event.atNs;
    event.callback();
  }
}

const core = { setIrq: () => {} } as unknown as CoreSignals;
const place = { baseAddress: 0, complain: () => {} };

/** @returns hertz of the events that set `flag`, cleared after each by `clear`, from day 0 and from the 30th day on */
function eventRates(
  build: (clock: EventClock) => RegisterBlock,
  start: readonly (readonly [offset: number, value: number])[],
  status: { readonly offset: number; readonly clear: readonly [offset: number, value: number] },
): number[] {
  return [0, 30 * 86_400e9 + 1 / 3].map((startNs) => {
    const clock = new EventClock();
    clock.now = startNs;
    const timer = build(clock);
    for (const [offset, value] of start) timer.write(offset, 4, value, 'core');
    const turns = 400;
    for (let turn = 0; turn < turns; turn++) {
      clock.fire();
      if ((timer.read(status.offset, 4, 'core') & 3) === 0) throw new Error(`no flag at event ${turn}`);
      timer.write(status.clear[0], 4, status.clear[1], 'core');
    }
    return (turns * 1e9) / (clock.now - startNs);
  });
}

// 48 MHz has no whole number of nanoseconds a tick: the time base of the F072 hung the board at its first turn.
describe('each event of a timer brings its flag, for days on end', () => {
  test.each([48e6, 72e6, 84e6, 108e6])('TIM2 turning over at %d Hz', (hz) => {
    const rates = eventRates(
      (clock) =>
        new Tim(
          { name: 'TIM2', ...place },
          { clock, core, irqNumber: 1, kernelHz: () => hz, counterBits: 32, compareChannels: 4 },
        ),
      [
        [0x0c, 1],
        [0x00, 1],
      ],
      { offset: 0x10, clear: [0x10, 0] },
    );
    for (const rate of rates) expect(rate / (hz / 2 ** 32)).toBeCloseTo(1, 9);
  });

  test('a compare value of 0 is met at the turn', () => {
    const clock = new EventClock();
    const timer = new Tim(
      { name: 'TIM3', ...place },
      { clock, core, irqNumber: 1, kernelHz: () => 48e6, counterBits: 16, compareChannels: 4 },
    );
    timer.write(0x34, 4, 0, 'core');
    timer.write(0x0c, 4, 2, 'core');
    timer.write(0x00, 4, 1, 'core');
    clock.fire();
    expect(timer.read(0x10, 4, 'core') & 3).toBe(3);
    expect(timer.read(0x24, 4, 'core')).toBe(0);
  });

  test('LPTIM1 on a slow clock', () => {
    const rates = eventRates(
      (clock) =>
        new Lptim({ name: 'LPTIM1', ...place }, { clock, core, irqNumber: 1, kernelHz: () => 37e3 / 3 }),
      [
        [0x08, 2],
        [0x10, 1],
        [0x18, 0xfffe],
        [0x10, 5],
      ],
      { offset: 0x00, clear: [0x04, 3] },
    );
    for (const rate of rates) expect(rate / (37e3 / 3 / 0xffff)).toBeCloseTo(1, 4);
  });
});
