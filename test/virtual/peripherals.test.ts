import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Bench, DMA1, FLASH, GPIOA, openBench, openUsart, RCC, runFromHsi, USART2 } from './bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = openBench();
});
afterEach(() => bench.close());

describe('RCC', () => {
  test('comes up on MSI at 4 MHz with the reset values of the manual', () => {
    expect(bench.read(RCC.CR)).toBe(0x63);
    expect(bench.read(RCC.CFGR)).toBe(0);
    expect(bench.read(RCC.PLLCFGR)).toBe(0x1000);
    expect(bench.read(RCC.AHB1ENR)).toBe(0x100);
    expect(bench.read(RCC.CSR)).toBe(0x0c000600);
    expect(bench.board.chip.rcc.hclkHz).toBe(4e6);
  });

  test('a block whose clock is off reads 0, ignores writes and complains', () => {
    bench.write(GPIOA.ODR, 0xff);
    expect(bench.read(GPIOA.MODER)).toBe(0);
    expect(bench.complaints()).toEqual([
      'GPIOA: written while its clock is off in RCC',
      'GPIOA: read while its clock is off in RCC',
    ]);
    bench.modify(RCC.AHB2ENR, 1);
    expect(bench.read(GPIOA.MODER)).toBe(0xabffffff);
    expect(bench.read(GPIOA.ODR)).toBe(0);
  });

  test('HSI16 is ready only after its start-up time, and a switch waits for it', () => {
    bench.modify(RCC.CR, 1 << 8);
    bench.modify(RCC.CFGR, 1, 3);
    expect(bench.read(RCC.CR) & (1 << 10)).toBe(0);
    expect((bench.read(RCC.CFGR) >> 2) & 3).toBe(0);
    expect(bench.board.chip.rcc.hclkHz).toBe(4e6);
    bench.passUs(4);
    expect(bench.read(RCC.CR) & (1 << 10)).not.toBe(0);
    expect((bench.read(RCC.CFGR) >> 2) & 3).toBe(1);
    expect(bench.board.chip.rcc.hclkHz).toBe(16e6);
  });

  /** HSI16 / 2 · 20 / 2 = 80 MHz. */
  const lockPll = (): void => {
    bench.modify(RCC.CR, 1 << 8);
    bench.passUs(10);
    bench.write(RCC.PLLCFGR, 2 | (1 << 4) | (20 << 8) | (1 << 24));
    bench.modify(RCC.CR, 1 << 24);
    bench.passUs(40);
  };

  test('80 MHz from the PLL with four wait states is legal', () => {
    bench.write(FLASH.ACR, 0x604);
    lockPll();
    bench.modify(RCC.CFGR, 3, 3);
    expect(bench.board.chip.rcc.hclkHz).toBe(80e6);
    expect(bench.board.machine.clock.nowNs()).toBeGreaterThan(0);
    expect(bench.complaints()).toEqual([]);
  });

  test('too few wait states are a violation', () => {
    bench.write(FLASH.ACR, 0x603);
    lockPll();
    bench.modify(RCC.CFGR, 3, 3);
    expect(bench.complaints()).toEqual([
      'RCC: HCLK of 80 MHz in voltage range 1 needs 4 flash wait states, FLASH_ACR has 3',
    ]);
  });

  test('a PLL outside its limits never locks and says why', () => {
    bench.modify(RCC.CR, 1 << 8);
    bench.passUs(10);
    bench.write(RCC.PLLCFGR, 2 | (40 << 8) | (1 << 24)); // VCO at 640 MHz
    bench.modify(RCC.CR, 1 << 24);
    bench.passUs(1000);
    expect(bench.read(RCC.CR) & (1 << 25)).toBe(0);
    expect(bench.complaints()).toEqual(['RCC: PLL does not lock: its VCO at 640 MHz is outside 64-344 MHz']);
  });

  test('the PLL configuration is frozen while the PLL is on', () => {
    lockPll();
    const before = bench.read(RCC.PLLCFGR);
    bench.write(RCC.PLLCFGR, 2 | (1 << 4) | (10 << 8) | (1 << 24));
    expect(bench.read(RCC.PLLCFGR)).toBe(before);
  });

  test('the clock in use cannot be stopped', () => {
    bench.modify(RCC.CR, 0, 1);
    expect(bench.read(RCC.CR) & 1).toBe(1);
    expect(bench.complaints()).toEqual(['RCC: MSI cannot be stopped while it is in use']);
  });

  test('reset flags add up until RMVF removes them', () => {
    bench.board.machine.systemReset();
    bench.halt();
    expect(bench.read(RCC.CSR) >>> 24).toBe(0x1c);
    bench.modify(RCC.CSR, 1 << 23);
    expect(bench.read(RCC.CSR) >>> 24).toBe(0);
    bench.board.machine.setNrst(true);
    bench.board.machine.setNrst(false);
    bench.halt();
    expect(bench.read(RCC.CSR) >>> 24).toBe(0x04);
  });

  test('a reset bit puts its peripheral back', () => {
    openUsart(bench);
    bench.write(RCC.APB1RSTR1, 1 << 17);
    bench.write(RCC.APB1RSTR1, 0);
    expect(bench.read(USART2.CR1)).toBe(0);
    expect(bench.read(USART2.BRR)).toBe(0);
  });
});

describe('backup domain', () => {
  const BKP0R = 0x40002850;
  test('is written only with DBP set, survives a system reset and is lost with the supply', () => {
    bench.write(BKP0R, 0x1234);
    expect(bench.read(BKP0R)).toBe(0);
    bench.modify(RCC.APB1ENR1, 1 << 28);
    bench.modify(0x40007000, 1 << 8);
    bench.write(BKP0R, 0x1234);
    bench.board.machine.systemReset();
    bench.halt();
    expect(bench.read(BKP0R)).toBe(0x1234);
    bench.board.powerOff();
    bench.board.powerOn();
    bench.halt();
    expect(bench.read(BKP0R)).toBe(0);
  });
});

describe('GPIO', () => {
  beforeEach(() => bench.modify(RCC.AHB2ENR, 1));

  test('BSRR sets and resets, set wins', () => {
    bench.write(GPIOA.BSRR, 0x0003);
    bench.write(GPIOA.BSRR, 0x00010000);
    expect(bench.read(GPIOA.ODR)).toBe(2);
    bench.write(GPIOA.BSRR, 0x00040004);
    expect(bench.read(GPIOA.ODR)).toBe(6);
  });

  test('the lock sequence freezes the mode of its pins only', () => {
    for (const value of [0x10004, 0x4, 0x10004]) bench.write(GPIOA.LCKR, value);
    expect(bench.read(GPIOA.LCKR)).toBe(0x10004);
    bench.write(GPIOA.MODER, 0);
    expect(bench.read(GPIOA.MODER)).toBe(0x30);
  });
});

describe('USART2', () => {
  test('sends bytes to the host in ten bit times each', async () => {
    openUsart(bench);
    for (const byte of [0x55, 0xaa]) {
      expect(bench.read(USART2.ISR) & 0x80).toBe(0x80);
      bench.write(USART2.TDR, byte);
    }
    expect(bench.read(USART2.ISR) & 0xc0).toBe(0);
    bench.passUs(86);
    expect(await bench.settled()).toEqual([]);
    bench.passUs(2);
    expect(await bench.settled()).toEqual([0x55]);
    expect(bench.read(USART2.ISR) & 0xc0).toBe(0x80);
    bench.passUs(87);
    expect(await bench.settled()).toEqual([0x55, 0xaa]);
    expect(bench.read(USART2.ISR) & 0xc0).toBe(0xc0);
    expect(bench.board.line.counts.lineSeconds).toBeCloseTo(20 / 115107.9, 8);
  });

  test('is deaf and dumb without its pins', async () => {
    openUsart(bench);
    bench.modify(GPIOA.AFRH, 0x70000000, 0xf0000000); // PA15 at AF7 is no USART2_RX
    bench.modify(GPIOA.AFRL, 0x300, 0xf00);
    bench.write(USART2.TDR, 0x41);
    bench.board.line.fromHost(Uint8Array.of(0x42));
    bench.passUs(500);
    expect(await bench.settled()).toEqual([]);
    expect(bench.read(USART2.ISR) & 0x20).toBe(0);
    expect(bench.board.line.counts.unheard).toBe(1);
  });

  test('a second byte before the first was read is an overrun, and RDR keeps the first', () => {
    openUsart(bench);
    bench.board.line.fromHost(Uint8Array.of(1, 2));
    bench.passUs(180);
    expect(bench.read(USART2.ISR) & 0x28).toBe(0x28);
    expect(bench.read(USART2.RDR)).toBe(1);
    expect(bench.read(USART2.ISR) & 0x28).toBe(0x08);
    bench.write(USART2.ICR, 8);
    expect(bench.read(USART2.ISR) & 0x28).toBe(0);
  });

  test('after an overrun nothing is received until ORE is cleared', () => {
    openUsart(bench);
    bench.board.line.fromHost(Uint8Array.of(1, 2));
    bench.passUs(180);
    expect(bench.read(USART2.RDR)).toBe(1);
    bench.board.line.fromHost(Uint8Array.of(3));
    bench.passUs(90);
    expect(bench.read(USART2.ISR) & 0x28).toBe(0x08);
    bench.write(USART2.ICR, 8);
    bench.board.line.fromHost(Uint8Array.of(4));
    bench.passUs(90);
    expect(bench.read(USART2.RDR)).toBe(4);
  });

  test('CM compares the whole character', () => {
    openUsart(bench);
    bench.write(USART2.CR1, 0);
    bench.write(USART2.CR2, (0x0a << 24) >>> 0);
    bench.write(USART2.CR1, 0xd);
    bench.board.line.fromHost(Uint8Array.of(0x8a));
    bench.passUs(90);
    expect(bench.read(USART2.ISR) & (1 << 17)).toBe(0);
    bench.read(USART2.RDR);
    bench.board.line.fromHost(Uint8Array.of(0x0a));
    bench.passUs(90);
    expect(bench.read(USART2.ISR) & (1 << 17)).toBe(1 << 17);
  });

  test('IDLE comes one frame after the last byte', () => {
    openUsart(bench);
    bench.board.line.fromHost(Uint8Array.of(1));
    bench.passUs(88);
    expect(bench.read(USART2.ISR) & 0x10).toBe(0);
    bench.passUs(88);
    expect(bench.read(USART2.ISR) & 0x10).toBe(0x10);
  });

  test('settings are frozen while UE is 1, and clearing UE clears the flags', () => {
    openUsart(bench);
    bench.write(USART2.BRR, 16);
    expect(bench.read(USART2.BRR)).toBe(139);
    expect(bench.complaints()).toEqual(['USART2: written while UE = 1']);
    bench.board.line.fromHost(Uint8Array.of(1));
    bench.passUs(90);
    bench.write(USART2.CR1, 0xc);
    expect(bench.read(USART2.ISR)).toBe(0xc0);
  });

  test('writing TDR before TXE loses a byte and says so', () => {
    openUsart(bench);
    for (const byte of [1, 2, 3]) bench.write(USART2.TDR, byte);
    expect(bench.complaints()).toEqual(['USART2: TDR written while TXE = 0: a byte is lost']);
  });
});

describe('DMA1', () => {
  const RING = 0x20001000;
  const receiveRing = (length: number, selection = 2): void => {
    openUsart(bench);
    bench.modify(RCC.AHB1ENR, 1);
    bench.write(DMA1.CSELR, selection << 20);
    bench.write(DMA1.CPAR6, USART2.RDR);
    bench.write(DMA1.CMAR6, RING);
    bench.write(DMA1.CNDTR6, length);
    bench.write(DMA1.CCR6, 0xa1);
    bench.write(USART2.CR1, 0);
    bench.write(USART2.CR3, 1 << 6);
    bench.write(USART2.CR1, 0xd);
  };

  test('channel 6 with request 2 fills a ring from USART2 and wraps', () => {
    receiveRing(4);
    bench.board.line.fromHost(Uint8Array.of(1, 2));
    bench.passUs(200);
    expect(bench.read(DMA1.CNDTR6)).toBe(2);
    expect((bench.read(DMA1.ISR) >>> 20) & 15).toBe(0b0101); // half, global
    bench.board.line.fromHost(Uint8Array.of(3, 4, 5));
    bench.passUs(300);
    expect((bench.read(DMA1.ISR) >>> 20) & 15).toBe(0b0111);
    expect(bench.read(DMA1.CNDTR6)).toBe(3);
    expect(bench.read(RING)).toBe(0x04030205);
    bench.write(DMA1.IFCR, 2 << 20);
    expect((bench.read(DMA1.ISR) >>> 20) & 15).toBe(0b0101);
    bench.write(DMA1.IFCR, 1 << 20);
    expect(bench.read(DMA1.ISR)).toBe(0);
    expect(bench.read(USART2.ISR) & 8).toBe(0);
  });

  test('a frame with an error does not reach the DMA while DDRE is 0, the next good one does', () => {
    receiveRing(4);
    bench.board.line.addFault({ direction: 'to-board', kind: 'framing' });
    bench.board.line.fromHost(Uint8Array.of(1, 2));
    bench.passUs(200);
    expect(bench.read(DMA1.CNDTR6)).toBe(3);
    expect(bench.read(RING, 1)).toBe(2);
    expect(bench.read(USART2.ISR) & 0x2e).toBe(2);
  });

  test('another request selection moves nothing and is a violation', () => {
    receiveRing(4, 3);
    bench.board.line.fromHost(Uint8Array.of(1));
    bench.passUs(100);
    expect(bench.read(DMA1.CNDTR6)).toBe(4);
    expect(bench.complaints()).toContain(
      'DMA1: channel 6 enabled with a request selection that has no source',
    );
  });

  test('an enabled channel cannot be reprogrammed', () => {
    receiveRing(4);
    bench.write(DMA1.CNDTR6, 9);
    bench.write(DMA1.CMAR6, 0);
    expect(bench.read(DMA1.CNDTR6)).toBe(4);
    expect(bench.read(DMA1.CMAR6)).toBe(RING);
  });

  test('channel 7 sends a block through USART2', async () => {
    openUsart(bench);
    bench.modify(RCC.AHB1ENR, 1);
    bench.write(RING, 0x64636261);
    bench.write(DMA1.CSELR, 2 << 24);
    bench.write(DMA1.CPAR7, USART2.TDR);
    bench.write(DMA1.CMAR7, RING);
    bench.write(DMA1.CNDTR7, 4);
    bench.write(DMA1.CCR7, 0x91);
    bench.modify(USART2.CR3, 1 << 7);
    bench.passUs(360);
    expect(String.fromCharCode(...(await bench.settled()))).toBe('abcd');
    expect((bench.read(DMA1.ISR) >>> 24) & 2).toBe(2);
  });

  test('an address where nothing answers ends the transfer with an error', () => {
    receiveRing(4);
    bench.write(DMA1.CCR6, 0);
    bench.write(DMA1.CMAR6, 0x30000000);
    bench.write(DMA1.CCR6, 0xa1);
    bench.board.line.fromHost(Uint8Array.of(1));
    bench.passUs(100);
    expect((bench.read(DMA1.ISR) >>> 20) & 8).toBe(8);
    expect(bench.read(DMA1.CCR6) & 1).toBe(0);
  });
});

describe('time bases', () => {
  const TIM2 = {
    CR1: 0x40000000,
    DIER: 0x4000000c,
    SR: 0x40000010,
    EGR: 0x40000014,
    CNT: 0x40000024,
    PSC: 0x40000028,
    ARR: 0x4000002c,
  };

  test('TIM2 counts microseconds and keeps its count through a change of clock', () => {
    bench.modify(RCC.APB1ENR1, 1);
    bench.write(TIM2.PSC, 3);
    bench.write(TIM2.EGR, 1);
    bench.write(TIM2.SR, 0);
    bench.write(TIM2.CR1, 1);
    bench.passUs(1000);
    expect(bench.read(TIM2.CNT)).toBe(1000);
    runFromHsi(bench); // 10 µs more at 4 MHz, then four times as fast
    bench.passUs(100);
    expect(Math.abs(bench.read(TIM2.CNT) - 1410)).toBeLessThanOrEqual(2);
  });

  test('an update interrupt pends at the reload value', () => {
    bench.modify(RCC.APB1ENR1, 1);
    bench.write(TIM2.ARR, 3999);
    bench.write(TIM2.DIER, 1);
    bench.write(TIM2.CR1, 1);
    bench.passUs(999);
    expect(bench.read(0xe000e200, 4, 'debugger') & (1 << 28)).toBe(0);
    bench.passUs(2);
    expect(bench.read(0xe000e200, 4, 'debugger') & (1 << 28)).not.toBe(0);
    bench.write(TIM2.SR, 0);
    expect(bench.read(TIM2.SR)).toBe(0);
  });
});

describe('the rest', () => {
  test('flash size, unique id and device id are where the manual has them', () => {
    expect(bench.read(0x1fff75e0, 2)).toBe(256);
    expect(bench.read(0xe0042000) & 0xfff).toBe(0x435);
    const id = [0x1fff7590, 0x1fff7594, 0x1fff7598].map((address) => bench.read(address));
    expect(id).toEqual([...bench.board.uniqueId]);
  });

  test('an unknown block reads 0 and complains with its address', () => {
    expect(bench.read(0x40012400)).toBe(0);
    expect(bench.board.complaints.entries).toMatchObject([
      { kind: 'unmodelled', address: 0x40012400, times: 1 },
    ]);
  });

  test('a watchdog that is not fed resets the chip, and RCC tells', () => {
    bench.write(0x40003000, 0xcccc);
    bench.write(0x40003000, 0x5555);
    bench.write(0x40003008, 99);
    bench.write(0x40003000, 0xaaaa);
    bench.passUs(12_000); // 100 periods of 4 / 32 kHz are 12.5 ms
    expect(bench.read(RCC.CSR) & (1 << 29)).toBe(0);
    bench.passUs(1000);
    bench.board.machine.runSlice(1);
    expect(bench.read(RCC.CSR) & (1 << 29)).not.toBe(0);
  });
});
