import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { NeaiError } from '../shared/errors.ts';

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

/** @param file names the text in errors */
export function parseRack(text: string, file: string): Slot[] {
  const lines = new LineCounter();
  // The failsafe schema leaves every scalar a string: a serial number such as 0032002E31375116… is no number here.
  const document = parseDocument(text, { lineCounter: lines, schema: 'failsafe' });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line, col: column } = lines.linePos(broken.pos[0]);
    const [message] = broken.message.split('\n');
    throw new NeaiError('RACK_FILE_INVALID', message!.replace(/ at line \d+, column \d+:?$/, ''), {
      file,
      line,
      column,
    });
  }
  const parsed = rackSchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data.slots;
  const places = parsed.error.issues.map((issue) => {
    const { line, col: column } = lines.linePos(offsetOf(document, issue));
    return { line, column, message: describeIssue(issue) };
  });
  places.sort((a, b) => a.line - b.line || a.column - b.column);
  const [first, ...others] = places;
  throw new NeaiError('RACK_FILE_INVALID', first!.message, {
    file,
    line: first!.line,
    column: first!.column,
    ...(others.length > 0
      ? { evidence: others.map((o) => `${file}:${o.line}:${o.column}: ${o.message}`).join('; ') }
      : {}),
  });
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

function describeIssue(issue: z.core.$ZodIssue): string {
  const key = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return `${key ? `${key}: ` : ''}unknown key ${issue.keys.join(', ')}`;
  return `${key || 'the whole file'}: ${issue.message}`;
}

/** Where the thing that an issue speaks of begins in the text: its value, the unknown key, or the map that lacks it. */
function offsetOf(document: Document.Parsed, issue: z.core.$ZodIssue): number {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    const map = path.length === 0 ? document.contents : document.getIn(path, true);
    if (isMap(map)) {
      const pair = map.items.find((item) => isNode(item.key) && issue.keys.includes(String(item.key)));
      if (isNode(pair?.key) && pair.key.range) return pair.key.range[0];
    }
  }
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range[0] ?? 0;
}
