import type { BusMaster } from '../interfaces.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';
import { Usart, type UsartWiring } from './usart.ts';
import { OFFSET } from './usart-registers.ts';

/** Registers of the first generation (RM0008, RM0368, RM0383). */
const V1 = { SR: 0x00, DR: 0x04, BRR: 0x08, CR1: 0x0c, CR2: 0x10, CR3: 0x14, GTPR: 0x18 } as const;
const SR_FLAGS = 0xff;
const SR_RXNE = 1 << 5;
const SR_TC = 1 << 6;
/** PE, FE, NF, ORE and IDLE: cleared by a read of SR and then an access to DR. */
const SR_BY_READING = 0x1f;
const CR1_SEND_BREAK = 1 << 0;
const CR1_MUTE = 1 << 1;
const CR1_ENABLE = 1 << 13;
/** Bits that stand at the same place in CR1 of both generations: OVER8 and M to RE without UE. */
const CR1_COMMON = 0x9ffc;
const RQR_SEND_BREAK = 1 << 1;
const RQR_FLUSH = 1 << 3;

/**
 * USART of the first generation (F1, F4): one data register, and status flags that a read of SR followed by an access to
 * DR clears, whoever makes that access: a DMA's read of DR counts as well. Inside works the engine of the second one.
 */
export class UsartV1 extends RegisterBlock {
  readonly #engine: Usart;
  readonly #hasOver8: boolean;
  /** Flags that the last read of SR has shown and that an access to DR will clear. */
  #shown = 0;
  #cr1 = 0;
  #gtpr = 0;

  /** @param hasOver8 whether CR1.OVER8 exists (F4) */
  constructor(place: BlockPlace, wiring: UsartWiring, hasOver8: boolean) {
    super(place, 0x400);
    this.#hasOver8 = hasOver8;
    const complain: BlockPlace['complain'] = ({ address: _elsewhere, ...rest }) => place.complain(rest);
    const inside = { name: place.name, baseAddress: place.baseAddress, complain };
    this.#engine = new Usart(inside, { ...wiring, variant: { firstGeneration: true } });
  }

  receiverFormat(): ReturnType<Usart['receiverFormat']> {
    return this.#engine.receiverFormat();
  }

  startBit(): void {
    this.#engine.startBit();
  }

  receive(arrival: Parameters<Usart['receive']>[0]): void {
    this.#engine.receive(arrival);
  }

  reset(): void {
    this.#shown = 0;
    this.#cr1 = 0;
    this.#gtpr = 0;
    this.#engine.reset();
  }

  protected readWord(offset: number, by: BusMaster): number {
    const read = (register: number): number => this.#engine.read(register, 4, by);
    switch (offset) {
      case V1.SR: {
        const flags = read(OFFSET.ISR) & SR_FLAGS;
        this.#shown = flags & (SR_BY_READING | SR_TC);
        return flags;
      }
      case V1.DR: {
        const data = read(OFFSET.RDR);
        this.#clear(SR_BY_READING);
        return data;
      }
      case V1.BRR:
        return read(OFFSET.BRR);
      case V1.CR1:
        return this.#cr1;
      case V1.CR2:
        return read(OFFSET.CR2);
      case V1.CR3:
        return read(OFFSET.CR3);
      case V1.GTPR:
        return this.#gtpr;
      default:
        this.violation('reserved register read', offset);
        return 0;
    }
  }

  protected writeWord(offset: number, value: number, lanes: number, by: BusMaster): void {
    const write = (register: number, word: number): void => this.#engine.write(register, 4, word >>> 0, by);
    switch (offset) {
      case V1.SR:
        // RXNE and TC are cleared by writing 0; the others by nothing but the sequence.
        if (lanes & SR_RXNE && !(value & SR_RXNE)) write(OFFSET.RQR, RQR_FLUSH);
        if (lanes & SR_TC && !(value & SR_TC)) write(OFFSET.ICR, SR_TC);
        break;
      case V1.DR:
        this.#clear(SR_TC);
        write(OFFSET.TDR, value & 0x1ff);
        break;
      case V1.BRR:
        write(OFFSET.BRR, merge(this.#engine.read(OFFSET.BRR, 4, by), value, lanes, 0xffff));
        break;
      case V1.CR1:
        this.#writeCr1(merge(this.#cr1, value, lanes, this.#hasOver8 ? 0xbfff : 0x3fff), by);
        break;
      case V1.CR2:
        if (value & 0x4f6f) this.unmodelled('CR2 mode (LIN, clock, address)', offset);
        write(OFFSET.CR2, value & 0x3000);
        break;
      case V1.CR3:
        if (value & 0x73e) this.unmodelled('CR3 mode (flow control, half duplex, card, IrDA)', offset);
        write(OFFSET.CR3, value & 0x8c1);
        break;
      case V1.GTPR:
        this.#gtpr = merge(this.#gtpr, value, lanes, 0xffff);
        break;
      default:
        this.violation('reserved register written', offset);
    }
  }

  #writeCr1(wanted: number, by: BusMaster): void {
    if (wanted & CR1_MUTE) this.unmodelled('mute mode', V1.CR1);
    this.#cr1 = wanted & ~(CR1_SEND_BREAK | CR1_MUTE);
    const enable = wanted & CR1_ENABLE ? 1 : 0;
    this.#engine.write(OFFSET.CR1, 4, (wanted & CR1_COMMON & ~CR1_ENABLE) | enable, by);
    if (wanted & CR1_SEND_BREAK) this.#engine.write(OFFSET.RQR, 4, RQR_SEND_BREAK, by);
  }

  #clear(mask: number): void {
    const flags = this.#shown & mask;
    this.#shown &= ~mask;
    if (flags !== 0) this.#engine.write(OFFSET.ICR, 4, flags, 'core');
  }
}
