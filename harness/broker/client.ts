import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { NeaiError } from '../../src/shared/errors.ts';
import { BoardError } from '../board-error.ts';
import type { MethodName, ParamsOf, ResultOf } from './methods.ts';
import { type AnswerLine, decodeLine, encodeLine, fromWireError } from './wire.ts';

interface Open {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: NeaiError) => void;
}

/** A worker's connection to the broker. What it has borrowed goes back when the connection ends, however it ends. */
export class BrokerClient {
  readonly #socket: Socket;
  readonly #open = new Map<number, Open>();
  #next = 1;
  #ended: NeaiError | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const lines = createInterface({ input: socket });
    // It says the socket's errors a second time, and unheard they would end the process; the socket's listener acts.
    lines.on('error', () => undefined);
    lines.on('line', (line) => this.#onAnswer(line));
    const onEnd = (got: string): void => {
      this.#ended ??= new NeaiError('BROKER_LOST', 'the process that holds the boards has ended', { got });
      for (const { reject } of this.#open.values()) reject(this.#ended);
      this.#open.clear();
    };
    socket.on('error', (error) => onEnd(error.message));
    socket.on('close', () => onEnd('the connection was closed'));
  }

  /** @throws NeaiError BROKER_LOST when nobody listens at the path */
  static connect(path: string): Promise<BrokerClient> {
    return new Promise((resolve, reject) => {
      const socket = createConnection(path);
      socket.once('error', (cause) =>
        reject(
          new NeaiError('BROKER_LOST', 'no process that holds boards answers', { got: cause.message, cause }),
        ),
      );
      socket.once('connect', () => resolve(new BrokerClient(socket)));
    });
  }

  /** @throws BoardError whatever went wrong on the other side, with its code and details */
  async ask<Name extends MethodName>(method: Name, params: ParamsOf<Name>): Promise<ResultOf<Name>> {
    try {
      return await this.#send(method, params);
    } catch (error) {
      // Made anew here, so that its stack leads to the line of the scenario that asked.
      throw error instanceof NeaiError ? new BoardError(error) : error;
    }
  }

  #send<Name extends MethodName>(method: Name, params: ParamsOf<Name>): Promise<ResultOf<Name>> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#next++;
    return new Promise<ResultOf<Name>>((resolve, reject) => {
      this.#open.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#socket.write(encodeLine({ id, method, params }));
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #onAnswer(line: string): void {
    const answer = decodeLine<AnswerLine>(line);
    const open = this.#open.get(answer.id);
    this.#open.delete(answer.id);
    if ('error' in answer) open?.reject(fromWireError(answer.error));
    else open?.resolve(answer.result);
  }
}
