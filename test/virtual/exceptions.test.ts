import { describe, expect, onTestFinished, test } from 'vitest';
import type { CpuModel } from '../../src/virtual/core-models.ts';
import { Machine } from '../../src/virtual/machine.ts';
import { ALL_MODELS, FLASH, FLASH_BYTES, load, RAM, RAM_BYTES } from './programs.ts';

const WITH_FAULT_STATUS = ALL_MODELS.filter((model) => !model.startsWith('cortex-m0'));
const WITH_FPU: CpuModel[] = ['cortex-m4', 'cortex-m7', 'cortex-m33'];
const DONE = '__asm volatile("bkpt 0");';

const IRQ = `
#define ISER REG(0xE000E100)
#define ISPR REG(0xE000E200)
#define ICPR REG(0xE000E280)
#define IPR0 REG(0xE000E400)
#define ICSR REG(0xE000ED04)
volatile uint32_t log_[16]; volatile uint32_t n;
static void note(uint32_t v) { log_[n++] = v; }
`;

describe('priorities', () => {
  test.for(ALL_MODELS)(
    '%s: an urgent interrupt preempts a handler, an equal one waits, ties go by number',
    (model) => {
      const program = load(
        model,
        `${IRQ}
      void Irq0_Handler(void) { note(10); ISPR = 2; note(11); ISPR = 4; note(12); }
      void Irq1_Handler(void) { note(20); }
      void Irq2_Handler(void) { note(30); }
      int main(void) {
        n = 0; ISER = 7; IPR0 = 0x800080 | 0x4000;
        ISPR = 5; note(1); ${DONE} return 0; }`,
      );
      program.run();
      const log = Array.from({ length: program.word('n') }, (_, i) => program.word('log_', i));
      expect(log).toEqual([10, 20, 11, 12, 30, 1]);
    },
  );

  test.for(ALL_MODELS)(
    '%s: PRIMASK holds an interrupt back until it is lifted, to the instruction',
    (model) => {
      const program = load(
        model,
        `${IRQ}
      volatile uint32_t seen;
      void Irq0_Handler(void) { seen = n; }
      int main(void) {
        n = 0; seen = 99; ISER = 1;
        __asm volatile("cpsid i"); ISPR = 1; n = 1; n = 2;
        __asm volatile("cpsie i\\n cpsid i"); n = 3; __asm volatile("cpsie i"); ${DONE} return 0; }`,
      );
      program.run();
      expect(program.word('seen')).toBe(2);
    },
  );

  test.for(WITH_FAULT_STATUS)('%s: BASEPRI masks what is not more urgent than it', (model) => {
    const program = load(
      model,
      `${IRQ}
      void Irq0_Handler(void) { note(10); }
      void Irq1_Handler(void) { note(20); }
      int main(void) {
        n = 0; ISER = 3; IPR0 = 0x4080;
        __asm volatile("msr basepri, %0" :: "r"(0x80)); ISPR = 3; note(1);
        __asm volatile("msr basepri, %0" :: "r"(0)); note(2); ${DONE} return 0; }`,
    );
    program.run();
    expect([0, 1, 2, 3].map((i) => program.word('log_', i))).toEqual([20, 1, 10, 2]);
  });

  test.for(ALL_MODELS)('%s: SVC and PendSV: the call is taken at once, the pended one after it', (model) => {
    const program = load(
      model,
      `${IRQ}
      void SVC_Handler(void) { note(1); ICSR = 1u << 28; note(2); }
      void PendSV_Handler(void) { note(3); }
      int main(void) { n = 0; REG(0xE000ED20) = 0x00c00000; __asm volatile("svc 7"); note(4); ${DONE} return 0; }`,
    );
    program.run();
    expect([0, 1, 2, 3].map((i) => program.word('log_', i))).toEqual([1, 2, 3, 4]);
  });
});

describe('context', () => {
  test.for(ALL_MODELS)(
    '%s: thread mode on the process stack keeps its registers across a handler',
    (model) => {
      const program = load(
        model,
        `${IRQ}
      volatile uint32_t inHandler, after; uint32_t psp[64] __attribute__((aligned(8)));
      void Irq0_Handler(void) { uint32_t s; __asm volatile("mov %0, lr" : "=r"(s)); inHandler = s; }
      int main(void) {
        n = 0; ISER = 1;
        uint32_t sum;
        __asm volatile(
          ".syntax unified\\n msr psp, %1\\n movs r0, #2\\n msr control, r0\\n isb\\n"
          "movs r0, #1\\n movs r1, #2\\n movs r2, #3\\n movs r3, #4\\n"
          "str %3, [%2]\\n"
          "adds r0, r0, r1\\n adds r0, r0, r2\\n adds r0, r0, r3\\n mov %0, r0\\n"
          : "=l"(sum) : "l"(&psp[64]), "l"(0xE000E200), "l"(1) : "r0", "r1", "r2", "r3", "memory", "cc");
        after = sum; ${DONE} return 0; }`,
      );
      program.run();
      expect(program.word('after')).toBe(10);
      expect(program.word('inHandler')).toBe(model === 'cortex-m33' ? 0xffffffbc : 0xfffffffd);
    },
  );

  test.for(WITH_FPU)('%s: floating-point registers survive a handler that uses them', (model) => {
    const program = load(
      model,
      `${IRQ}
      volatile float other; volatile uint32_t sum, excReturn;
      void Irq0_Handler(void) {
        uint32_t lr; __asm volatile("mov %0, lr" : "=r"(lr)); excReturn = lr;
        float x = other; for (int i = 0; i < 8; i++) x = x * 1.5f + 2.0f; other = x; }
      int main(void) {
        n = 0; ISER = 1; other = 3.0f;
        float a = 1.25f, s = 0.0f;
        for (int i = 0; i < 10; i++) { s = s + a * (float)i; ISPR = 1; }
        sum = (uint32_t)(s * 4.0f); ${DONE} return 0; }`,
    );
    program.run();
    expect(program.word('sum')).toBe(225);
    expect(program.word('excReturn') & 0x10).toBe(0);
  });

  test.for(['cortex-m3', 'cortex-m4', 'cortex-m33'] as const)(
    '%s: an interrupt at any instruction leaves a program with IT blocks unharmed',
    (model) => {
      const source = `
        volatile uint32_t result, ticks;
        void SysTick_Handler(void) { ticks++; }
        int main(void) {
          ticks = 0; REG(0xE000E014) = 52; REG(0xE000E018) = 0; REG(0xE000E010) = 7;
          uint32_t h = 1;
          for (uint32_t i = 0; i < 5000; i++) {
            if (h & 1) h = h * 3 + i; else h = h >> 1;
            if (h > 100000) h -= 99991; else if ((h & 3) == 2) h += 7;
          }
          REG(0xE000E010) = 0; result = h; ${DONE} return 0; }`;
      let h = 1;
      for (let i = 0; i < 5000; i += 1) {
        h = ((h & 1) !== 0 ? Math.imul(h, 3) + i : h >>> 1) >>> 0;
        if (h > 100000) h = (h - 99991) >>> 0;
        else if ((h & 3) === 2) h += 7;
      }
      const program = load(model, source);
      program.run();
      expect(program.word('result')).toBe(h);
      expect(program.word('ticks')).toBeGreaterThan(500);
    },
  );
});

describe('faults', () => {
  const REPORT = `
    volatile uint32_t frame[8], cfsr, hfsr, bfar, ipsr;
    __attribute__((used)) void report(uint32_t *sp) {
      for (int i = 0; i < 8; i++) frame[i] = sp[i];
      cfsr = REG(0xE000ED28); hfsr = REG(0xE000ED2C); bfar = REG(0xE000ED38);
      uint32_t v; __asm volatile("mrs %0, ipsr" : "=r"(v)); ipsr = v; ${DONE} }
    __attribute__((naked)) void HardFault_Handler(void) { __asm volatile("mov r0, sp\\n ldr r1, =report\\n bx r1"); }
    __attribute__((naked)) void UsageFault_Handler(void) { __asm volatile("mov r0, sp\\n ldr r1, =report\\n bx r1"); }`;

  test.for(WITH_FAULT_STATUS)(
    '%s: a load from nowhere is a hard fault with address and registers',
    (model) => {
      const program = load(
        model,
        `${REPORT} int main(void) { register uint32_t r2 __asm("r2") = 0xabcd; __asm volatile("" : "+r"(r2));
        uint32_t v = REG(0x30000010); __asm volatile("" :: "r"(r2), "r"(v)); return 0; }`,
      );
      program.run();
      expect(program.word('ipsr')).toBe(3);
      expect(program.word('cfsr')).toBe(0x8200);
      expect(program.word('hfsr')).toBe(0x40000000);
      expect(program.word('bfar')).toBe(0x30000010);
      expect(program.word('frame', 2)).toBe(0xabcd);
      const main = program.elf.symbols.get('main')?.address ?? 0;
      expect(program.word('frame', 6)).toBeGreaterThanOrEqual(main & ~1);
      expect(program.word('frame', 6)).toBeLessThan(main + 32);
    },
  );

  test('cortex-m0 has a hard fault and no fault status', () => {
    const program = load('cortex-m0', `${REPORT} int main(void) { return (int)REG(0x30000010); }`);
    program.run();
    expect([program.word('ipsr'), program.word('cfsr'), program.word('hfsr')]).toEqual([3, 0, 0]);
  });

  test.for(ALL_MODELS)('%s: an undefined instruction faults at itself', (model) => {
    const program = load(
      model,
      `${REPORT} int main(void) { __asm volatile("nop\\n .globl here\\nhere: udf #3"); return 0; }`,
    );
    program.run();
    expect(program.word('frame', 6)).toBe(program.elf.symbols.get('here')?.address);
    expect(program.word('cfsr')).toBe(model.startsWith('cortex-m0') ? 0 : 0x10000);
  });

  test.for(WITH_FAULT_STATUS)('%s: a usage fault that is enabled has its own handler', (model) => {
    const program = load(
      model,
      `${REPORT} int main(void) { REG(0xE000ED24) = 1 << 18; __asm volatile("udf #3"); return 0; }`,
    );
    program.run();
    expect([program.word('ipsr'), program.word('hfsr')]).toEqual([6, 0]);
  });

  test.for(WITH_FAULT_STATUS)('%s: a jump to an even address is an invalid state', (model) => {
    const program = load(model, `${REPORT} int main(void) { ((void (*)(void))0x08000100)(); return 0; }`);
    program.run();
    expect(program.word('cfsr')).toBe(0x20000);
  });

  test.for(WITH_FPU)('%s: floating point before CPACR is enabled is a usage fault', (model) => {
    const program = load(
      model,
      `${REPORT} int main(void) { REG(0xE000ED88) = 0; __asm volatile("vadd.f32 s0, s0, s0\\n nop"); ${DONE} return 0; }`,
    );
    program.run();
    expect(program.word('cfsr')).toBe(0x80000);
  });

  test('floating point on a core without it is no coprocessor', () => {
    const program = load(
      'cortex-m3',
      `${REPORT} int main(void) { __asm volatile(".inst.w 0xee300a00"); return 0; }`,
    );
    program.run();
    expect(program.word('cfsr')).toBe(0x80000);
  });

  test.for(WITH_FAULT_STATUS)(
    '%s: a stack that grows out of RAM faults, stacking fails, and the handler still runs',
    (model) => {
      const program = load(
        model,
        `volatile uint32_t cfsr, spare[64];
      __attribute__((naked)) void HardFault_Handler(void) {
        __asm volatile("ldr r0, =spare+256\\n mov sp, r0\\n ldr r1, =report\\n bx r1"); }
      __attribute__((used)) void report(void) { cfsr = REG(0xE000ED28); ${DONE} }
      __attribute__((noinline)) uint32_t deep(uint32_t i) {
        volatile uint32_t a[32]; a[i & 31] = i; return deep(i + 1) + a[(i + 1) & 31]; }
      int main(void) { return (int)deep(0); }`,
      );
      program.run();
      expect(program.word('cfsr') & 0x9200).toBe(0x9200);
      expect(program.machine.readCoreRegister(13)).toBeGreaterThan(RAM);
    },
  );

  test.for(ALL_MODELS)('%s: a fault inside HardFault locks the core up, and a reset frees it', (model) => {
    const program = load(
      model,
      `volatile uint32_t v; void HardFault_Handler(void) { v = REG(0x30000000); }
       int main(void) { v = REG(0x30000000); return 0; }`,
      { debug: false },
    );
    program.run();
    expect(program.machine.lockedUp).toBe(true);
    expect(program.machine.readCoreRegister(15)).toBe(0xfffffffe);
    program.machine.systemReset();
    expect(program.machine.lockedUp).toBe(false);
  });

  test.for(ALL_MODELS)('%s: a blank chip locks up at once and stands still', (model) => {
    const machine = new Machine({
      model,
      clockHz: 4e6,
      memory: [
        { name: 'flash', kind: 'flash', baseAddress: FLASH, sizeBytes: FLASH_BYTES, aliases: [0] },
        { name: 'sram', kind: 'ram', baseAddress: RAM, sizeBytes: RAM_BYTES },
      ],
    });
    onTestFinished(() => machine.close());
    machine.powerOn();
    let slices = 0;
    while (machine.runSlice() && slices < 100) slices += 1;
    expect(machine.lockedUp).toBe(true);
    expect(slices).toBeLessThan(10);
    const { instructions } = machine;
    expect(machine.runSlice()).toBe(false);
    expect(machine.instructions).toBe(instructions);
  });

  test.for(ALL_MODELS)('%s: BKPT without a debugger is a hard fault', (model) => {
    const program = load(
      model,
      `volatile uint32_t hfsr; void HardFault_Handler(void) { hfsr = REG(0xE000ED2C); __asm volatile("wfi"); for (;;); }
       int main(void) { hfsr = 0; __asm volatile("bkpt 0"); return 0; }`,
      { debug: false },
    );
    program.run();
    expect(program.word('hfsr')).toBe(model.startsWith('cortex-m0') ? 0 : 0x80000000);
    expect(program.machine.asleep).toBe(true);
  });
});
