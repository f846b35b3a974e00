/** What a UART receiver makes of one start bit's worth of line: data bits (parity included), stop bit seen low. */
interface SampledFrame {
  readonly data: number;
  readonly framingError: boolean;
}

/** Bit rate and frame as one end of the line has them. */
export interface FrameFormat {
  readonly baud: number;
  /** Bits between start and stop, a parity bit included. */
  readonly dataBits: number;
  readonly stopBits: number;
}

/** Bits of a frame in the order of the line: start, data from bit 0, stop. */
export function frameBits(data: number, format: FrameFormat): number[] {
  const bits = [0];
  for (let bit = 0; bit < format.dataBits; bit++) bits.push((data >>> bit) & 1);
  for (let bit = 0; bit < Math.max(1, Math.round(format.stopBits)); bit++) bits.push(1);
  return bits;
}

/**
 * A UART receiver that samples a foreign waveform at its own rate: waits for a falling edge, looks at the middle of the
 * start bit, of every data bit and of the stop bit. Level changes are fed as they happen; time is in receiver bits.
 */
export class UartSampler {
  readonly #dataBits: number;
  #level = 1;
  /** Place within the frame, in receiver bits since the edge; undefined while the line is idle. */
  #position: number | undefined;
  #nextSample = 0;
  #data = 0;

  constructor(dataBits: number) {
    this.#dataBits = dataBits;
  }

  /** The line stays at `level` for `durationBits` of the receiver's own bits. */
  feed(level: number, durationBits: number): SampledFrame[] {
    const frames: SampledFrame[] = [];
    let left = durationBits;
    if (this.#position === undefined && this.#level === 1 && level === 0) this.#begin();
    this.#level = level;
    while (this.#position !== undefined) {
      const wait = this.#nextSample + 0.5 - this.#position;
      if (wait > left) {
        this.#position += left;
        return frames;
      }
      left -= wait;
      this.#position += wait;
      const frame = this.#sample(level);
      if (frame) frames.push(frame);
    }
    return frames;
  }

  #begin(): void {
    this.#position = 0;
    this.#nextSample = 0;
    this.#data = 0;
  }

  #sample(level: number): SampledFrame | undefined {
    const index = this.#nextSample++;
    if (index === 0) {
      if (level === 1) this.#position = undefined; // a spike, not a start bit
      return undefined;
    }
    if (index <= this.#dataBits) {
      this.#data |= level << (index - 1);
      return undefined;
    }
    this.#position = undefined; // a new start needs a new falling edge, so a line held low gives one frame only
    return { data: this.#data, framingError: level === 0 };
  }
}
