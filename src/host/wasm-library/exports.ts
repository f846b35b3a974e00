const HEADER_BYTES = 8;
const SECTION = { custom: 0, export: 7 } as const;
const SYMBOL_TABLE = 8;
const SYMBOL = { function: 0, data: 1, section: 3 } as const;
const UNDEFINED = 0x10;
const EXPLICIT_NAME = 0x40;

/**
 * A relocatable WebAssembly object as a module: an object carries provisional values in place of what a linker would
 * fill in, right when it is the only one, but exports nothing. This adds an export section with the given functions and
 * leaves out the custom sections.
 * (WebAssembly core specification 5.5; tool-conventions, Linking.md)
 */
export function withExports(object: Uint8Array, names: readonly string[]): Uint8Array {
  const sections = sectionsOf(object);
  const linking = sections.find(({ name }) => name === 'linking');
  if (linking === undefined) throw new Error('the object has no symbol table');
  const indices = functionsOf(linking.body);
  const entries = names.flatMap((name) => {
    const index = indices.get(name);
    if (index === undefined) throw new Error(`the object does not define ${name}`);
    return [...string(name), 0, ...unsigned(index)];
  });
  const exported = [...unsigned(names.length), ...entries];
  const section = [SECTION.export, ...unsigned(exported.length), ...exported];
  const kept = sections.filter(({ id }) => id !== SECTION.custom);
  const after = kept.findIndex(({ id }) => id > SECTION.export);
  const parts = kept.map(({ bytes }) => bytes);
  parts.splice(after === -1 ? parts.length : after, 0, Uint8Array.from(section));
  return Buffer.concat([object.subarray(0, HEADER_BYTES), ...parts]);
}

interface Section {
  readonly id: number;
  readonly name: string | null;
  readonly bytes: Uint8Array;
  /** Content after the name. */
  readonly body: Uint8Array;
}

function sectionsOf(object: Uint8Array): Section[] {
  const sections: Section[] = [];
  for (let at = HEADER_BYTES; at < object.length; ) {
    const start = at;
    const id = object[at]!;
    const size = readUnsigned(object, at + 1);
    const content = object.subarray(size.next, size.next + size.value);
    at = size.next + size.value;
    const name = id === SECTION.custom ? readString(content, 0) : null;
    const body = name === null ? content : content.subarray(name.next);
    sections.push({ id, name: name?.value ?? null, bytes: object.subarray(start, at), body });
  }
  return sections;
}

/** Indices of the functions that the linking section's symbol table names. */
function functionsOf(linking: Uint8Array): Map<string, number> {
  const found = new Map<string, number>();
  for (let at = readUnsigned(linking, 0).next; at < linking.length; ) {
    const type = linking[at]!;
    const size = readUnsigned(linking, at + 1);
    const table = linking.subarray(size.next, size.next + size.value);
    at = size.next + size.value;
    if (type !== SYMBOL_TABLE) continue;
    let place = 0;
    const number = (): number => {
      const { value, next } = readUnsigned(table, place);
      place = next;
      return value;
    };
    const text = (): string => {
      const { value, next } = readString(table, place);
      place = next;
      return value;
    };
    for (let left = number(); left > 0; left--) {
      const kind = number();
      const flags = number();
      if (kind === SYMBOL.data) {
        text();
        if ((flags & UNDEFINED) === 0) for (let field = 0; field < 3; field++) number();
        continue;
      }
      const index = number();
      const named = kind !== SYMBOL.section && ((flags & UNDEFINED) === 0 || (flags & EXPLICIT_NAME) !== 0);
      const name = named ? text() : null;
      if (kind === SYMBOL.function && name !== null) found.set(name, index);
    }
  }
  return found;
}

/** LEB128. */
function readUnsigned(bytes: Uint8Array, from: number): { value: number; next: number } {
  let value = 0;
  let at = from;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    value += (byte & 0x7f) * 2 ** shift;
    if ((byte & 0x80) === 0) return { value, next: at };
  }
}

function readString(bytes: Uint8Array, from: number): { value: string; next: number } {
  const { value: length, next } = readUnsigned(bytes, from);
  return { value: Buffer.from(bytes.subarray(next, next + length)).toString('utf8'), next: next + length };
}

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
}

const string = (text: string): number[] => [...unsigned(text.length), ...Buffer.from(text, 'utf8')];
