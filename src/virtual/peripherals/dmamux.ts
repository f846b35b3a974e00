import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

const REQUEST_MASK = 0x7f;
const SYNC_AND_EVENTS = 0x1f7f0300;

/** DMAMUX (RM0444, RM0438): which request each DMA channel hears. Synchronisation and generators are not there. */
export class Dmamux extends RegisterBlock {
  readonly #channels: number[];
  readonly #onChange: () => void;

  /** @param onChange a selection has changed: the DMA looks again */
  constructor(place: BlockPlace, channels: number, onChange: () => void) {
    super(place, 0x400);
    this.#channels = Array<number>(channels).fill(0);
    this.#onChange = onChange;
  }

  /** Number of the request that a channel (from 0 on) hears; 0 is none. */
  request(channel: number): number {
    return this.#channels[channel]! & REQUEST_MASK;
  }

  reset(): void {
    this.#channels.fill(0);
  }

  protected readWord(offset: number): number {
    const value = this.#channels[offset >> 2];
    if (value === undefined) this.unmodelled('request generator and status registers', offset);
    return value ?? 0;
  }

  protected writeWord(offset: number, value: number, lanes: number): void {
    const old = this.#channels[offset >> 2];
    if (old === undefined) {
      this.unmodelled('request generator and status registers', offset);
      return;
    }
    const next = merge(old, value, lanes, REQUEST_MASK | SYNC_AND_EVENTS);
    if (next & SYNC_AND_EVENTS) this.unmodelled('synchronisation and events', offset);
    this.#channels[offset >> 2] = next;
    this.#onChange();
  }
}
