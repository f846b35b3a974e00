import { NeaiError } from '../../shared/errors.ts';

/** One line of a log of frames (src/host/frame-log.ts). */
export type LogEntry =
  | {
      readonly kind: 'sent' | 'received';
      readonly line: number;
      readonly atUs: number;
      readonly record: Uint8Array;
      readonly text: string;
    }
  | { readonly kind: 'baud'; readonly line: number; readonly atUs: number; readonly baud: number }
  | { readonly kind: 'reset'; readonly line: number; readonly atUs: number; readonly by: string }
  | {
      readonly kind: 'control';
      readonly line: number;
      readonly atUs: number;
      readonly request: Record<string, unknown>;
    }
  | { readonly kind: 'remark'; readonly line: number; readonly atUs: number; readonly text: string };

/**
 * Reads a log of frames.
 * @param file name for messages only
 * @throws NeaiError FRAMES_INVALID with the first line that is none, and for a log that was thinned or cut short
 */
export function readFrameLog(text: string, file: string): LogEntry[] {
  const entries: LogEntry[] = [];
  if (text !== '' && !text.endsWith('\n')) {
    // Half a frame would go unanswered here as it did there, and be called reproduced.
    throw new NeaiError('FRAMES_INVALID', 'the log ends in the middle of a line: it was cut short', {
      ...{ file, line: text.split('\n').length },
      remedy: 'Take another copy, or end this one after a whole line to replay what is there.',
    });
  }
  for (const [at, content] of text.split('\n').entries()) {
    if (content.trim() === '') continue;
    const line = at + 1;
    if (/^\.\.\. \d+ lines left out/.test(content)) {
      throw new NeaiError('FRAMES_INVALID', 'lines were left out of this log', {
        ...{ file, line },
        got: content,
        remedy: 'Replay the log of a failed run: those are kept whole.',
      });
    }
    const [, stamp, mark, rest = ''] = /^ *(\d+) ([<>!]) (.*)$/.exec(content) ?? [];
    if (stamp === undefined) {
      throw new NeaiError('FRAMES_INVALID', 'this is no line of a log of frames', {
        file,
        line,
        got: content.slice(0, 80),
      });
    }
    entries.push(entryOf(mark as '<' | '>' | '!', rest, { line, atUs: Number(stamp) }));
  }
  if (!entries.some(({ kind }) => kind === 'sent')) {
    throw new NeaiError('FRAMES_INVALID', 'nothing was sent in this log', { file });
  }
  return entries;
}

function entryOf(mark: '<' | '>' | '!', text: string, place: { line: number; atUs: number }): LogEntry {
  if (mark !== '!') {
    const [, what, hex] = /^(.*) ([0-9a-f]+)$/.exec(text) ?? [];
    if (hex === undefined || what === undefined) return { kind: 'remark', ...place, text };
    const record = new Uint8Array(Buffer.from(hex, 'hex'));
    return { kind: mark === '>' ? 'sent' : 'received', ...place, record, text: what };
  }
  const [, baud] = /^own line rate (\d+) baud$/.exec(text) ?? [];
  if (baud !== undefined) return { kind: 'baud', ...place, baud: Number(baud) };
  const [, by] = /^reset by (\w+)$/.exec(text) ?? [];
  if (by !== undefined) return { kind: 'reset', ...place, by };
  const [, request] = /^control (\{.*\})$/.exec(text) ?? [];
  if (request !== undefined) return { kind: 'control', ...place, request: JSON.parse(request) };
  return { kind: 'remark', ...place, text };
}
