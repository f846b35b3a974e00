import { type Board, BUILD_ID_OFFSET_BYTES } from './schema.ts';

/**
 * memory.ld: what the linker script (firmware/families/cortex-m/sections.ld) has to know of a board. Vectors and build id
 * go to FLASH_HEAD, everything else to FLASH: two names for one region, unless the knowledge lies between them.
 */
export function emitMemory(board: Board): string {
  const { address, bytes } = ramRange(board);
  const rows: [string, string][] = [
    ['board_stack_bytes', String(board.ram.stackBytes)],
    ['board_work_area_end', hex(board.openocd.workAreaAddress + board.openocd.workAreaBytes)],
    ['board_build_id', hex(board.flash.address + BUILD_ID_OFFSET_BYTES)],
  ];
  const regions = codeRegions(board);
  const region = (name: string, { address: origin, bytes: length }: CodeRegion): string =>
    `    ${name.padEnd(10)} : ORIGIN = ${hex(origin)}, LENGTH = ${length}`;
  return `${[
    `/* Generated from firmware/boards/${board.id}/board.json by npm run generate. Do not edit. */`,
    'MEMORY',
    '{',
    ...(regions.length > 1 ? [region('FLASH_HEAD', regions[0]!)] : []),
    region('FLASH', regions.at(-1)!),
    region('RAM', { address, bytes }),
    '}',
    ...(regions.length > 1 ? [] : ['REGION_ALIAS("FLASH_HEAD", FLASH);']),
    ...rows.map(([name, value]) => `${name} = ${value};`),
  ].join('\n')}\n`;
}

/** A range of flash that code may fill. */
export interface CodeRegion {
  readonly address: number;
  readonly bytes: number;
}

/** All of flash but the sectors for knowledge: one range, or one on either side of them. */
export function codeRegions({ flash, knowledgeStore: store }: Board): CodeRegion[] {
  const end = flash.address + flash.bytes;
  if (store === undefined) return [{ address: flash.address, bytes: flash.bytes }];
  const behind = store.address + store.slots * store.slotBytes;
  const head = { address: flash.address, bytes: store.address - flash.address };
  return behind === end ? [head] : [head, { address: behind, bytes: end - behind }];
}

/** The one range that all regions of a board's RAM form together. */
export function ramRange(board: Board): { readonly address: number; readonly bytes: number } {
  const bytes = board.ram.regions.reduce((sum, region) => sum + region.bytes, 0);
  return { address: board.ram.regions[0]!.address, bytes };
}

/** 0x20000000: eight digits, as the manuals write addresses. */
export function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(8, '0')}`;
}
