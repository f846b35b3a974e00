import { expect, test } from 'vitest';
import { ALL_MODELS, load } from './programs.ts';

const WITH_COUNTER = ALL_MODELS.filter((model) => !model.startsWith('cortex-m0'));
const SLICES = [1, 7, 100, 1000, 20_000];
const DONE = '__asm volatile("bkpt 0");';
const COUNTER = `
#define DEMCR REG(0xE000EDFC)
#define DWT_CTRL REG(0xE0001000)
#define CYCCNT REG(0xE0001004)
#define SYST_CSR REG(0xE000E010)
#define SYST_RVR REG(0xE000E014)
#define SYST_CVR REG(0xE000E018)
#define SCR_ REG(0xE000ED10)
#define ISER REG(0xE000E100)
#define ISPR REG(0xE000E200)
#define ICPR REG(0xE000E280)
static inline void start_counter(void) { DEMCR = 1u << 24; DWT_CTRL = 1; CYCCNT = 0; }
`;

test.for(WITH_COUNTER)('%s: CYCCNT is the number of instructions, exact inside a run', (model) => {
  const program = load(
    model,
    `${COUNTER} volatile uint32_t short_, long_;
     int main(void) {
       start_counter();
       volatile uint32_t *const counter = &CYCCNT; uint32_t a, b, c;
       __asm volatile("ldr %0, [%3]\\n ldr %1, [%3]\\n nop\\n nop\\n nop\\n ldr %2, [%3]"
         : "=&r"(a), "=&r"(b), "=&r"(c) : "r"(counter));
       short_ = b - a; long_ = c - b; ${DONE} return 0; }`,
  );
  program.run();
  expect([program.word('short_'), program.word('long_')]).toEqual([1, 4]);
});

test.for(ALL_MODELS)('%s: SysTick interrupts fall on the same instructions whatever the slice', (model) => {
  const source = `${COUNTER}
    volatile uint32_t ticks, trace;
    void SysTick_Handler(void) { ticks++; trace = trace * 31 + SYST_CVR; }
    int main(void) {
      ticks = 0; trace = 1; SYST_RVR = 1000 - 1; SYST_CVR = 0; SYST_CSR = 7;
      for (volatile uint32_t i = 0; i < 3000; i++) trace = trace ^ (i * 2654435761u);
      SYST_CSR = 0; ${DONE} return 0; }`;
  const outcomes = SLICES.map((sliceInstructions) => {
    const program = load(model, source, { sliceInstructions });
    program.run();
    return [program.word('ticks'), program.word('trace'), program.machine.instructions].join(' ');
  });
  expect(new Set(outcomes).size).toBe(1);
  expect(Number(outcomes[0]?.split(' ')[0])).toBeGreaterThan(15);
});

test.for(WITH_COUNTER)('%s: a stop on a conditional return loses at most that one instruction', (model) => {
  const source = `
    volatile uint32_t result;
    __attribute__((noinline)) uint32_t odd(uint32_t x) {
      __asm volatile("tst %0, #1\\n it eq\\n bxeq lr" :: "r"(x) : "cc"); return x * 3; }
    int main(void) { uint32_t h = 0; for (uint32_t i = 0; i < 400; i++) h += odd(i); result = h; ${DONE} return 0; }`;
  const runs = [100_000, 1000, 100, 10].map((sliceInstructions) => {
    const program = load(model, source, { sliceInstructions });
    program.run();
    return { instructions: program.machine.instructions, result: program.word('result'), sliceInstructions };
  });
  const { instructions: exact, result } = runs[0]!;
  for (const run of runs) {
    expect(run.result).toBe(result);
    expect(run.instructions).toBeLessThanOrEqual(exact);
    expect(run.instructions).toBeGreaterThanOrEqual(exact - Math.ceil(exact / run.sliceInstructions));
  }
});

test.for(ALL_MODELS)(
  '%s: WFE sleeps until a disabled interrupt pends, with SEVONPEND, and no handler runs',
  (model) => {
    const program = load(
      model,
      `${COUNTER} volatile uint32_t woke, pending;
     void Irq1_Handler(void) { woke = 99; }
     int main(void) { woke = 0; SCR_ = 1 << 4; __asm volatile("sev\\n wfe"); woke = 1;
       __asm volatile("wfe"); woke++; pending = ISPR; ICPR = 2; ${DONE} return 0; }`,
    );
    program.run();
    expect(program.word('woke')).toBe(1);
    expect(program.machine.asleep).toBe(true);
    program.machine.signals.setIrq(1, true);
    program.machine.signals.setIrq(1, false);
    program.run();
    expect([program.word('woke'), program.word('pending')]).toEqual([2, 2]);
    expect(program.machine.halted).toBe(true);
  },
);

test.for(ALL_MODELS)('%s: WFI wakes under PRIMASK, and the handler runs when it is lifted', (model) => {
  const program = load(
    model,
    `${COUNTER} volatile uint32_t order;
     void Irq1_Handler(void) { order = order * 10 + 2; }
     int main(void) { order = 0; ISER = 2; __asm volatile("cpsid i\\n wfi"); order = order * 10 + 1;
       __asm volatile("cpsie i"); order = order * 10 + 3; ${DONE} return 0; }`,
  );
  program.run();
  expect(program.machine.asleep).toBe(true);
  program.machine.signals.setIrq(1, true);
  program.machine.signals.setIrq(1, false);
  program.run();
  expect(program.word('order')).toBe(123);
});

test('sleep passes time but not CYCCNT, and an event wakes at its own time', () => {
  const program = load(
    'cortex-m4',
    `${COUNTER} volatile uint32_t asleep;
     int main(void) { start_counter(); SCR_ = 1 << 4; uint32_t before = CYCCNT;
       __asm volatile("wfe"); asleep = CYCCNT - before; ${DONE} return 0; }`,
  );
  const { machine } = program;
  const dueNs = 5e6;
  let firedNs = 0;
  machine.clock.schedule(dueNs, () => {
    firedNs = machine.clock.nowNs();
    machine.signals.setIrq(0, true);
  });
  program.run();
  expect(firedNs).toBe(dueNs);
  expect(machine.clock.nowNs()).toBeGreaterThan(dueNs);
  expect(machine.clock.nowNs()).toBeLessThan(dueNs + 10_000);
  expect(program.word('asleep')).toBeLessThan(20);
});

test('a distant timer is not jumped to: time follows the wall, until advance() asks for more', async () => {
  const program = load(
    'cortex-m4',
    `${COUNTER} int main(void) { SCR_ = 1 << 4; __asm volatile("wfe"); ${DONE} return 0; }`,
  );
  const { machine } = program;
  const hour = 3600e9;
  machine.clock.schedule(hour, () => machine.signals.setIrq(0, true), 'timer');
  program.run();
  expect(machine.asleep).toBe(true);
  expect(machine.clock.nowNs()).toBeLessThan(60e9);
  machine.start();
  await machine.advance(hour / 1e6 + 1);
  expect(machine.clock.nowNs()).toBeGreaterThanOrEqual(hour);
  expect(machine.halted).toBe(true);
  machine.close();
});

test.each([1, 60, 333.333])('advance(%d ms) ends although nothing wakes the core', async (ms) => {
  const { machine, run } = load('cortex-m4', 'int main(void) { for (;;) __asm volatile("wfe"); return 0; }', {
    debug: false,
  });
  run();
  expect(machine.asleep).toBe(true);
  machine.start();
  const beforeNs = machine.clock.nowNs();
  await machine.advance(ms);
  expect(machine.clock.nowNs() - beforeNs).toBeGreaterThan(ms * 1e6 - 10);
  await machine.advance(ms);
  machine.close();
});

test('a halted core stops SysTick, while advanceTo lets a flash operation end', () => {
  const program = load(
    'cortex-m4',
    `${COUNTER} int main(void) { SYST_RVR = 99999; SYST_CVR = 0; SYST_CSR = 5; ${DONE} return 0; }`,
  );
  program.run();
  const { machine } = program;
  const systick = () => machine.bus.read(0xe000e018, 4, 'debugger');
  const before = systick();
  let done = false;
  const endNs = machine.clock.nowNs() + 22e6;
  machine.clock.schedule(endNs, () => {
    done = true;
  });
  machine.clock.advanceTo(endNs);
  expect(done).toBe(true);
  expect(machine.clock.nowNs()).toBeGreaterThanOrEqual(endNs);
  expect(systick()).toBe(before);
});

test('a stall holds the core for its time and lets events happen', () => {
  const program = load(
    'cortex-m4',
    `volatile uint32_t n; int main(void) { for (n = 0; n < 10000; n++) {} ${DONE} return 0; }`,
  );
  const { machine } = program;
  let seen = -1;
  machine.clock.schedule(1000, () => machine.signals.stallUntil(9e6));
  machine.clock.schedule(5e6, () => {
    seen = machine.instructions;
  });
  program.run();
  expect(seen).toBeLessThan(20);
  expect(machine.clock.nowNs()).toBeGreaterThan(9e6);
});
