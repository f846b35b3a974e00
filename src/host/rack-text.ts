import { isCollection } from 'yaml';
import { NeaiError } from '../shared/errors.ts';
import { readRack } from './rack.ts';

/** Begins the comments that a scan writes and takes away again; every other line belongs to people. */
const MARK = '# neai rack scan:';
const HEAD = `# Which board is plugged in where. Written by \`neai rack scan\`, kept by you: names, boards and comments stay
# as you leave them. Every field is shown in rack.example.yaml.
slots:`;

export interface RackEdits {
  /** Names of the slots whose probe is not plugged in. */
  readonly absent: readonly string[];
  /** Boards to write into slots by name: what stands behind `board:`, comment included. */
  readonly boards: ReadonlyMap<string, string>;
  /** Lines of new slots, from their dash on. */
  readonly added: readonly (readonly string[])[];
  /** Date for the remark at absent slots. */
  readonly today: string;
}

/**
 * The text of a rack file with edits made to it, line by line: what is not edited stays to the letter.
 * @param text undefined: there is no file yet
 * @throws NeaiError RACK_FILE_INVALID when it is none, or written in brackets
 */
export function editRackText(text: string | undefined, file: string, edits: RackEdits): string {
  if (text === undefined) return joined([HEAD, ...edits.added.flat().map((line) => `  ${line}`)]);
  const { value, document, placeOf } = readRack(text, file);
  const list = document.get('slots');
  if (isCollection(list) && list.flow)
    throw new NeaiError('RACK_FILE_INVALID', 'the slots stand in brackets, where nothing can be added', {
      file,
      ...placeOf(['slots']),
      remedy: 'Write every slot on lines of its own, as in rack.example.yaml.',
    });
  const lines = text.trimEnd().split('\n');
  const dashLines = value.slots.map((_, index) => lineOfDash(lines, placeOf(['slots', index]).line - 1));
  const indent = /^\s*/.exec(lines[dashLines[0]!]!)![0];
  const marked = lines.map((line, at) => {
    const index = value.slots.findIndex((_, slot) => placeOf(['slots', slot, 'board']).line - 1 === at);
    const board = index < 0 ? undefined : edits.boards.get(value.slots[index]!.name);
    if (board === undefined) return line;
    return line.slice(0, placeOf(['slots', index, 'board']).column - 1) + board;
  });
  // From the end, so that the places further up stay what they are.
  for (const [index, dash] of [...dashLines.entries()].reverse()) {
    const hasMark = lines[dash - 1]?.trimStart().startsWith(MARK) ?? false;
    const isAbsent = edits.absent.includes(value.slots[index]!.name);
    if (hasMark && !isAbsent) marked.splice(dash - 1, 1);
    if (isAbsent && !hasMark) marked.splice(dash, 0, `${indent}${MARK} not plugged in (${edits.today})`);
  }
  return joined([...marked, ...edits.added.flat().map((line) => indent + line)]);
}

/** The first key of a slot stands behind its dash, or on a line below a dash of its own. */
function lineOfDash(lines: readonly string[], firstKey: number): number {
  for (let at = firstKey; at >= 0; at--) if (/^\s*-(\s|$)/.test(lines[at]!)) return at;
  return firstKey;
}

const joined = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
