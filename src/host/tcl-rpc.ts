import { connect, type Socket } from 'node:net';

/** Ends each command and each reply on OpenOCD's Tcl port. */
const SEPARATOR = 0x1a;

/**
 * One connection to OpenOCD's Tcl port: a command text in, its reply text out, strictly one after the other (OpenOCD
 * answers in order). Replies are bytes: a log may quote anything. No deadlines here; the owner has them.
 */
export class TclConnection {
  readonly #socket: Socket;
  #received: Buffer[] = [];
  #pending: { resolve: (reply: Buffer) => void; reject: (error: Error) => void } | undefined;
  #closedBy: Error | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    // Without this every round trip may wait 40 ms for the other side's delayed acknowledgement.
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('error', (error) => this.#onEnd(error));
    socket.on('close', () => this.#onEnd(new Error('the Tcl connection was closed')));
  }

  static open(port: number): Promise<TclConnection> {
    const { promise, resolve, reject } = Promise.withResolvers<TclConnection>();
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      resolve(new TclConnection(socket));
    });
    return promise;
  }

  /** Sends one command; the next may follow only when this one is answered. */
  exchange(command: string): Promise<Buffer> {
    if (this.#pending) throw new Error('a command is still waiting for its reply');
    if (command.includes('\x1a')) throw new Error('a command cannot contain the byte 0x1A');
    if (this.#closedBy) return Promise.reject(this.#closedBy);
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    this.#pending = { resolve, reject };
    this.#socket.write(`${command}\x1a`);
    return promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #onData(chunk: Buffer): void {
    const end = chunk.indexOf(SEPARATOR);
    if (end < 0) {
      this.#received.push(chunk);
      return;
    }
    const reply = Buffer.concat([...this.#received, chunk.subarray(0, end)]);
    this.#received = [chunk.subarray(end + 1)];
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.resolve(reply);
  }

  #onEnd(error: Error): void {
    this.#closedBy ??= error;
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.reject(this.#closedBy);
  }
}
