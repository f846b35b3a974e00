import type { Board } from '../../boards/schema.ts';
import type { MemoryRegion } from '../bus.ts';
import type { ChipContext, ChipModel, Peripheral, ResetKind } from '../interfaces.ts';
import { FlashArray } from '../peripherals/flash-array.ts';
import type { FlashOperations, FlashTimes } from '../peripherals/flash-operations.ts';
import type { BlockPlace } from '../peripherals/register-block.ts';
import { Unimplemented } from '../peripherals/unimplemented.ts';
import type { Usart } from '../peripherals/usart.ts';
import type { SerialLine } from '../wire/line.ts';

export interface ChipOptions {
  readonly facts: Board;
  readonly uniqueId: readonly [number, number, number];
  /** Array offsets of double words torn in an earlier life. */
  readonly tornWords: Iterable<number>;
  readonly line: SerialLine;
  /** Takes the board's supply away between two instructions. */
  readonly cutPower: () => void;
}

/** A chip with what the control socket wants to reach. */
export interface VirtualChip extends ChipModel {
  readonly flash: { readonly operations: FlashOperations };
  readonly array: FlashArray;
  readonly rcc: { readonly hclkHz: number };
  /** Names of the register blocks that are modelled. */
  readonly modelled: readonly string[];
}

/** What a family is to the board. */
export interface ChipFamily {
  create(context: ChipContext, options: ChipOptions): VirtualChip;
  /** Further addresses at which the flash array answers (boot alias). */
  readonly flashAliases: readonly number[];
  /** Where the core finds its vectors after reset; 0 when absent. */
  readonly bootAddress?: number;
  /** RAM that no program of ours uses and that is there all the same. */
  readonly otherMemory?: readonly MemoryRegion[];
}

/** A peripheral clock's enable bit: register offset in RCC and bit number. */
export type Enable = readonly [offset: number, bit: number];

/** What RCC must be able to do for a chip. */
interface ClockBlock extends Peripheral {
  readonly hclkHz: number;
  isEnabled(registerOffset: number, bit: number): boolean;
  resetBackup(): void;
}

/** A pin as wiring knows it: is it switched to this alternate function now? */
type IsSwitched = () => boolean;

/** Collects the register blocks of a chip and turns them into one. */
export class ChipBuilder {
  readonly context: ChipContext;
  readonly options: ChipOptions;
  readonly array: FlashArray;
  readonly #enables = new Map<string, Enable>();
  readonly #blocks: Peripheral[] = [];
  #rcc: ClockBlock | undefined;

  constructor(context: ChipContext, options: ChipOptions) {
    this.context = context;
    this.options = options;
    const { sectors, ecc } = options.facts.flash;
    const pageBytes = sectors.flatMap(({ count, bytes }) => Array<number>(count).fill(bytes));
    this.array = new FlashArray(context.flash, { pageBytes, ecc }, options.tornWords, context.flashListener);
  }

  /** Durations of flash operations as the data sheet has them (typical). */
  get flashTimes(): FlashTimes {
    const { sectors, programTypicalUs } = this.options.facts.flash;
    const eraseNs = sectors.flatMap(({ count, eraseTypicalMs }) =>
      Array<number>(count).fill(eraseTypicalMs * 1e6),
    );
    // A page-wise array is erased at once in about the time of a page; one of large sectors in that of their sum.
    const uniform = sectors.length === 1;
    const massEraseNs = uniform ? eraseNs[0]! : eraseNs.reduce((sum, ns) => sum + ns, 0);
    return { programNs: programTypicalUs * 1e3, pageEraseNs: (page) => eraseNs[page]!, massEraseNs };
  }

  place(name: string, baseAddress: number, enable?: Enable): BlockPlace {
    const { complain } = this.context;
    if (!enable) return { name, baseAddress, complain };
    this.#enables.set(name, enable);
    return { name, baseAddress, complain, clocked: () => this.#rcc!.isEnabled(...enable) };
  }

  add<T extends Peripheral>(block: T): T {
    this.#blocks.push(block);
    return block;
  }

  addClock<T extends ClockBlock>(rcc: T): T {
    this.#rcc = rcc;
    return this.add(rcc);
  }

  /** A peripheral's reset bit was set: `enableOffset` is the enable register that mirrors the reset register. */
  resetPeripheral(enableOffset: number, bit: number): void {
    for (const [name, [offset, enableBit]] of this.#enables)
      if (offset === enableOffset && enableBit === bit)
        this.#blocks.find((block) => block.name === name)?.reset('software');
  }

  /** Joins a USART's receiver with the probe's line, by way of the pin that leads there. */
  connectReceiver(
    usart: Pick<Usart, 'receiverFormat' | 'startBit' | 'receive'>,
    isSwitched: IsSwitched,
  ): void {
    this.options.line.connect({
      receiverFormat: () => (isSwitched() ? usart.receiverFormat() : undefined),
      startBit: () => usart.startBit(),
      receive: (item) => usart.receive(item),
    });
  }

  /** @param gaps address ranges between the modelled blocks: name, start, length */
  build(
    flash: VirtualChip['flash'] & { readonly sink: VirtualChip['flashSink'] },
    gaps: readonly (readonly [name: string, baseAddress: number, sizeBytes: number])[],
  ): VirtualChip {
    const blocks = this.#blocks;
    const rcc = this.#rcc!;
    const { array, context, options } = this;
    const { complain } = context;
    const fallback = gaps.map(
      ([name, baseAddress, sizeBytes]) => new Unimplemented({ name, baseAddress, complain }, sizeBytes),
    );
    return {
      // Last, so that it answers only where nothing else does.
      peripherals: [...blocks, ...fallback],
      flashSink: flash.sink,
      flash,
      array,
      rcc,
      modelled: blocks.map(({ name }) => name),
      reset(kind: ResetKind): void {
        for (const block of blocks) if (block !== rcc) block.reset(kind);
        rcc.reset(kind);
        if (kind === 'power-on') {
          rcc.resetBackup();
          array.announceTorn();
          options.line.powered(true);
        }
      },
      powerOff(): void {
        flash.operations.powerOff();
        options.line.powered(false);
      },
    };
  }
}
