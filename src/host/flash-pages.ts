import { type CodeRegion, codeRegions } from '../boards/emit-memory.ts';
import { listBoards } from '../boards/load.ts';
import type { Board } from '../boards/schema.ts';
import { BUILD_ID_BYTES, BUILD_ID_OFFSET_BYTES, sectorsOf } from '../boards/schema.ts';
import { NeaiError } from '../shared/errors.ts';
import { readElf } from './elf.ts';

/** A sector (page) of flash as the image wants it, filled up with erased bytes. */
export interface FlashPage {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly eraseMaxMs: number;
}

/** An image in the units in which flash is erased. The image owns every page that it touches. */
export interface FlashImage {
  /** Ascending addresses. */
  readonly pages: readonly FlashPage[];
  /** Bytes that the image brings along. */
  readonly imageBytes: number;
  /** 64 hexadecimal digits at the place where every image of ours carries its build id; undefined beyond its end. */
  readonly buildId: string | undefined;
}

const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/**
 * Cuts the load segments of an ELF file into the pages of a board's flash.
 * @param file names the image in errors
 * @throws NeaiError ELF_INVALID, IMAGE_WRONG_BOARD
 */
export function cutIntoPages(elfBytes: Uint8Array, file: string, board: Board): FlashImage {
  const refuse = (message: string, asked: string, got: string): never => {
    throw new NeaiError('IMAGE_WRONG_BOARD', message, { file, asked, got });
  };
  const { flash } = board;
  const regions = codeRegions(board);
  const loaded = readElf(elfBytes, file).segments.filter((segment) => segment.fileBytes > 0);
  if (loaded.length === 0) refuse('the image has nothing to load', 'a load segment', 'none');
  const pages = new Map<number, FlashPage>();
  let imageBytes = 0;
  for (const { loadAddress, offsetBytes, fileBytes } of loaded) {
    const inside = ({ address, bytes }: CodeRegion): boolean =>
      loadAddress >= address && loadAddress + fileBytes <= address + bytes;
    if (!regions.some(inside))
      refuse(
        `the image does not lie in the flash that ${board.title} has for code`,
        regions.map(({ address, bytes }) => `${hex(address)} to ${hex(address + bytes)}`).join(', '),
        `${hex(loadAddress)} to ${hex(loadAddress + fileBytes)}`,
      );
    const content = elfBytes.subarray(offsetBytes, offsetBytes + fileBytes);
    imageBytes += fileBytes;
    for (const sector of sectorsOf(flash)) {
      const from = Math.max(loadAddress, sector.address);
      const to = Math.min(loadAddress + fileBytes, sector.address + sector.bytes);
      if (from >= to) continue;
      const page = pages.get(sector.address) ?? {
        address: sector.address,
        bytes: new Uint8Array(sector.bytes).fill(flash.erasedByte),
        eraseMaxMs: sector.eraseMaxMs,
      };
      page.bytes.set(content.subarray(from - loadAddress, to - loadAddress), from - sector.address);
      pages.set(sector.address, page);
    }
  }
  const image = [...pages.values()].sort((a, b) => a.address - b.address);
  refuseOtherBoards(image, board, refuse);
  return { pages: image, imageBytes, buildId: buildIdOf(image, board) };
}

/** The first word of flash is the first stack pointer; and our firmware says in plain text whose it is. */
function refuseOtherBoards(
  pages: readonly FlashPage[],
  board: Board,
  refuse: (message: string, asked: string, got: string) => never,
): void {
  const [first] = pages;
  if (first!.address === board.flash.address) {
    const stack = new DataView(first!.bytes.buffer).getUint32(0, true);
    const last = board.ram.regions.at(-1)!;
    const [low, high] = [board.ram.regions[0]!.address, last.address + last.bytes];
    if (stack <= low || stack > high)
      refuse(
        `the image's first stack pointer is not in the RAM of ${board.title}`,
        `${hex(low)} to ${hex(high)}`,
        hex(stack),
      );
  }
  const content = Buffer.concat(pages.map((page) => page.bytes));
  const names = (id: string): boolean => content.includes(`${id}\0`);
  const other = names(board.id) ? undefined : listBoards().find(names);
  if (other !== undefined) refuse('the image was built for another board', board.id, other);
}

function buildIdOf(pages: readonly FlashPage[], board: Board): string | undefined {
  const address = board.flash.address + BUILD_ID_OFFSET_BYTES;
  const page = pages.find(
    (p) => p.address <= address && address + BUILD_ID_BYTES <= p.address + p.bytes.length,
  );
  if (page === undefined) return undefined;
  const start = address - page.address;
  return Buffer.from(page.bytes.subarray(start, start + BUILD_ID_BYTES)).toString('hex');
}
