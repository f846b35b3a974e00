/** Bytes of the wire that stand for float32 samples: see docs/protocol.md, "Packed samples". */
export class PackedSamples {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** What a step count means: value = count / 10^e, value = count / 2^e, or the bits of the value itself. */
const MEANING = { decimal: 0, binary: 1, words: 2 } as const;
const DIFFERENCES = 4;
/** 10^10 is the last power of ten that a float32 holds exactly. */
const MOST_DECIMALS = 10;
const MOST_HALVINGS = 24;
/** Values that have a width in common. */
const BLOCK_VALUES = 32;
const WIDTH_BITS = 6;

const { fround } = Math;

/** An axis as whole numbers: int32, of which `form` says what they mean. */
interface Counted {
  readonly form: number;
  readonly counts: Int32Array;
}

/**
 * Packs samples, if a decoder that does one conversion and one division a value gets exactly the same bits back.
 * @param samples interleaved, a whole number of axes
 * @returns the shorter of all forms tried, or undefined when none is shorter than the samples themselves
 */
export function packSamples(samples: Float32Array, axes: number): PackedSamples | undefined {
  if (axes < 1 || axes > 255 || samples.length === 0 || samples.length % axes !== 0) return undefined;
  const out: number[] = [axes];
  writeNumber(out, samples.length);
  for (let axis = 0; axis < axes; axis++) {
    for (const byte of packAxis(axisOf(samples, axes, axis))) out.push(byte);
    if (out.length >= samples.length * 4) return undefined;
  }
  return new PackedSamples(Uint8Array.from(out));
}

function axisOf(samples: Float32Array, axes: number, axis: number): Float32Array {
  return Float32Array.from({ length: samples.length / axes }, (_, i) => samples[i * axes + axis]!);
}

/** The shortest of: decimal, binary or word counts, each as they are and as differences. */
function packAxis(values: Float32Array): number[] {
  const counted = decimalCounts(values) ?? binaryCounts(values) ?? wordCounts(values);
  const plain = writeAxis(counted, false);
  const differences = writeAxis(counted, true);
  return differences.length < plain.length ? differences : plain;
}

const bits = (values: Float32Array): Int32Array =>
  new Int32Array(values.buffer, values.byteOffset, values.length);

/** Counts, if every value is one divided by `unit`, to the bit: signed zero, NaN and infinity never are. */
function countsOf(values: Float32Array, unit: number): Int32Array | undefined {
  const counts = new Int32Array(values.length);
  const back = new Float32Array(1);
  const backBits = bits(back);
  const wanted = bits(values);
  for (let i = 0; i < values.length; i++) {
    const count = Math.round(values[i]! * unit);
    if (!(Math.abs(count) < 2 ** 31)) return undefined;
    back[0] = fround(fround(count + 0) / unit);
    if (backBits[0] !== wanted[i]) return undefined;
    counts[i] = count;
  }
  return counts;
}

function decimalCounts(values: Float32Array): Counted | undefined {
  for (let exponent = 0; exponent <= MOST_DECIMALS; exponent++) {
    const counts = countsOf(values, 10 ** exponent);
    if (counts) return { form: MEANING.decimal | (exponent << 3), counts };
  }
  return undefined;
}

function binaryCounts(values: Float32Array): Counted | undefined {
  for (let exponent = 1; exponent <= MOST_HALVINGS; exponent++) {
    const counts = countsOf(values, 2 ** exponent);
    if (counts) return { form: MEANING.binary | (exponent << 3), counts };
  }
  return undefined;
}

const wordCounts = (values: Float32Array): Counted => ({ form: MEANING.words, counts: bits(values) });

function writeAxis({ form, counts }: Counted, differences: boolean): number[] {
  const base = differences ? counts[0]! : counts.reduce((least, count) => Math.min(least, count));
  // Step counts of 32 bits wrap around, here as on the board.
  const away = counts.map((count, i) => (count - (differences && i > 0 ? counts[i - 1]! : base)) | 0);
  const step = commonStep(away, differences);
  const numbers = Uint32Array.from(away, (distance) => {
    const steps = differences ? distance / step : (distance >>> 0) / step;
    return differences ? ((steps << 1) ^ (steps >> 31)) >>> 0 : steps;
  });
  const out = [form | (differences ? DIFFERENCES : 0)];
  writeNumber(out, base >>> 0);
  writeNumber(out, step);
  writeBits(out, numbers);
  return out;
}

/** Greatest common divisor of all distances: sensors that count in steps of 8 leave three bits unused. */
function commonStep(away: Int32Array, signed: boolean): number {
  let step = 0;
  for (const distance of away) {
    let [a, b] = [step, signed ? Math.abs(distance) : distance >>> 0];
    while (b !== 0) [a, b] = [b, a % b];
    step = a;
    if (step === 1) break;
  }
  return step === 0 ? 1 : step;
}

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
function writeNumber(out: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
}

/** Blocks of values, each behind the width they need; bit by bit, the lowest first, filled up with zeros. */
function writeBits(out: number[], numbers: Uint32Array): void {
  let byte = 0;
  let filled = 0;
  const put = (value: number, width: number): void => {
    for (let bit = 0; bit < width; bit++) {
      byte |= ((value >>> bit) & 1) << filled++;
      if (filled < 8) continue;
      out.push(byte);
      byte = 0;
      filled = 0;
    }
  };
  for (let first = 0; first < numbers.length; first += BLOCK_VALUES) {
    const block = numbers.subarray(first, first + BLOCK_VALUES);
    const width = 32 - Math.clz32(block.reduce((all, number) => (all | number) >>> 0, 0));
    put(width, WIDTH_BITS);
    for (const number of block) put(number, width);
  }
  if (filled > 0) out.push(byte);
}
