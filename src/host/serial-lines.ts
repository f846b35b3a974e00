import type { NeaiError } from '../shared/errors.ts';
import { SerialLine } from './serial-port.ts';

export interface LinesOptions {
  readonly path: string;
  readonly baud: number;
  /** A longer line is noise, and passed over. */
  readonly longestLineBytes: number;
  readonly signal?: AbortSignal;
  line(text: string): void;
  /** The port is gone. */
  end(error: NeaiError): void;
}

/**
 * Listens to a serial port that prints lines of text, as a data logger does.
 * @returns what closes the port
 * @throws NeaiError PORT_NOT_FOUND, PORT_BUSY, PORT_ACCESS, PORT_TIMEOUT, PORT_CLOSED
 */
export async function openLines(options: LinesOptions): Promise<() => Promise<void>> {
  const { path, baud, longestLineBytes, signal } = options;
  const port = await SerialLine.open({
    path,
    baud,
    deadlineFactor: 1,
    signal,
    longestRecordBytes: longestLineBytes,
  });
  const decoder = new TextDecoder();
  port.onRecord((record) => options.line(decoder.decode(record)));
  port.onLost(options.end);
  return () => port.close();
}
