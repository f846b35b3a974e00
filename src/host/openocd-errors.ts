import type { ErrorCode } from '../shared/errors.ts';

/**
 * OpenOCD's messages as a closed set of codes. One failure prints several lines, so order matters: a cause stands above
 * its consequences, and the first row that matches any line wins. The texts are those of OpenOCD 0.12
 * (stlink_usb.c, hla_target.c, cortex_m.c, arm_adi_v5.c, flash/nor/{core,tcl,stm32l4x,stm32f2x,stm32f1x}.c, target.c).
 */
const TEXTS: readonly (readonly [ErrorCode, readonly RegExp[]])[] = [
  ['PROBE_SERIAL_MISMATCH', [/serial mismatch/i]],
  ['PROBE_BUSY', [/the selected device is already used/i, /LIBUSB_ERROR_BUSY/, /claim interface failed/i]],
  ['PROBE_ACCESS', [/LIBUSB_ERROR_ACCESS/, /permission denied/i]],
  [
    'PROBE_LOST',
    [
      /failed to (?:receive|send) USB CMD/i,
      /socket (?:send|recv) error/i,
      /TCP error status/i,
      /LIBUSB_ERROR_(?:NO_DEVICE|IO|PIPE|TIMEOUT)/,
      /jtag_libusb_bulk_(?:read|write) error/i,
    ],
  ],
  [
    'PROBE_NOT_FOUND',
    [
      /cannot connect to stlink server/i,
      /no ST-LINK detected/i,
      /vid\/pid mismatch/i,
      /no device found/i,
      /unable to find a matching/i,
      /LIBUSB_ERROR_NOT_FOUND/,
    ],
  ],
  [
    'PROBE_FIRMWARE',
    [/ST-Link version does not support/i, /not supported in current STLink FW/i, /read version failed/i],
  ],
  [
    'TARGET_NO_VOLTAGE',
    [
      /target voltage may be too low/i,
      /target voltage too low/i,
      /voltage check failed/i,
      /get target voltage/i,
    ],
  ],
  [
    'TARGET_CONNECT_FAILED',
    [
      /init mode failed/i,
      /unable to connect to the target/i,
      /Could not find MEM-AP/i,
      /Error connecting DP/i,
      /cannot read IDR/i,
      /Could not initialize the debug port/i,
    ],
  ],
  [
    'TARGET_WRONG_CHIP',
    [/UNEXPECTED idcode/i, /Cannot identify target as/i, /auto_probe failed/i, /unsupported device/i],
  ],
  ['TARGET_NOT_EXAMINED', [/not examined/i, /examination failed/i]],
  [
    'FLASH_PROTECTED',
    [/device protected/i, /is protected/i, /flash memory write protected/i, /WRPERR/, /RDP level/i],
  ],
  ['TARGET_NOT_HALTED', [/not halted/i, /unable to halt/i]],
  [
    'FLASH_VERIFY_FAILED',
    [/checksum mismatch/i, /verify failed/i, /verification error/i, /diff \d+ address/i],
  ],
  ['FLASH_ERASE_FAILED', [/failed erasing/i, /erase time-?out/i, /Error erase sector/i, /erase failed/i]],
  [
    'FLASH_PROGRAM_FAILED',
    [
      /error writing to flash/i,
      /error executing \S+ flash write algorithm/i,
      /flash write algorithm aborted/i,
      /flash write failed/i,
      /waiting for target flash write/i,
      /flash not unlocked/i,
      /flash memory not erased/i,
      /device programming failed/i,
      /PROGERR|PGSERR|SIZERR|PGAERR/,
    ],
  ],
  [
    'TARGET_TIMED_OUT',
    [
      /timeout waiting for (?:algorithm|target)/i,
      /timed out while waiting for target (?!halted)/i,
      /error executing .* algorithm/i,
    ],
  ],
  [
    'MEMORY_ACCESS_FAILED',
    [
      /failed to (?:read|write) memory/i,
      /(?:read|write)(?:_memory: \w+)? at 0x[0-9a-f]+ .*failed/i,
      /error (?:reading|while reading)/i,
    ],
  ],
  ['TARGET_NOT_HALTED', [/timed out while waiting for target halted/i]],
  [
    'FLASH_RANGE_REFUSED',
    [/no flash (?:bank found for|at) address/i, /not sector-aligned/i, /does not fit into bank/i],
  ],
  ['PROBE_NOT_FOUND', [/open failed/i, /LIBUSB_ERROR/]],
];

/** The code for a failure's text; OPENOCD_UNKNOWN when no row of the table matches. */
export function classifyOpenOcdText(text: string): ErrorCode {
  for (const [code, patterns] of TEXTS) if (patterns.some((pattern) => pattern.test(text))) return code;
  return 'OPENOCD_UNKNOWN';
}
