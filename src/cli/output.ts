import { describeError, NeaiError, printable } from '../shared/errors.ts';

/** Writes the one JSON document that a command with --json prints on standard output. */
export function printJson(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
}

/** A line for a person. Progress and remarks go to standard error, so that results can be piped. */
export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/**
 * A stream that ends early is no reason to fall over in the middle of something. Whoever reads no more (a pipe into
 * head) has had enough: no failure, and nobody to tell one to. An answer that could not be written (a full disk) is a
 * failure, told once the command has ended.
 */
export function surviveLostStreams(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') return;
    const failure = new NeaiError('OUTPUT_NOT_WRITTEN', 'standard output cannot be written', {
      got: error.message,
      remedy: 'Make room where standard output goes, or name another place.',
    });
    printRemark(describeError(failure));
    process.once('exit', () => {
      process.exitCode ||= failure.exitStatus;
    });
  });
  // remarks that nobody can take change no outcome
  process.stderr.on('error', () => undefined);
}

export function printRemark(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

export interface Progress {
  /** @param fraction 0…1 */
  update(fraction: number, text: string): void;
  /** Leaves the last state standing. */
  end(): void;
}

const BAR_CELLS = 24;
/** Without a terminal a line is written when this much has been added, so that logs stay short. */
const LINE_STEP = 0.1;

/** Progress on standard error: a bar that rewrites itself on a terminal, a line every tenth elsewhere. */
export function startProgress(title: string, stream: NodeJS.WriteStream = process.stderr): Progress {
  let written = Number.NEGATIVE_INFINITY;
  let last = '';
  return {
    update(fraction, text) {
      const percent = `${Math.floor(100 * fraction)} %`.padStart(5);
      if (stream.isTTY) {
        const filled = Math.round(BAR_CELLS * fraction);
        const bar = '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
        last = `${title} ${bar} ${percent} ${text}`;
        stream.write(`\r\u001b[K${last.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}`);
      } else if (fraction >= written + LINE_STEP || (fraction >= 1 && written < 1)) {
        written = fraction;
        stream.write(`${title} ${percent} ${text}\n`);
      }
    },
    end() {
      if (stream.isTTY && last !== '') stream.write('\n');
    },
  };
}
