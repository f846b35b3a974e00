import { createInterface } from 'node:readline';
import { NeaiError } from '../shared/errors.ts';
import { type Child, startChild } from './child-process.ts';
import { interruption, type Limits, timedOut, within } from './deadline.ts';
import { classifyOpenOcdText } from './openocd-errors.ts';
import { TclConnection } from './tcl-rpc.ts';
import { Transcript } from './transcript.ts';

export interface OpenOcdOptions {
  /** OpenOCD's own board file, for example `board/st_nucleo_l4.cfg`. */
  readonly boardFile: string;
  /** Configuration commands of the slot, for example `hla_stlink_backend tcp 41234`. */
  readonly adapter: readonly string[];
  /** Serial number of the probe, 24 hexadecimal digits. Always given: without it OpenOCD takes the first probe it sees. */
  readonly probeSerial: string;
  /** Stretches every deadline; 1 on real boards. */
  readonly deadlineFactor: number;
  readonly transcriptFile?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The program to start. */
  readonly program?: string;
}

const START_MS = 10_000;
const COMMAND_MS = 5_000;
const SHUTDOWN_MS = 3_000;

/**
 * Runs a script and answers `code bytes\nresult log`: result and log apart, which OpenOCD's own `capture` mixes up,
 * and the code of scripts that print an error but return success elsewhere.
 */
const DEFINE_RUNNER = `proc neai_run {script} {
  set ::neai_script $script
  set log [capture { set ::neai_code [catch {uplevel #0 $::neai_script} ::neai_result]; list }]
  return "$::neai_code [string bytelength $::neai_result]\\n$::neai_result$log"
}`;

/** Whatever could change option bytes, protection, or more flash than was asked for. */
const NEVER =
  /(?:^|[;\n[])\s*[\w:.]+\s+(?:option|optcr|lock|unlock|mass_erase|protect|trustzone|wrp|otp|erase_address\s+[a-z]|\w+\s+(?:erase\s+)?unlock)/;

/**
 * One long-lived OpenOCD for one probe, driven over its Tcl port on the loopback interface. Commands run strictly one
 * after the other, each with a deadline. A command that misses it or is called off leaves OpenOCD in an unknown state:
 * the process is then ended, and every later command fails with the same error.
 */
export class OpenOcd {
  readonly transcript: Transcript;
  readonly pid: number;
  readonly #child: Child;
  readonly #factor: number;
  readonly #exited: Promise<void>;
  #version = '';
  #tcl: TclConnection | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #busy = false;
  #closing = false;
  #dead: NeaiError | undefined;
  #onDeath: (error: NeaiError) => void = () => undefined;

  private constructor(child: Child, options: OpenOcdOptions) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.#factor = options.deadlineFactor;
    this.transcript = new Transcript(options.transcriptFile);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.transcript.add('!', line));
    }
    this.#exited = child.then((result) => {
      const how = result.signal
        ? `killed by ${result.signal}`
        : `exit status ${result.exitCode ?? 'unknown'}`;
      this.transcript.add(' ', `OpenOCD ended: ${how}`);
      this.#dead ??= this.#deathNotice(how, result.exitCode, result.code);
      if (!this.#closing) this.#onDeath(this.#dead);
    });
  }

  /** Called when the process ends and nobody has closed it, even while no command runs. One listener. */
  onDeath(listener: (error: NeaiError) => void): void {
    this.#onDeath = listener;
    if (this.#dead && !this.#closing) listener(this.#dead);
  }

  /**
   * Starts OpenOCD and opens its Tcl port; does not talk to the probe yet.
   * @throws NeaiError OPENOCD_MISSING, OPENOCD_TOO_OLD, OPENOCD_START_FAILED or what its text stands for
   */
  static async start(options: OpenOcdOptions): Promise<OpenOcd> {
    const commands = [
      ...['gdb_port disabled', 'telnet_port disabled', 'tcl_port 0', 'bindto 127.0.0.1'].flatMap((c) => [
        '-c',
        c,
      ]),
      ...['-f', options.boardFile],
      ...options.adapter.flatMap((c) => ['-c', c]),
      ...['-c', `adapter serial ${options.probeSerial}`, '-c', 'noinit'],
    ];
    const child = startChild(options.program ?? 'openocd', commands);
    const openOcd = new OpenOcd(child, options);
    openOcd.transcript.add(' ', `${options.program ?? 'openocd'} ${commands.join(' ')}`);
    try {
      await openOcd.#open(options.signal);
    } catch (error) {
      await openOcd.close();
      throw error;
    }
    return openOcd;
  }

  async #open(signal: AbortSignal | undefined): Promise<void> {
    const timeoutMs = START_MS * this.#factor;
    const late = (): NeaiError =>
      timedOut('OPENOCD_START_FAILED', 'starting OpenOCD', timeoutMs, {
        evidence: this.transcript.evidence(),
      });
    const { promise: listening, resolve } = Promise.withResolvers<number>();
    createInterface({ input: this.#child.stderr }).on('line', (line) => {
      const port = /Listening on port (\d+) for tcl connections/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    const ended = this.#exited.then((): never => {
      throw this.#dead!;
    });
    const port = await within(Promise.race([listening, ended]), { timeoutMs, signal }, late);
    this.#tcl = await within(Promise.race([TclConnection.open(port), ended]), { timeoutMs, signal }, late);
    await this.#exchange(DEFINE_RUNNER, { timeoutMs, signal });
    const version = await this.run('version', { timeoutMs, signal });
    const [major = 0, minor = 0] = (/Debugger v?(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
    this.#version = version.trim();
    if (major === 0 && minor < 12)
      throw new NeaiError('OPENOCD_TOO_OLD', `OpenOCD 0.12 or newer is needed`, { got: version });
  }

  /** What OpenOCD calls itself, version included. */
  get version(): string {
    return this.#version;
  }

  /**
   * Runs one Tcl command and returns its result text.
   * @throws NeaiError the code its text stands for, OPENOCD_TIMEOUT, OPENOCD_DIED, INTERRUPTED
   */
  run(command: string, limits: Partial<Limits> = {}): Promise<string> {
    if (NEVER.test(command)) throw new NeaiError('INTERNAL', `refused to send OpenOCD "${command}"`);
    const turn = this.#turn.then(() => this.#runNow(command, limits));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #runNow(command: string, limits: Partial<Limits>): Promise<string> {
    const timeoutMs = (limits.timeoutMs ?? COMMAND_MS) * this.#factor;
    this.transcript.add('>', command);
    const reply = await this.#exchange(`neai_run {${command}}`, { timeoutMs, signal: limits.signal });
    const headEnd = reply.indexOf(0x0a);
    const [code, lengthBytes] = reply.subarray(0, headEnd).toString().split(' ').map(Number);
    const resultEnd = headEnd + 1 + (lengthBytes ?? 0);
    const result = reply.subarray(headEnd + 1, resultEnd).toString();
    const log = reply.subarray(resultEnd).toString();
    this.transcript.add('<', code === 0 ? result.slice(0, 200) : `failed (${code}): ${result}`);
    if (code === 0) return result;
    const text = `${log}\n${result}`.trim();
    const errorCode = classifyOpenOcdText(text);
    const line = text.split('\n').find((candidate) => classifyOpenOcdText(candidate) === errorCode);
    throw new NeaiError(errorCode, line || `OpenOCD's "${command.split(' ')[0]}" failed`, {
      asked: command,
      got: text === '' ? `code ${code} without a text` : text,
      evidence: this.transcript.evidence(),
    });
  }

  /** One command and its reply; condemns the process when no reply comes. */
  async #exchange(command: string, limits: Limits): Promise<Buffer> {
    if (this.#dead) throw this.#dead;
    if (limits.signal?.aborted) throw interruption(limits.signal);
    this.#busy = true;
    try {
      return await within(this.#tcl!.exchange(command), limits, () =>
        timedOut('OPENOCD_TIMEOUT', `OpenOCD's "${command.split('\n')[0]}"`, limits.timeoutMs, {
          evidence: this.transcript.evidence(),
        }),
      );
    } catch (error) {
      if (error instanceof NeaiError) {
        this.#dead ??= error;
        this.#child.kill('SIGTERM');
        throw error;
      }
      // The connection broke: the process is ending, or has ended; its own end tells more.
      this.#child.kill('SIGTERM');
      await this.#exited;
      throw this.#dead!;
    } finally {
      this.#busy = false;
    }
  }

  #deathNotice(how: string, exitCode: number | undefined, systemCode: string | undefined): NeaiError {
    const evidence = this.transcript.evidence();
    if (systemCode === 'ENOENT' || exitCode === 127)
      return new NeaiError('OPENOCD_MISSING', 'OpenOCD could not be started', {
        got: systemCode === 'ENOENT' ? 'there is no program "setpriv" (util-linux)' : how,
        evidence,
      });
    if (this.#tcl !== undefined) return new NeaiError('OPENOCD_DIED', `OpenOCD ended: ${how}`, { evidence });
    const code = classifyOpenOcdText(this.transcript.text());
    return new NeaiError(
      code === 'OPENOCD_UNKNOWN' ? 'OPENOCD_START_FAILED' : code,
      `OpenOCD ended: ${how}`,
      {
        evidence,
      },
    );
  }

  /** Ends OpenOCD: in order when it is idle, else by signal; never throws, never hangs. */
  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      const idle = this.#tcl !== undefined && this.#dead === undefined && !this.#busy;
      this.#dead ??= new NeaiError('OPENOCD_DIED', 'OpenOCD was closed', {
        evidence: this.transcript.evidence(),
      });
      // A connection that closes before it answers is how a shutdown ends.
      if (idle) this.#tcl?.exchange('shutdown').catch(() => undefined);
      else this.#child.kill('SIGTERM');
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), SHUTDOWN_MS);
      await this.#exited;
      clearTimeout(timer);
      this.#tcl?.close();
    }
    await this.#exited;
  }
}
