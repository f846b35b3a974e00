/** A chip that a limited library runs on; see kernels/neai_board.h. */
export interface AllowedDevice {
  /** DEV_ID of DBGMCU_IDCODE, 12 bits. */
  readonly deviceId: number;
  /** CPUID of chips where an erratum hides DEV_ID from software; 0: none. */
  readonly hiddenOnCpuid: number;
}

/** A register bit without which DBGMCU_IDCODE reads as 0. */
export interface DebugClock {
  readonly address: number;
  readonly bit: number;
}

/** What a library that is limited to certain boards has to know of them. */
export interface BoardLimits {
  /** Names of the boards, for people. */
  readonly boards: readonly string[];
  readonly devices: readonly AllowedDevice[];
  readonly debugClocks: readonly DebugClock[];
}

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}u`;

/** Text of neai_board_table.c: which chips the library may run on. */
export function boardTableSource({ devices, debugClocks }: BoardLimits): string {
  const deviceRows = devices.map((row) => `    {${hex(row.deviceId)}, ${hex(row.hiddenOnCpuid)}},\n`);
  const clockRows = debugClocks.map((row) => `    {${hex(row.address)}, ${hex(1 << row.bit)}},\n`);
  // C has no arrays of length 0: one row that is not counted
  const rows = (texts: readonly string[]): string =>
    texts.length === 0 ? '    {0u, 0u},\n' : texts.join('');
  return `/* Chips that this library is limited to: generated, not to be edited. */
#include "neai_board.h"

const neai_device neai_devices[] = {
${rows(deviceRows)}};
const uint32_t neai_device_count = ${devices.length}u;

const neai_debug_clock neai_debug_clocks[] = {
${rows(clockRows)}};
const uint32_t neai_debug_clock_count = ${debugClocks.length}u;
`;
}
