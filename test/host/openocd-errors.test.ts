import { describe, expect, it } from 'vitest';
import { classifyOpenOcdText } from '../../src/host/openocd-errors.ts';
import type { ErrorCode } from '../../src/shared/errors.ts';

/** Whole outputs of OpenOCD 0.12 (several lines, as they come), each with the code a person should read. */
const CORPUS: readonly (readonly [ErrorCode, string])[] = [
  ['PROBE_NOT_FOUND', 'clock speed 500 kHz\ncannot connect to stlink server, errno: Connection refused'],
  ['PROBE_NOT_FOUND', 'clock speed 500 kHz\nopen failed'],
  ['PROBE_NOT_FOUND', 'stlink-server API v3, version 0.1.0.\nno ST-LINK detected'],
  ['PROBE_SERIAL_MISMATCH', '1 ST-LINK detected\nST-LINK open failed (serial mismatch)'],
  ['PROBE_BUSY', '1 ST-LINK detected\nthe selected device is already used'],
  ['PROBE_BUSY', 'libusb_claim_interface() failed with LIBUSB_ERROR_BUSY\nopen failed'],
  ['PROBE_ACCESS', 'libusb_open() failed with LIBUSB_ERROR_ACCESS\nopen failed'],
  ['PROBE_LOST', 'failed to receive USB CMD response\nfailed to read memory'],
  ['PROBE_LOST', 'socket recv error: Connection reset by peer (errno 104)\nTarget not examined yet'],
  ['PROBE_FIRMWARE', 'ST-Link version does not support DAP direct transport'],
  [
    'TARGET_NO_VOLTAGE',
    'STLINK V2J40M27 (API v2) VID:PID 0483:374B\nTarget voltage: 0.012000\ntarget voltage may be too low for reliable debugging\ninit mode failed (unable to connect to the target)',
  ],
  ['TARGET_CONNECT_FAILED', 'Target voltage: 3.270000\ninit mode failed (unable to connect to the target)'],
  ['TARGET_CONNECT_FAILED', 'Could not find MEM-AP to control the core\nTarget not examined yet'],
  ['TARGET_WRONG_CHIP', 'Warn : UNEXPECTED idcode: 0x0bc11477\nexpected 1 of 1: 0x2ba01477'],
  [
    'TARGET_WRONG_CHIP',
    'Cannot identify target as an STM32G0/G4/L4/L4+/L5/U5/WB/WL family device.\nauto_probe failed',
  ],
  [
    'TARGET_NOT_EXAMINED',
    'Target not examined yet\nread_memory: read at 0x00000000 with width=32 and count=4 failed',
  ],
  ['TARGET_NOT_EXAMINED', 'target stm32l4x.cpu examination failed'],
  ['TARGET_NOT_HALTED', 'Target not halted\nfailed erasing sector'],
  ['TARGET_NOT_HALTED', 'TARGET: stm32l4x.cpu - Not halted'],
  ['FLASH_PROTECTED', 'stm32x device protected\nfailed erasing sectors 0 to 3'],
  ['FLASH_ERASE_FAILED', 'failed erasing sectors 0 to 31'],
  [
    'FLASH_PROGRAM_FAILED',
    'flash write failed = 0x000000c0\nerror writing to flash at address 0x08000000 at offset 0x00000000',
  ],
  ['FLASH_PROGRAM_FAILED', 'error executing stm32l4 flash write algorithm'],
  [
    'FLASH_VERIFY_FAILED',
    'checksum mismatch - attempting binary compare\ndiff 0 address 0x08000010. Was 0xff instead of 0x20',
  ],
  ['FLASH_RANGE_REFUSED', 'no flash bank found for address 0x20000000'],
  ['FLASH_RANGE_REFUSED', 'address range 0x08000400 .. 0x08000bff is not sector-aligned'],
  ['TARGET_TIMED_OUT', 'timeout waiting for algorithm, a target reset is recommended'],
  ['TARGET_TIMED_OUT', 'timed out while waiting for target debug-running'],
  [
    'MEMORY_ACCESS_FAILED',
    'read_memory: read at 0x60000000 with width=32 and count=1 failed\nread_memory: failed to read memory',
  ],
  ['TARGET_TIMED_OUT', 'timed out while waiting for target halted\nerror executing cortex_m crc algorithm'],
  ['TARGET_NOT_HALTED', 'timed out while waiting for target halted'],
  ['OPENOCD_UNKNOWN', 'syntax error in expression "1+": premature end of expression'],
];

describe('OpenOCD texts become a closed set of codes', () => {
  it.each(CORPUS)('%s from: %s', (code, text) => {
    expect(classifyOpenOcdText(text)).toBe(code);
  });
});
