import { mkdirSync } from 'node:fs';
import type { Board } from '../boards/schema.ts';
import { crc32c } from '../shared/crc32c.ts';
import { NeaiError } from '../shared/errors.ts';
import type { MemoryMap } from './bus.ts';
import { ComplaintLog, type LoggedComplaint } from './complaint-log.ts';
import type { ChipFamily, VirtualChip } from './families/chip.ts';
import { FAMILIES } from './families/registry.ts';
import { FlashImage } from './flash-image.ts';
import { Machine } from './machine.ts';
import { type HostPort, SerialLine } from './wire/line.ts';

/** Flash operations of so long a time are written to the disk together; a process that is killed loses no more. */
const SAVE_AFTER_MS = 25;

/** A board: chip, flash image, serial line. The probe, the port and the control socket stand around it. */
export interface VirtualBoard {
  readonly facts: Board;
  readonly uniqueId: readonly [number, number, number];
  readonly machine: Machine;
  readonly chip: VirtualChip;
  readonly line: SerialLine;
  readonly complaints: ComplaintLog;
  powerOn(): void;
  powerOff(): void;
  /** Writes the flash image. */
  save(): void;
  close(): void;
}

export interface BoardOptions {
  readonly facts: Board;
  readonly probeSerial: string;
  readonly stateFolder: string;
  readonly host: HostPort;
  readonly complained: (entry: LoggedComplaint) => void;
  readonly failed: (failure: unknown) => void;
}

/** Builds a board with its supply off. @throws VIRTUAL_STATE, VIRTUAL_FAMILY */
export function createBoard(options: BoardOptions): VirtualBoard {
  const { facts } = options;
  const family = FAMILIES[facts.family];
  if (!family)
    throw new NeaiError('VIRTUAL_FAMILY', `there is no virtual ${facts.family}`, { asked: facts.id });
  mkdirSync(options.stateFolder, { recursive: true });
  const image = new FlashImage(options.stateFolder, facts.flash.bytes);
  const uniqueId = uniqueIdOf(options.probeSerial);
  const complaints = new ComplaintLog(options.complained);
  let line: SerialLine | undefined;
  let chip: VirtualChip | undefined;
  const machine: Machine = new Machine({
    model: facts.core,
    memory: memoryOf(facts, family, image.bytes),
    ...(family.bootAddress === undefined ? {} : { bootAddress: family.bootAddress }),
    clockHz: facts.clock.resetHz,
    failed: options.failed,
    complain: (complaint) =>
      complaints.add(
        complaint,
        machine.clock.nowNs() / 1e9,
        machine.halted ? undefined : machine.signals.programCounter(),
      ),
    chip: (context) => {
      line = new SerialLine(context.clock, options.host);
      chip = family.create(context, {
        facts,
        uniqueId,
        tornWords: image.tornWords,
        line,
        cutPower: () => context.clock.schedule(context.clock.nowNs(), powerOff, 'traffic'),
      });
      return chip;
    },
  });
  const built = { chip: chip!, line: line! };
  let saver: NodeJS.Timeout | undefined;
  built.chip.array.onDirty(() => {
    saver ??= setTimeout(() => {
      saver = undefined;
      save();
    }, SAVE_AFTER_MS);
  });
  const save = (): void => image.save(built.chip.array);
  const powerOff = (): void => {
    machine.powerOff();
    save();
  };
  return {
    facts,
    uniqueId,
    machine,
    ...built,
    complaints,
    powerOn: () => machine.powerOn(),
    powerOff,
    save,
    close() {
      clearTimeout(saver);
      machine.close();
      save();
      image.close();
    },
  };
}

function memoryOf(facts: Board, family: ChipFamily, flash: Buffer): MemoryMap {
  return [
    {
      name: 'flash',
      kind: 'flash',
      baseAddress: facts.flash.address,
      sizeBytes: facts.flash.bytes,
      aliases: family.flashAliases,
      bytes: flash,
    },
    ...facts.ram.regions.map((region) => ({
      name: region.name,
      kind: 'ram' as const,
      baseAddress: region.address,
      sizeBytes: region.bytes,
      ...(region.alias === undefined ? {} : { aliases: [region.alias] }),
    })),
    ...(family.otherMemory ?? []),
  ];
}

/**
 * The 96-bit unique identifier: wafer coordinates and wafer number from the probe's serial number, and where a real chip
 * has the seven letters of its lot, VIRTUAL. Two serial numbers give two identifiers, and none can pass for a chip.
 */
function uniqueIdOf(probeSerial: string): [number, number, number] {
  const text = new TextEncoder().encode(probeSerial);
  const place = crc32c(text);
  const wafer = crc32c(text, place) & 0xff;
  const lot = [...'VIRTUAL'].map((letter) => letter.charCodeAt(0));
  return [
    place,
    (wafer | (lot[0]! << 8) | (lot[1]! << 16) | (lot[2]! << 24)) >>> 0,
    (lot[3]! | (lot[4]! << 8) | (lot[5]! << 16) | (lot[6]! << 24)) >>> 0,
  ];
}
