import { type Board, BUILD_ID_OFFSET_BYTES } from './schema.ts';

/** memory.ld: what the linker script (firmware/families/cortex-m/sections.ld) has to know of a board. */
export function emitMemory(board: Board): string {
  const { address, bytes } = ramRange(board);
  const rows: [string, string][] = [
    ['board_stack_bytes', String(board.ram.stackBytes)],
    ['board_work_area_end', hex(board.openocd.workAreaAddress + board.openocd.workAreaBytes)],
    ['board_build_id', hex(board.flash.address + BUILD_ID_OFFSET_BYTES)],
  ];
  return `${[
    `/* Generated from firmware/boards/${board.id}/board.json by npm run generate. Do not edit. */`,
    'MEMORY',
    '{',
    `    FLASH : ORIGIN = ${hex(board.flash.address)}, LENGTH = ${codeBytes(board)}`,
    `    RAM   : ORIGIN = ${hex(address)}, LENGTH = ${bytes}`,
    '}',
    ...rows.map(([name, value]) => `${name} = ${value};`),
  ].join('\n')}\n`;
}

/** Flash that code may fill: all of it but the pages for knowledge at its end. */
export function codeBytes({ flash, knowledgeStore }: Board): number {
  return (knowledgeStore?.address ?? flash.address + flash.bytes) - flash.address;
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
