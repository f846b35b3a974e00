import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NeaiError } from '../shared/errors.ts';
import type { OpenOcd } from './openocd.ts';

const INIT_MS = 15_000;
const RESET_MS = 5_000;
/** Debug Halting Control and Status, ARMv7-M C1.6.2; the same address on ARMv6-M and ARMv8-M. */
export const DHCSR = 0xe000edf0;
export const DHCSR_LOCKUP = 1 << 19;
/** Interrupt Control and State, ARMv7-M B3.2.4. */
const ICSR = 0xe000ed04;
const ICSR_NMI_PENDS = 0x8000_0000;
/** Slowest memory reading to be expected over SWD at the stock files' lowest speed (240 kHz), bytes per millisecond. */
const READ_BYTES_PER_MS = 8;
const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

export interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

/** A chip seen through its debug port: OpenOCD's commands as typed calls, each with a deadline. */
export class DebugTarget {
  readonly openOcd: OpenOcd;
  #folder: string | undefined;

  constructor(openOcd: OpenOcd) {
    this.openOcd = openOcd;
  }

  /** Connects to probe and chip. @throws NeaiError PROBE_…, TARGET_… */
  async connect({ signal }: Abortable = {}): Promise<void> {
    const limits = { timeoutMs: INIT_MS, signal };
    await this.openOcd.run('init', limits);
    // A failed examination is only a printed line: init returns success all the same.
    if ((await this.openOcd.run('[lindex [target names] 0] was_examined', limits)).trim() !== '1')
      throw new NeaiError('TARGET_NOT_EXAMINED', 'the core could not be examined', {
        evidence: this.openOcd.transcript.evidence(),
      });
  }

  /** Resets and halts before the first instruction, and sets up the clock for fast debug access. */
  async resetInit({ signal }: Abortable = {}): Promise<void> {
    await this.openOcd.run('reset init', { timeoutMs: RESET_MS, signal });
  }

  async resetRun({ signal }: Abortable = {}): Promise<void> {
    await this.openOcd.run('reset run', { timeoutMs: RESET_MS, signal });
  }

  /**
   * Whether NMI pends at the halted core: reading flash words that a power failure has torn asks for one on parts with
   * ECC. Whatever runs on the core next would begin with it, and only a reset takes it back.
   */
  async nmiPends({ signal }: Abortable = {}): Promise<boolean> {
    const [state] = await this.readWords(ICSR, 1, { signal });
    return (state! & ICSR_NMI_PENDS) !== 0;
  }

  async halt({ signal }: Abortable = {}): Promise<void> {
    await this.openOcd.run('halt', { timeoutMs: RESET_MS, signal });
  }

  async resume({ signal }: Abortable = {}): Promise<void> {
    await this.openOcd.run('resume', { timeoutMs: RESET_MS, signal });
  }

  /** @param names of core registers, for example `pc`; the core must be halted. */
  async readRegisters(names: readonly string[], { signal }: Abortable = {}): Promise<Map<string, number>> {
    const text = await this.openOcd.run(`get_reg -force {${names.join(' ')}}`, { signal });
    const words = text.trim().split(/\s+/);
    return new Map(names.map((name) => [name, Number(words[words.indexOf(name) + 1])]));
  }

  /** Reads 32-bit words; the core may run. */
  async readWords(address: number, count: number, { signal }: Abortable = {}): Promise<number[]> {
    return this.#readList(address, 32, count, signal);
  }

  async readHalfWord(address: number, { signal }: Abortable = {}): Promise<number> {
    const [value] = await this.#readList(address, 16, 1, signal);
    return value!;
  }

  async writeWords(address: number, words: readonly number[], { signal }: Abortable = {}): Promise<void> {
    const list = words.map(hex).join(' ');
    await this.openOcd.run(`write_memory ${hex(address)} 32 {${list}}`, {
      timeoutMs: 5000 + words.length,
      signal,
    });
  }

  async #readList(
    address: number,
    widthBits: number,
    count: number,
    signal?: AbortSignal,
  ): Promise<number[]> {
    const timeoutMs = 5000 + (count * 4) / READ_BYTES_PER_MS;
    const text = await this.openOcd.run(`read_memory ${hex(address)} ${widthBits} ${count}`, {
      timeoutMs,
      signal,
    });
    const values = text.trim().split(/\s+/).map(Number);
    if (values.length !== count || values.some((value) => !Number.isInteger(value)))
      throw new NeaiError(
        'MEMORY_ACCESS_FAILED',
        `reading ${count} values at ${hex(address)} gave nonsense`,
        {
          got: text.slice(0, 200),
          evidence: this.openOcd.transcript.evidence(),
        },
      );
    return values;
  }

  /** Reads any range through the debug port; runs nothing on the target. */
  async readBytes(address: number, lengthBytes: number, { signal }: Abortable = {}): Promise<Uint8Array> {
    const file = join(await this.#ownFolder(), 'read.bin');
    const timeoutMs = 5000 + lengthBytes / READ_BYTES_PER_MS;
    await this.openOcd.run(`dump_image {${file}} ${hex(address)} ${lengthBytes}`, { timeoutMs, signal });
    const bytes = await readFile(file);
    if (bytes.length !== lengthBytes)
      throw new NeaiError(
        'MEMORY_ACCESS_FAILED',
        `read ${bytes.length} of ${lengthBytes} bytes at ${hex(address)}`,
        {
          evidence: this.openOcd.transcript.evidence(),
        },
      );
    return bytes;
  }

  /** Erases whole flash sectors; a range that does not consist of whole sectors is refused, never widened. */
  async eraseFlash(
    address: number,
    lengthBytes: number,
    timeoutMs: number,
    { signal }: Abortable = {},
  ): Promise<void> {
    await this.openOcd.run(`flash erase_address ${hex(address)} ${lengthBytes}`, { timeoutMs, signal });
  }

  /** Programs erased flash. Runs a loader in the work area: RAM there is overwritten. */
  async programFlash(
    address: number,
    bytes: Uint8Array,
    timeoutMs: number,
    { signal }: Abortable = {},
  ): Promise<void> {
    const file = join(await this.#ownFolder(), 'write.bin');
    await writeFile(file, bytes);
    await this.openOcd.run(`flash write_image {${file}} ${hex(address)} bin`, { timeoutMs, signal });
  }

  async #ownFolder(): Promise<string> {
    this.#folder ??= await mkdtemp(join(tmpdir(), 'neai-swd-'));
    if (/[{}\\\n]/.test(this.#folder))
      throw new NeaiError(
        'USAGE',
        `the temporary folder ${this.#folder} has a brace or backslash in its name`,
      );
    return this.#folder;
  }

  /** Ends OpenOCD and removes what lies in the temporary folder; never throws. */
  async close(): Promise<void> {
    await this.openOcd.close();
    if (this.#folder !== undefined)
      await rm(this.#folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
