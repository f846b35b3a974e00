import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type ErrorCode, NeaiError } from './errors.ts';

/** A place in a text, both counted from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

export interface YamlDocument<T> {
  readonly value: T;
  readonly document: Document.Parsed;
  /** Where the value at a path of keys and indices begins; where there is none, where the nearest one above does. */
  placeOf(path: readonly PropertyKey[]): TextPlace;
}

export interface YamlSource {
  /** Names the text in errors. */
  readonly file: string;
  /** Code of the errors thrown. */
  readonly code: ErrorCode;
}

/**
 * Reads a YAML text that people write. Every scalar stays the string that stands there (YAML's failsafe schema: a serial
 * number such as 0032002E31375116… is no number); the schema turns those into numbers that are numbers.
 * @throws NeaiError `code` with file, line and column of the first wrong place, the others as evidence
 */
export function readYaml<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  { file, code }: YamlSource,
): YamlDocument<z.output<Schema>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'failsafe' });
  const placeAt = (offset: number): TextPlace => {
    const { line, col: column } = lines.linePos(offset);
    return { line, column };
  };
  const [broken] = document.errors;
  if (broken !== undefined) {
    const [message] = broken.message.split('\n');
    throw new NeaiError(code, message!.replace(/ at line \d+, column \d+:?$/, ''), {
      file,
      ...placeAt(broken.pos[0]),
    });
  }
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) {
    const placeOf = (path: readonly PropertyKey[]): TextPlace => placeAt(offsetOfPath(document, path));
    return { value: parsed.data, document, placeOf };
  }
  const places = parsed.error.issues.map((issue) => ({
    ...placeAt(offsetOfIssue(document, issue)),
    message: describeIssue(issue),
  }));
  places.sort((a, b) => a.line - b.line || a.column - b.column);
  const [first, ...others] = places;
  throw new NeaiError(code, first!.message, {
    file,
    line: first!.line,
    column: first!.column,
    ...(others.length > 0
      ? { evidence: others.map((o) => `${file}:${o.line}:${o.column}: ${o.message}`).join('; ') }
      : {}),
  });
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const key = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return `${key ? `${key}: ` : ''}unknown key ${issue.keys.join(', ')}`;
  return `${key || 'the whole file'}: ${issue.message}`;
}

/** Where the thing that an issue speaks of begins in the text: its value, the unknown key, or the map that lacks it. */
function offsetOfIssue(document: Document.Parsed, issue: z.core.$ZodIssue): number {
  if (issue.code === 'unrecognized_keys') {
    const map = issue.path.length === 0 ? document.contents : document.getIn(issue.path, true);
    if (isMap(map)) {
      const pair = map.items.find((item) => isNode(item.key) && issue.keys.includes(String(item.key)));
      if (isNode(pair?.key) && pair.key.range) return pair.key.range[0];
    }
  }
  return offsetOfPath(document, issue.path);
}

function offsetOfPath(document: Document.Parsed, path: readonly PropertyKey[]): number {
  const keys = path.filter((part) => typeof part !== 'symbol');
  for (let length = keys.length; length > 0; length--) {
    const node = document.getIn(keys.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range[0] ?? 0;
}
