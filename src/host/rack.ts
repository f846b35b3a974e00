import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { LINE_BAUDS } from '../protocol/raise-baud.ts';
import { NeaiError } from '../shared/errors.ts';
import { readYaml } from '../shared/yaml-document.ts';

const hexDigits = (digits: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9A-Fa-f]{${digits}}$`), `is not ${digits} hexadecimal digits`)
    .transform((text) => text.toUpperCase());

const slotSchema = z.strictObject({
  /** What people call this place in the rack. */
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a name has letters, digits, dots, dashes and underscores'),
  /** Folder name in firmware/boards. */
  board: z.string().regex(/^[a-z0-9-]+$/, 'a board is named as its folder in firmware/boards'),
  /** Copied into the run record as evidence; nothing here depends on it. */
  kind: z.enum(['virtual', 'silicon']),
  /** Serial number of the ST-LINK; its serial port carries the same number. */
  probeSerial: hexDigits(24),
  /** The MCU's 96-bit unique id as three 32-bit words, lowest address first; when given, it must match before erasing. */
  uniqueId: hexDigits(24).optional(),
  /** Extra configuration commands for OpenOCD, run after the board file. */
  adapter: z.array(z.string().min(1)).default([]),
  /** Folder whose entries carry the probe's serial number, as udev makes them. */
  portFolder: z.string().min(1).default('/dev/serial/by-id'),
  /** Control socket of a board that has one. */
  control: z.string().min(1).optional(),
  /** Line rate of comparisons and scenarios on this place; without it that after reset, 115200. */
  baud: z.enum(LINE_BAUDS).optional(),
  /** Stretches every deadline: 1 on real boards, more on slow machines. */
  deadlineFactor: z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'is not a plain number')
    .transform(Number)
    .pipe(z.number().min(0.1).max(100))
    .default(1),
});

/** A place in the rack: everything that the host knows about where a board is and how to reach it. */
export type Slot = z.infer<typeof slotSchema>;

const rackSchema = z.strictObject({ slots: z.array(slotSchema).min(1) }).superRefine((rack, context) => {
  for (const key of ['name', 'probeSerial', 'uniqueId'] as const) {
    const seen = new Map<string, number>();
    for (const [index, slot] of rack.slots.entries()) {
      const value = slot[key];
      if (value === undefined) continue;
      const first = seen.get(value);
      if (first === undefined) seen.set(value, index);
      else {
        const message = `${key} ${value} is already that of slot ${first + 1} ('${rack.slots[first]!.name}')`;
        context.addIssue({ code: 'custom', path: ['slots', index, key], message });
      }
    }
  }
});

/** Reads a rack file; relative paths in it are relative to the file. @throws NeaiError RACK_FILE_INVALID with the place */
export function loadRack(file: string): Slot[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new NeaiError('RACK_FILE_INVALID', 'cannot be read', {
      file,
      got: (cause as Error).message,
      cause,
    });
  }
  const folder = dirname(resolve(file));
  return parseRack(text, file).map((slot) => ({
    ...slot,
    portFolder: resolve(folder, slot.portFolder),
    ...(slot.control === undefined ? {} : { control: resolve(folder, slot.control) }),
  }));
}

/** A rack file's text with the places of what stands in it. @param file names the text in errors */
export function readRack(text: string, file: string) {
  return readYaml(text, rackSchema, { file, code: 'RACK_FILE_INVALID' });
}

/** @param file names the text in errors */
export function parseRack(text: string, file: string): Slot[] {
  return readRack(text, file).value.slots;
}

/** @throws NeaiError RACK_SLOT_UNKNOWN */
export function chooseSlot(slots: readonly Slot[], name: string): Slot {
  const slot = slots.find((candidate) => candidate.name === name);
  if (slot) return slot;
  throw new NeaiError('RACK_SLOT_UNKNOWN', `there is no slot '${name}'`, {
    got: name,
    remedy: `Choose one of: ${slots.map((candidate) => candidate.name).join(', ')}.`,
  });
}
