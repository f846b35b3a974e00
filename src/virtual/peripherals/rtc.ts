import type { ResetKind } from '../interfaces.ts';
import { type BlockPlace, merge, RegisterBlock } from './register-block.ts';

const OFFSET = {
  TR: 0x00,
  DR: 0x04,
  CR: 0x08,
  ISR: 0x0c,
  PRER: 0x10,
  WUTR: 0x14,
  WPR: 0x24,
  BKP0R: 0x50,
} as const;
const BACKUP_REGISTERS = 32;
const RESETS: Record<number, number> = { 4: 0x2101, 12: 0x07, 16: 0x007f00ff, 20: 0xffff };
/** Registers that WPR protects until its two keys. */
const KEY_PROTECTED = new Set([0x00, 0x04, 0x08, 0x0c, 0x10, 0x14, 0x1c, 0x20, 0x2c, 0x3c]);
const KEYS = [0xca, 0x53] as const;

/**
 * RTC of the STM32L43x: backup registers, write protection; the calendar does not run (loud). The backup domain lives on
 * through system resets and is lost with the supply: VBAT is tied to VDD on the board.
 */
export class Rtc extends RegisterBlock {
  readonly #unlocked: () => boolean;
  readonly #registers = new Map<number, number>();
  #keyStep = 0;

  /** @param unlocked PWR_CR1.DBP */
  constructor(place: BlockPlace, unlocked: () => boolean) {
    super(place, 0x400);
    this.#unlocked = unlocked;
  }

  reset(kind: ResetKind): void {
    if (kind === 'power-on') this.resetBackup();
  }

  /** Backup domain reset (RCC_BDCR.BDRST or supply lost). */
  resetBackup(): void {
    this.#registers.clear();
    this.#keyStep = 0;
  }

  protected readWord(offset: number): number {
    if (offset > OFFSET.BKP0R + 4 * (BACKUP_REGISTERS - 1)) {
      this.violation('reserved register read', offset);
      return 0;
    }
    if (offset < OFFSET.BKP0R && offset !== OFFSET.WPR) this.unmodelled('the calendar does not run', offset);
    return this.#registers.get(offset) ?? RESETS[offset] ?? 0;
  }

  protected writeWord(offset: number, value: number, lanes: number): void {
    if (!this.#unlocked()) {
      this.violation('backup domain written while PWR_CR1.DBP is 0', offset);
      return;
    }
    if (offset === OFFSET.WPR) {
      const key = value & 0xff;
      this.#keyStep = key === KEYS[this.#keyStep] ? this.#keyStep + 1 : key === KEYS[0] ? 1 : 0;
      return;
    }
    if (KEY_PROTECTED.has(offset) && this.#keyStep < KEYS.length) {
      this.violation('written while WPR protects it', offset);
      return;
    }
    if (offset < OFFSET.BKP0R) this.unmodelled('the calendar does not run', offset);
    const old = this.#registers.get(offset) ?? RESETS[offset] ?? 0;
    this.#registers.set(offset, merge(old, value, lanes));
  }
}
