import type { BusMaster, CoreSignals, EventHandle, VirtualClock } from '../interfaces.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';
import {
  CLEARABLE,
  CR1,
  CR1_FROZEN,
  CR2,
  CR2_FROZEN,
  CR3,
  CR3_FROZEN,
  ERRORS,
  ISR,
  ISR_RESET,
  OFFSET,
  RQR_FLUSH,
  RQR_SEND_BREAK,
} from './usart-registers.ts';

const NS = 1e9;

/** Frame on the wire as a USART is configured. */
interface Format {
  readonly baud: number;
  readonly dataBits: number;
  readonly stopBits: number;
}

/** A received frame before parity is looked at. */
interface Arrival {
  readonly data: number;
  readonly framingError: boolean;
  readonly noise: boolean;
  readonly overrun: boolean;
}

/** What tells the USARTs of the families apart. */
export interface UsartVariant {
  /**
   * First generation: settings may change while UE is 1, a frame with an error goes to the DMA like any other, and an
   * overrun costs a byte but does not stop the receiver.
   */
  readonly firstGeneration?: boolean;
  /** LPUART: BRR holds 256 times the clock over the baud rate; no oversampling by 8, no receiver timeout. */
  readonly lowPower?: boolean;
  /** Has FIFOs and a clock prescaler, both of which stay off here. */
  readonly fifo?: boolean;
}

export interface UsartWiring {
  readonly variant?: UsartVariant;
  readonly clock: VirtualClock;
  readonly core: CoreSignals;
  readonly irqNumber: number;
  readonly kernelHz: () => number;
  /** Is the pin switched to this USART's function? */
  readonly txPin: () => boolean;
  readonly rxPin: () => boolean;
  /** DMA request lines. */
  readonly requestReceive: (level: boolean) => void;
  readonly requestTransmit: (level: boolean) => void;
  /** A frame has left: data, its format, start and end in virtual nanoseconds. Absent where no line is connected. */
  readonly sent?: (data: number, format: Format, startNs: number, endNs: number) => void;
}

/**
 * USART of the second generation in asynchronous mode (RM0394, RM0091, RM0385, RM0444, RM0438), without FIFO; LPUART by
 * its variant; and the engine behind the first generation (usart-v1.ts).
 */
export class Usart extends RegisterBlock {
  readonly #wiring: UsartWiring;
  readonly #variant: UsartVariant;
  #cr1 = 0;
  #cr2 = 0;
  #cr3 = 0;
  #brr = 0;
  #rtor = 0;
  #isr = ISR_RESET;
  #rdr = 0;
  #tdr: number | undefined;
  #shift: { readonly data: number; readonly startNs: number; readonly isBreak: boolean } | undefined;
  #events = new Map<'shift' | 'idle' | 'timeout' | 'preamble', EventHandle>();
  #breakWanted = false;

  constructor(place: BlockPlace, wiring: UsartWiring) {
    super(place, 0x400);
    this.#wiring = wiring;
    this.#variant = wiring.variant ?? {};
  }

  /** Format of the receiver now; undefined when it is off, unclocked, or its pin is not set up. */
  receiverFormat(): Format | undefined {
    if (!(this.#cr1 & CR1.enable) || !(this.#cr1 & CR1.receiver) || !this.#wiring.rxPin()) return undefined;
    return this.#format();
  }

  /** A start bit: the line is not idle any more (a frame that follows at once leaves no idle frame between). */
  startBit(): void {
    this.#cancel('idle');
    this.#cancel('timeout');
  }

  /** A frame has arrived completely. */
  receive(arrival: Arrival): void {
    this.startBit();
    // Until ORE is cleared the receiver takes nothing more, and no flag changes.
    const { firstGeneration } = this.#variant;
    if (!firstGeneration && this.#isr & ISR.overrun && !(this.#cr3 & CR3.overrunOff)) return;
    if (this.#isr & ISR.rxne || arrival.overrun) {
      if (!(this.#cr3 & CR3.overrunOff)) {
        this.#isr |= ISR.overrun;
        this.#afterReception();
        return;
      }
    }
    const bits = this.#dataBits;
    this.#rdr = arrival.data & ((1 << bits) - 1);
    let errors = 0;
    if (arrival.framingError) errors |= ISR.framingError;
    if (arrival.noise) errors |= ISR.noise;
    if (this.#cr1 & CR1.parity && parityOf(this.#rdr) !== ((this.#cr1 & CR1.oddParity) !== 0))
      errors |= ISR.parityError;
    this.#isr |= errors;
    // With DMA and DDRE = 0 a frame with an error only shows its flags: RXNE stays 0, and the DMA never gets it.
    if (errors === 0 || firstGeneration || !(this.#cr3 & CR3.dmaReceive)) this.#isr |= ISR.rxne;
    // Outside mute mode the whole character is compared, not seven bits of it.
    if (!firstGeneration && (this.#rdr & 0xff) === this.#cr2 >>> 24) this.#isr |= ISR.match;
    this.#afterReception();
  }

  reset(): void {
    for (const name of [...this.#events.keys()]) this.#cancel(name);
    this.#cr1 = 0;
    this.#cr2 = 0;
    this.#cr3 = 0;
    this.#brr = 0;
    this.#rtor = 0;
    this.#rdr = 0;
    this.#disable();
  }

  protected readWord(offset: number, _by: BusMaster): number {
    switch (offset) {
      case OFFSET.CR1:
        return this.#cr1;
      case OFFSET.CR2:
        return this.#cr2;
      case OFFSET.CR3:
        return this.#cr3;
      case OFFSET.BRR:
        return this.#brr;
      case OFFSET.GTPR:
      case OFFSET.RQR:
      case OFFSET.ICR:
        return 0;
      case OFFSET.RTOR:
        return this.#rtor;
      case OFFSET.ISR:
        return this.#isr;
      case OFFSET.PRESC:
        if (!this.#variant.fifo) this.violation('reserved register read', offset);
        return 0;
      case OFFSET.RDR:
        this.#isr &= ~ISR.rxne;
        this.#signal();
        return this.#rdr;
      case OFFSET.TDR:
        return this.#tdr ?? 0;
      default:
        this.violation('reserved register read', offset);
        return 0;
    }
  }

  protected writeWord(offset: number, value: number, lanes: number): void {
    switch (offset) {
      case OFFSET.CR1:
        if (value & 0xe0000000) this.unmodelled('FIFO mode', offset);
        this.#writeCr1(merge(this.#cr1, value, lanes, 0x1fffffff));
        break;
      case OFFSET.CR2:
        this.#cr2 = this.#frozen(this.#cr2, merge(this.#cr2, value, lanes, 0xffffff70), CR2_FROZEN, offset);
        if (this.#cr2 & 0x007f_c800)
          this.unmodelled('CR2 mode (LIN, clock, swap, inversion, auto baud)', offset);
        break;
      case OFFSET.CR3:
        this.#cr3 = this.#frozen(this.#cr3, merge(this.#cr3, value, lanes, 0x007efbff), CR3_FROZEN, offset);
        if (this.#cr3 & 0x007e_c73e)
          this.unmodelled('CR3 mode (flow control, half duplex, card, IrDA)', offset);
        if (this.#cr3 & CR3.dmaStopOnError) this.unmodelled('DDRE', offset);
        break;
      case OFFSET.BRR:
        this.#brr = this.#frozen(
          this.#brr,
          merge(this.#brr, value, lanes, this.#brrMask),
          this.#brrMask,
          offset,
        );
        break;
      case OFFSET.PRESC:
        if (!this.#variant.fifo) this.violation('reserved register written', offset);
        else if (value !== 0) this.unmodelled('clock prescaler', offset);
        break;
      case OFFSET.RTOR:
        this.#rtor = merge(this.#rtor, value, lanes);
        break;
      case OFFSET.RQR:
        this.#request(value);
        break;
      case OFFSET.ICR:
        this.#isr &= ~(value & CLEARABLE);
        break;
      case OFFSET.TDR:
        this.#writeTdr(value & 0x1ff);
        break;
      default:
        this.violation('reserved or read-only register written', offset);
    }
    this.#signal();
  }

  /** Keeps bits that may change only while UE is 0. */
  #frozen(old: number, wanted: number, frozen: number, offset: number): number {
    if (!(this.#cr1 & CR1.enable) || ((old ^ wanted) & frozen) >>> 0 === 0) return wanted;
    if (this.#variant.firstGeneration) return wanted;
    this.violation('written while UE = 1', offset);
    return ((wanted & ~frozen) | (old & frozen)) >>> 0;
  }

  #writeCr1(wanted: number): void {
    const old = this.#cr1;
    // A write that clears UE may change the frozen bits too: they take effect with the disabled block.
    this.#cr1 = wanted & CR1.enable ? this.#frozen(old, wanted, CR1_FROZEN, OFFSET.CR1) : wanted;
    if (!(this.#cr1 & CR1.enable)) {
      if (old & CR1.enable) this.#disable();
      return;
    }
    if (!(old & CR1.enable)) this.#checkBaud();
    const turnedOn = (bit: number): boolean =>
      (this.#cr1 & bit) !== 0 && (!(old & bit) || !(old & CR1.enable));
    if (turnedOn(CR1.transmitter)) this.#startTransmitter();
    else if (!(this.#cr1 & CR1.transmitter)) this.#isr &= ~ISR.transmitterAck;
    if (turnedOn(CR1.receiver)) {
      this.#isr |= ISR.receiverAck;
      if (!this.#wiring.rxPin()) this.note('receiver on, but no pin is switched to it', OFFSET.CR1);
    } else if (!(this.#cr1 & CR1.receiver)) this.#isr &= ~ISR.receiverAck;
  }

  get #brrMask(): number {
    return this.#variant.lowPower ? 0xfffff : 0xffff;
  }

  #checkBaud(): void {
    if (this.#variant.lowPower) this.#checkLowPowerBaud();
    else this.#checkDivider();
    if (this.#wiring.kernelHz() === 0) this.violation('the selected kernel clock is not running', OFFSET.CR1);
  }

  /** LPUART: BRR from 0x300 on, and the clock 3 to 4096 times the baud rate. */
  #checkLowPowerBaud(): void {
    const ratio = this.#brr / 256;
    if (this.#brr < 0x300 || ratio > 4096)
      this.violation(`BRR = ${this.#brr} gives a clock of ${ratio} times the baud rate`, OFFSET.BRR);
  }

  #checkDivider(): void {
    const minimum = this.#cr1 & CR1.over8 ? 8 : 16;
    if (this.#divider < minimum)
      this.violation(`BRR gives USARTDIV = ${this.#divider}, below ${minimum}`, OFFSET.BRR);
  }

  /** TE: an idle frame goes out first; data written meanwhile waits for its end. */
  #startTransmitter(): void {
    this.#isr |= ISR.transmitterAck;
    if (!this.#wiring.txPin()) this.note('transmitter on, but no pin is switched to it', OFFSET.CR1);
    this.#cancel('preamble');
    this.#after('preamble', this.#frameNs(), () => this.#loadShift());
  }

  /** UE cleared: everything under way is dropped, all flags go to their reset values; settings stay. */
  #disable(): void {
    for (const name of [...this.#events.keys()]) this.#cancel(name);
    this.#isr = ISR_RESET;
    this.#tdr = undefined;
    this.#shift = undefined;
    this.#breakWanted = false;
    this.#signal();
  }

  #writeTdr(data: number): void {
    if (!(this.#cr1 & CR1.enable) || !(this.#cr1 & CR1.transmitter)) {
      this.violation('TDR written while the transmitter is off', OFFSET.TDR);
      return;
    }
    if (!(this.#isr & ISR.txe)) this.violation('TDR written while TXE = 0: a byte is lost', OFFSET.TDR);
    this.#tdr = data;
    this.#isr &= ~(ISR.txe | ISR.tc);
    this.#loadShift();
  }

  #loadShift(): void {
    if (this.#shift || this.#events.has('preamble')) return;
    const startNs = this.#wiring.clock.nowNs();
    if (this.#breakWanted) {
      this.#breakWanted = false;
      this.#shift = { data: 0, startNs, isBreak: true };
    } else if (this.#tdr !== undefined) {
      this.#shift = { data: this.#withParity(this.#tdr), startNs, isBreak: false };
      this.#tdr = undefined;
      this.#isr |= ISR.txe;
    } else return;
    this.#isr &= ~ISR.tc;
    const endNs = startNs + this.#frameNs();
    this.#after('shift', endNs - startNs, () => this.#shiftDone(endNs));
    this.#signal();
  }

  #shiftDone(endNs: number): void {
    const sent = this.#shift;
    this.#shift = undefined;
    if (sent && this.#wiring.txPin()) this.#wiring.sent?.(sent.data, this.#format(), sent.startNs, endNs);
    this.#isr &= ~ISR.sendBreak;
    this.#loadShift();
    if (!this.#shift) this.#isr |= ISR.tc;
    this.#signal();
  }

  #request(value: number): void {
    if (value & RQR_FLUSH) this.#isr &= ~ISR.rxne;
    if (value & RQR_SEND_BREAK) {
      this.#isr |= ISR.sendBreak;
      this.#breakWanted = true;
      this.#loadShift();
    }
    if (value & ~(RQR_FLUSH | RQR_SEND_BREAK))
      this.unmodelled('RQR: auto baud, mute, transmit flush', OFFSET.RQR);
  }

  /** After a frame: interrupts and DMA, then one idle frame later IDLE, and the receiver timeout. */
  #afterReception(): void {
    this.#after('idle', this.#frameNs(), () => {
      this.#isr |= ISR.idle;
      this.#signal();
    });
    if (this.#cr2 & CR2.rtoEnable)
      this.#after('timeout', ((this.#rtor & 0xffffff) / this.#format().baud) * NS, () => {
        this.#isr |= ISR.receiverTimeout;
        this.#signal();
      });
    this.#signal();
  }

  get #divider(): number {
    return this.#cr1 & CR1.over8 ? (this.#brr & 0xfff0) | ((this.#brr & 7) << 1) : this.#brr;
  }

  get #dataBits(): number {
    return this.#cr1 & CR1.m1 ? 7 : this.#cr1 & CR1.m0 ? 9 : 8;
  }

  get #baud(): number {
    const kernelHz = this.#wiring.kernelHz();
    if (this.#variant.lowPower) return Math.max(1, (256 * kernelHz) / Math.max(1, this.#brr));
    const divider = Math.max(1, this.#divider);
    return Math.max(1, this.#cr1 & CR1.over8 ? (2 * kernelHz) / divider : kernelHz / divider);
  }

  #format(): Format {
    return {
      baud: this.#baud,
      dataBits: this.#dataBits,
      stopBits: [1, 0.5, 2, 1.5][(this.#cr2 >>> 12) & 3]!,
    };
  }

  #frameNs(): number {
    const { baud, dataBits, stopBits } = this.#format();
    return ((1 + dataBits + stopBits) / baud) * NS;
  }

  /** With parity control the most significant data bit is the parity bit. */
  #withParity(data: number): number {
    const bits = this.#dataBits;
    const kept = data & ((1 << bits) - 1);
    if (!(this.#cr1 & CR1.parity)) return kept;
    const value = kept & ((1 << (bits - 1)) - 1);
    const odd = (this.#cr1 & CR1.oddParity) !== 0;
    return parityOf(value) === odd ? value : value | (1 << (bits - 1));
  }

  #after(name: 'shift' | 'idle' | 'timeout' | 'preamble', delayNs: number, callback: () => void): void {
    const { clock } = this.#wiring;
    const handle = clock.schedule(
      clock.nowNs() + delayNs,
      () => {
        this.#events.delete(name);
        callback();
      },
      'traffic',
    );
    this.#events.set(name, handle);
  }

  #cancel(name: 'shift' | 'idle' | 'timeout' | 'preamble'): void {
    const handle = this.#events.get(name);
    if (!handle) return;
    this.#wiring.clock.cancel(handle);
    this.#events.delete(name);
  }

  /** DMA request lines first (they may read or write data), then the interrupt line. */
  #signal(): void {
    const on = (this.#cr1 & CR1.enable) !== 0;
    this.#wiring.requestReceive(on && (this.#cr3 & CR3.dmaReceive) !== 0 && (this.#isr & ISR.rxne) !== 0);
    this.#wiring.requestTransmit(
      on &&
        (this.#cr3 & CR3.dmaTransmit) !== 0 &&
        (this.#cr1 & CR1.transmitter) !== 0 &&
        (this.#isr & ISR.txe) !== 0,
    );
    const isr = this.#isr;
    const cr1 = this.#cr1;
    const pending =
      (cr1 & CR1.rxneIrq && isr & (ISR.rxne | ISR.overrun)) ||
      (cr1 & CR1.txeIrq && isr & ISR.txe) ||
      (cr1 & CR1.tcIrq && isr & ISR.tc) ||
      (cr1 & CR1.idleIrq && isr & ISR.idle) ||
      (cr1 & CR1.parityErrorIrq && isr & ISR.parityError) ||
      (cr1 & CR1.cmIrq && isr & ISR.match) ||
      (cr1 & CR1.rtoIrq && isr & ISR.receiverTimeout) ||
      (this.#cr3 & CR3.errorIrq && isr & ERRORS);
    this.#wiring.core.setIrq(this.#wiring.irqNumber, on && Boolean(pending));
  }
}

/** True when the number of ones is odd. */
function parityOf(value: number): boolean {
  let ones = 0;
  for (let rest = value; rest !== 0; rest >>>= 1) ones += rest & 1;
  return (ones & 1) === 1;
}
