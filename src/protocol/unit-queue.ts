import { encodeFrame, payloadBytesPerUnit, RECORD_END } from './frame.ts';

interface Unit {
  readonly kind: 'request' | 'continue';
  readonly sequence: number;
  readonly command: number;
  readonly length: number;
  readonly payload: Uint8Array;
  /** Number of the last unit of its message: the one the answer comes under. */
  readonly finalSequence: number;
  sent: boolean;
  /** Round in which it was sent first. */
  firstRound: number;
  /** How often it was sent again in a later round, and whether in its own: then the round tells its sendings not apart. */
  repeats: number;
  isAmbiguous: boolean;
}

/** Distance from b to a on the circle of 32-bit numbers: negative when a is before b. */
const sequenceDistance = (a: number, b: number): number => (a - b) | 0;

/**
 * The sending half of go-back-N: units in order, never more line bytes under way than the board's receive ring takes,
 * repetitions included. Knows no time and no line; pure bookkeeping.
 */
export class UnitQueue {
  readonly #nonce: number;
  readonly #windowBytes: number;
  readonly #unitPayload: number;
  #units: Unit[] = [];
  /** Index of the next unit to send. */
  #next = 0;
  /** What was sent, in the order sent, until the board is known to have read it. */
  #underWay: { sequence: number; round: number; bytes: number }[] = [];
  /** Units whose answers are known to be lost. */
  #again: Unit[] = [];
  #round = 0;
  #sequence: number;
  /** The board has taken every unit before this one. */
  #taken: number;
  /** A '\n' goes first: it ends whatever a fault has left unfinished in the receiver. */
  #flush = true;
  #repeatedUnits = 0;

  constructor(options: { nonce: number; sequence: number; windowBytes: number; unitBytes: number }) {
    this.#nonce = options.nonce;
    this.#sequence = options.sequence >>> 0;
    this.#taken = this.#sequence;
    this.#windowBytes = options.windowBytes;
    this.#unitPayload = payloadBytesPerUnit(options.unitBytes);
  }

  get round(): number {
    return this.#round;
  }

  get repeatedUnits(): number {
    return this.#repeatedUnits;
  }

  get bytesUnderWay(): number {
    return this.#underWay.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Adds a message. @returns the sequence number its answer will carry. */
  append(command: number, payload: Uint8Array): number {
    const count = Math.max(1, Math.ceil(payload.length / this.#unitPayload));
    const finalSequence = (this.#sequence + count - 1) >>> 0;
    for (let index = 0; index < count; index++) {
      const from = index * this.#unitPayload;
      this.#units.push({
        kind: index === 0 ? 'request' : 'continue',
        sequence: this.#sequence,
        command,
        length: payload.length - from,
        payload: payload.subarray(from, from + this.#unitPayload),
        finalSequence,
        sent: false,
        firstRound: 0,
        repeats: 0,
        isAmbiguous: false,
      });
      this.#sequence = (this.#sequence + 1) >>> 0;
    }
    return finalSequence;
  }

  /** Line bytes of the next unit, or undefined when there is none or the window is full. */
  take(): Uint8Array | undefined {
    const isAgain = this.#again.length > 0;
    const unit = isAgain ? this.#again[0] : this.#units[this.#next];
    if (unit === undefined) return undefined;
    const frame = encodeFrame({ ...unit, round: this.#round, nonce: this.#nonce });
    const bytes = this.#flush ? Uint8Array.of(RECORD_END, ...frame) : frame;
    // One unit may always be under way, or a window smaller than a unit would stop everything.
    if (this.#underWay.length > 0 && this.bytesUnderWay + bytes.length > this.#windowBytes) return undefined;
    this.#flush = false;
    if (isAgain) this.#again.shift();
    else this.#next++;
    if (unit.sent) this.#countAgain(unit);
    else unit.firstRound = this.#round;
    unit.sent = true;
    this.#underWay.push({ sequence: unit.sequence, round: this.#round, bytes: bytes.length });
    return bytes;
  }

  /** The board has answered a unit of this number and round: it has read all that was sent before it. */
  heard(sequence: number, round: number): void {
    const index = this.#underWay.findIndex((sent) => sent.sequence === sequence && sent.round === round);
    if (index >= 0) this.#underWay.splice(0, index + 1);
  }

  #countAgain(unit: Unit): void {
    this.#repeatedUnits++;
    unit.repeats++;
    if (unit.firstRound === this.#round) unit.isAmbiguous = true;
  }

  /**
   * An answer carries the round of the unit that it answers. Where that is the first sending of the unit, nothing was lost:
   * the answer was late.
   * @returns how often the last unit of this message was sent again for nothing; to be asked before `finished`
   */
  repeatedInVain(finalSequence: number, round: number): number {
    const unit = this.#units.find((one) => one.sequence === finalSequence);
    return unit?.firstRound === round && !unit.isAmbiguous ? unit.repeats : 0;
  }

  /** The board tells the number it expects next. */
  acknowledged(expected: number): void {
    if (sequenceDistance(expected, this.#taken) > 0) this.#taken = expected;
  }

  /** @returns whether the last unit of the message was ever handed to the line. */
  finalWasSent(finalSequence: number): boolean {
    return this.#units.some((unit) => unit.sequence === finalSequence && unit.sent);
  }

  /** The message whose answer carries this number is done. */
  finished(finalSequence: number): void {
    const before = this.#units.slice(0, this.#next).filter((unit) => unit.finalSequence === finalSequence);
    this.#units = this.#units.filter((unit) => unit.finalSequence !== finalSequence);
    this.#again = this.#again.filter((unit) => unit.finalSequence !== finalSequence);
    this.#next -= before.length;
  }

  /**
   * The board asks for everything from `expected` on.
   * @returns false when that cannot be served: the unit is no longer, or not yet, one of ours.
   */
  goBackTo(expected: number): boolean {
    this.acknowledged(expected);
    if (expected === this.#sequence) return true;
    const index = this.#units.findIndex((unit) => unit.sequence === expected);
    if (index < 0) return false;
    if (index < this.#next) this.#restartAt(index);
    return true;
  }

  /**
   * The answer to this message is lost, for a later one has come: its last unit goes again, before anything else. The board
   * has long read it, so it costs a place in the window and disturbs no order.
   */
  sendAgain(finalSequence: number): void {
    const unit = this.#units.find((one) => one.sequence === finalSequence);
    if (unit?.sent && !this.#again.includes(unit)) this.#again.push(unit);
  }

  /** Nothing was heard for long enough: again what was not taken, and the last units of what was not answered. */
  repeat(): void {
    this.#underWay = [];
    this.#units = this.#units.filter(
      (unit) => unit.sequence === unit.finalSequence || sequenceDistance(unit.sequence, this.#taken) >= 0,
    );
    this.#restartAt(0);
  }

  #restartAt(index: number): void {
    this.#again = [];
    this.#round = (this.#round + 1) & 0x0f;
    this.#next = index;
    this.#flush = true;
  }
}
