import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Library } from '../../engine/library.ts';
import { describeError, NeaiError } from '../../shared/errors.ts';
import { EmulatorSession } from '../../studio/emulator-session.ts';
import { asNeaiError } from '../failure.ts';
import { callOfPage } from './calls.ts';

const PAGE_FILES: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  '': { file: 'page.html', type: 'text/html; charset=utf-8' },
  'page.css': { file: 'page.css', type: 'text/css; charset=utf-8' },
  'page.js': { file: 'page.js', type: 'text/javascript; charset=utf-8' },
};
const TOKEN_BYTES = 18;
const MOST_BODY_BYTES = 256 * 1024 * 1024;
const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

export interface TryServer {
  /** With the token, without which nothing is answered. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the page of a library to this computer alone; the state lives as long as the server. */
export async function startTryServer(library: Library, limitedTo: readonly string[]): Promise<TryServer> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const session = new EmulatorSession(library, limitedTo);
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    answer(request, { token, host: `127.0.0.1:${port}`, library, limitedTo, session }).then(
      (reply) => send(response, reply),
      (thrown: unknown) =>
        send(response, { status: 500, type: 'text/plain', body: asNeaiError(thrown).message }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/${token}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
}

interface Context {
  readonly token: string;
  readonly host: string;
  readonly library: Library;
  readonly limitedTo: readonly string[];
  readonly session: EmulatorSession;
}

const REFUSED: Reply = { status: 404, type: 'text/plain', body: 'nothing here' };
const json = (status: number, document: object): Reply => ({
  status,
  type: 'application/json',
  body: JSON.stringify(document),
});

async function answer(request: IncomingMessage, context: Context): Promise<Reply> {
  const [, token = '', ...rest] = (request.url ?? '').split('/');
  // the name a browser was given must be this address: another name that leads here belongs to somebody else
  if (request.headers.host !== context.host || !isSame(token, context.token)) return REFUSED;
  const place = rest.join('/');
  if (request.method === 'GET') return page(place, context);
  if (request.method !== 'POST' || !place.startsWith('call/')) return REFUSED;
  try {
    const parameters = JSON.parse(await bodyOf(request)) as unknown;
    const { library, session } = context;
    const text = callOfPage(session, library, place.slice('call/'.length), parameters);
    return json(200, { answer: text });
  } catch (thrown) {
    const error = asNeaiError(thrown);
    return json(400, { code: error.code, refusal: describeError(error) });
  }
}

async function page(place: string, { library, limitedTo }: Context): Promise<Reply> {
  if (place === 'library.json') {
    const { id, axes, bufferSize, minimumLearningIterations, detectFloor } = library;
    return json(200, { id, axes, bufferSize, minimumLearningIterations, detectFloor, limitedTo });
  }
  const found = PAGE_FILES[place];
  if (found === undefined) return REFUSED;
  return { status: 200, type: found.type, body: await readFile(join(import.meta.dirname, found.file)) };
}

function send(response: ServerResponse, { status, type, body }: Reply): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': type });
  response.end(body);
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) {
      throw new NeaiError('USAGE', 'that is too much for this page', {
        asked: `at most ${MOST_BODY_BYTES} bytes`,
        remedy: 'Use neai emulate with --file.',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
