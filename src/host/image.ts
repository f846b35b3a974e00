import { createHash } from 'node:crypto';
import { hex, ramRange } from '../boards/emit-memory.ts';
import { type Board, BUILD_ID_BYTES, BUILD_ID_OFFSET_BYTES, sectorsOf } from '../boards/schema.ts';
import { NeaiError } from '../shared/errors.ts';
import { type ElfImage, SECTION_ALLOCATED, SECTION_WRITABLE, symbolAddress } from './elf.ts';

export interface Footprint {
  /** Bytes that travel to flash: code, constants, initial values. */
  readonly flashBytes: number;
  /** Static RAM: variables of firmware and library, knowledge, input buffer for one signal; without the stack. */
  readonly ramBytes: number;
  readonly neaiBytes: number;
  /** Reserved for the stack. */
  readonly stackBytes: number;
}

export interface KnowledgePlace {
  readonly address: number;
  readonly bytes: number;
}

export interface SignalShape {
  readonly axes: number;
  /** Samples per axis. */
  readonly bufferSize: number;
}

/**
 * SHA-256 over what a debugger writes to flash (address, length, bytes of every load segment), the build id itself
 * counted as zeros. @returns 32 bytes, and writes them into `bytes` where the linker has left room.
 */
export function stampBuildId(bytes: Uint8Array, elf: ElfImage, board: Board): Uint8Array {
  const address = board.flash.address + BUILD_ID_OFFSET_BYTES;
  const home = elf.segments.find(
    (part) => part.loadAddress <= address && address + BUILD_ID_BYTES <= part.loadAddress + part.fileBytes,
  );
  if (home === undefined || symbolAddress(elf, 'build_id') !== address) {
    throw new NeaiError('ELF_INVALID', `the image has no build id at ${hex(address)}`);
  }
  const place = home.offsetBytes + address - home.loadAddress;
  bytes.fill(0, place, place + BUILD_ID_BYTES);
  const hash = createHash('sha256');
  for (const part of elf.segments.filter((candidate) => candidate.fileBytes > 0)) {
    hash.update(Uint32Array.of(part.loadAddress, part.fileBytes));
    hash.update(bytes.subarray(part.offsetBytes, part.offsetBytes + part.fileBytes));
  }
  const id = hash.digest();
  bytes.set(id, place);
  return id;
}

/** Refuses images whose knowledge a debugger would load, or OpenOCD would overwrite. @throws BUILD_KNOWLEDGE_PLACE */
export function checkKnowledgePlace(elf: ElfImage, board: Board): KnowledgePlace {
  const section = elf.sections.find((candidate) => candidate.name === '.neai');
  if (section === undefined || section.bytes === 0) {
    throw new NeaiError('BUILD_KNOWLEDGE_PLACE', 'the library keeps no knowledge in a section .neai');
  }
  const { address, bytes } = section;
  const ram = ramRange(board);
  const workAreaEnd = board.openocd.workAreaAddress + board.openocd.workAreaBytes;
  const got = `.neai at ${hex(address)}, ${bytes} bytes`;
  if (address < ram.address || address + bytes > ram.address + ram.bytes) {
    const asked = `RAM of ${board.title}: ${hex(ram.address)} to ${hex(ram.address + ram.bytes)}`;
    throw new NeaiError('BUILD_KNOWLEDGE_PLACE', '.neai lies outside the RAM of the board', { asked, got });
  }
  if (address < workAreaEnd) {
    throw new NeaiError(
      'BUILD_KNOWLEDGE_PLACE',
      '.neai lies in the work area of OpenOCD, which overwrites it',
      {
        asked: `an address from ${hex(workAreaEnd)}`,
        got,
      },
    );
  }
  const loaded = elf.segments.some(
    ({ loadAddress, fileBytes }) =>
      fileBytes > 0 && loadAddress < ram.address + ram.bytes && loadAddress + fileBytes > ram.address,
  );
  // Initial values of .neai may travel to flash, from where start-up copies them; RAM itself is never loaded.
  if (loaded) {
    throw new NeaiError('BUILD_KNOWLEDGE_PLACE', 'the image would be loaded into RAM', { got });
  }
  return { address, bytes };
}

/**
 * Refuses images of which a byte lies in an erase unit that stored knowledge uses: erasing one would erase the other. The
 * linker script keeps them apart; this looks at what came of it. @throws BUILD_KNOWLEDGE_PLACE
 */
export function checkStoreApart(elf: ElfImage, board: Board): void {
  const { knowledgeStore: store } = board;
  if (store === undefined) return;
  const end = store.address + store.slots * store.slotBytes;
  const shared = sectorsOf(board.flash).filter(
    (sector) => sector.address < end && sector.address + sector.bytes > store.address,
  );
  for (const { loadAddress, fileBytes } of elf.segments.filter((part) => part.fileBytes > 0)) {
    const hit = shared.find(
      (at) => loadAddress < at.address + at.bytes && loadAddress + fileBytes > at.address,
    );
    if (hit === undefined) continue;
    throw new NeaiError('BUILD_KNOWLEDGE_PLACE', 'code and stored knowledge would share an erase unit', {
      asked: `no code from ${hex(shared[0]!.address)} to ${hex(shared.at(-1)!.address + shared.at(-1)!.bytes)}`,
      got: `${fileBytes} bytes at ${hex(loadAddress)}, sector ${hit.index} of ${board.title}`,
    });
  }
}

/** Refuses a signal longer than the RAM that is left for it. @throws BUILD_DOES_NOT_FIT naming the largest one */
export function checkSignalFits(elf: ElfImage, board: Board, { axes, bufferSize }: SignalShape): void {
  const room = symbolAddress(elf, 'input_end') - symbolAddress(elf, 'input_start');
  const needed = 4 * axes * bufferSize;
  if (needed <= room) return;
  const largest = Math.max(0, Math.floor(room / (4 * axes)));
  throw new NeaiError('BUILD_DOES_NOT_FIT', `the signal does not fit ${board.title}`, {
    asked: `${axes} axes × ${bufferSize} samples, ${needed} bytes`,
    got: `${room} bytes of RAM beside this library`,
    remedy: `The largest buffer size with ${axes} axes and this library is ${largest}.`,
  });
}

export function footprintOf(elf: ElfImage, { axes, bufferSize }: SignalShape): Footprint {
  const flashBytes = elf.segments.reduce((sum, part) => sum + part.fileBytes, 0);
  const stackBytes = symbolAddress(elf, 'stack_top') - symbolAddress(elf, 'stack_bottom');
  const variables = elf.sections
    .filter(
      ({ flags, name }) => flags & SECTION_ALLOCATED && flags & SECTION_WRITABLE && name !== '.build_id',
    )
    .reduce((sum, section) => sum + section.bytes, 0);
  const neai = elf.sections.find((section) => section.name === '.neai');
  return {
    flashBytes,
    ramBytes: variables - stackBytes + 4 * axes * bufferSize,
    neaiBytes: neai?.bytes ?? 0,
    stackBytes,
  };
}
