import { execa } from 'execa';

export const MAIN = new URL('../../src/cli/main.ts', import.meta.url).pathname;

export interface NeaiResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

/** Runs the real command in a folder and waits for its end. */
export async function runNeai(folder: string, ...args: string[]): Promise<NeaiResult> {
  const { stdout, stderr, exitCode } = await execa(process.execPath, [MAIN, ...args], {
    cwd: folder,
    reject: false,
  });
  return { stdout, stderr, exitCode };
}
