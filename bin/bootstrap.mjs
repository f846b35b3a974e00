// Sets up what is missing and goes on under Node 24. Plain JavaScript that runs on Node >= 20 and imports
// nothing but Node itself, because on a fresh clone nothing else is there yet.
// All of its own words go to standard error: standard output belongs to the command that follows.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NODE_24 = join(ROOT, 'node_modules', 'node', 'bin', 'node');
const STAMP = join(ROOT, 'node_modules', '.neai-setup');
/** Packages that were welcome and could not be had. */
const ASKED_FOR = join(ROOT, 'node_modules', '.neai-asked-for');
/** Where Node keeps what it has compiled: a command that is called again starts in half the time. */
export const COMPILE_CACHE = join(ROOT, 'node_modules', '.cache', 'compiled');
const TESTED_ON = 'Debian 12';
const OPENOCD_AT_LEAST = [0, 12];

const say = (text) => process.stderr.write(`[setup] ${text}\n`);

class SetupError extends Error {}

/** What the distribution must bring: how to see that it is there, and the Debian package that has it. */
const SYSTEM_PARTS = [
  { what: 'OpenOCD', package: 'openocd', present: () => onPath('openocd') },
  {
    what: 'the Unicorn CPU library',
    package: 'libunicorn2',
    present: () => sharedLibrary('libunicorn.so.2'),
  },
  { what: 'the Arm compiler', package: 'gcc-arm-none-eabi', present: () => onPath('arm-none-eabi-gcc') },
  { what: 'the C library for Arm', package: 'libnewlib-arm-none-eabi', present: armLibc },
  { what: 'CMake', package: 'cmake', present: () => onPath('cmake') },
  { what: 'Ninja', package: 'ninja-build', present: () => onPath('ninja') },
  { what: 'the host C compiler', package: 'gcc', present: () => onPath('gcc') },
  { what: 'the host C library headers', package: 'libc6-dev', present: hostLibc },
  { what: 'setpriv', package: 'util-linux', present: () => onPath('setpriv') },
];
/** What only the tests need. */
const TEST_PARTS = [
  { what: 'the host C++ compiler', package: 'g++', present: () => onPath('g++') },
  { what: 'Clang', package: 'clang', present: () => onPath('clang') },
  { what: 'LLVM', package: 'llvm', present: () => onPath('llvm-link') || onPath('llvm-link-14') },
  { what: "the sandbox of vendors' emulators", package: 'bubblewrap', present: () => onPath('bwrap') },
  { what: 'unzip', package: 'unzip', present: () => onPath('unzip') },
  { what: 'the Linux source, a witness for registers', package: 'linux-source', present: linuxSource },
  { what: 'QEMU for Arm', package: 'qemu-system-arm', present: () => onPath('qemu-system-arm') },
  {
    what: 'Chromium',
    package: 'chromium',
    present: () => onPath('chromium') || Boolean(process.env.CHROMIUM),
  },
];

/**
 * What makes tests faster, or possible at all, and is not to be had everywhere: such tests then say NOT RUN. Of the packages
 * the first one that the distribution has is installed.
 */
const WELCOME_PARTS = [
  {
    what: "Clang's libFuzzer, with which decoders are fuzzed",
    // The name carries Clang's major version; before Debian 12 the library came with Clang's headers.
    packages: () => {
      const major = printedBy('clang', ['-dumpversion']).split('.')[0];
      return [`libclang-rt-${major}-dev`, `libclang-common-${major}-dev`];
    },
    present: linksFuzzers,
  },
  {
    what: 'Chromium without windows, in which pages open in half the time',
    packages: () => ['chromium-headless-shell'],
    present: () => onPath('chromium-headless-shell') || Boolean(process.env.CHROMIUM),
  },
];

function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function sharedLibrary(name) {
  const listed = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).stdout ?? '';
  return listed.includes(name);
}

function linuxSource() {
  return existsSync('/usr/src') && readdirSync('/usr/src').some((name) => name.startsWith('linux-source-'));
}

function printedBy(program, args) {
  return (spawnSync(program, args, { encoding: 'utf8' }).stdout ?? '').trim();
}

function armLibc() {
  return (
    onPath('arm-none-eabi-gcc') && existsSync(printedBy('arm-none-eabi-gcc', ['-print-file-name=libc.a']))
  );
}

function linksFuzzers() {
  const input =
    'int LLVMFuzzerTestOneInput(const char *data, unsigned long size) { return !data && size; }\n';
  const args = ['-fsanitize=fuzzer,address,undefined', '-x', 'c', '-', '-o', '/dev/null'];
  return spawnSync('clang', args, { input }).status === 0;
}

function hostLibc() {
  if (!onPath('gcc')) return false;
  const tried = spawnSync('gcc', ['-E', '-x', 'c', '-'], {
    input: '#include <stdlib.h>\n',
    encoding: 'utf8',
  });
  return tried.status === 0;
}

/** Environment for installers: npm reads upper and lower case, apt only lower case. */
function proxyEnvironment() {
  const env = { ...process.env };
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy']) {
    const value = env[name] ?? env[name.toUpperCase()];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

const isRoot = () => process.getuid?.() === 0;
const mayInstall = () => onPath('apt-get') && (isRoot() || onPath('sudo'));

function aptGet(args) {
  const env = { ...proxyEnvironment(), DEBIAN_FRONTEND: 'noninteractive' };
  const keep = 'http_proxy,https_proxy,no_proxy,DEBIAN_FRONTEND';
  const all = ['apt-get', '-o', 'DPkg::Lock::Timeout=300', ...args];
  const command = isRoot() ? all : ['sudo', `--preserve-env=${keep}`, ...all];
  // Installer output is progress, not the command's answer: it goes to standard error.
  return spawnSync(command[0], command.slice(1), { stdio: ['inherit', 2, 2], env }).status === 0;
}

const updateIndex = () => aptGet(['update', '-qq']);
const install = (packages, ...how) =>
  aptGet(['install', '-y', '-qq', '--no-install-recommends', ...how, ...packages]);

/** Installs what is welcome, once: what cannot be had is not asked for again, nobody is asked for a password, nothing fails. */
function installWelcomeParts() {
  const missing = WELCOME_PARTS.filter((part) => !part.present());
  const asked = JSON.stringify(missing.map((part) => part.packages()));
  if (missing.length === 0 || (existsSync(ASKED_FOR) && readFileSync(ASKED_FOR, 'utf8') === asked)) return;
  try {
    writeFileSync(ASKED_FOR, asked);
  } catch {
    return; // somebody else's checkout: it would be tried each time
  }
  const isFree = mayInstall() && (isRoot() || spawnSync('sudo', ['-n', 'true']).status === 0);
  if (isFree && updateIndex()) {
    for (const part of missing) {
      const name = part.packages().find((one) => printedBy('apt-cache', ['show', one]) !== '');
      if (name === undefined) continue;
      say(`installing from the distribution: ${name}`);
      install([name], '--no-remove');
    }
  }
  for (const part of missing.filter((one) => !one.present())) say(`going on without ${part.what}`);
}

function installSystemParts(missing, purpose) {
  const packages = missing.map((part) => part.package);
  const list = packages.join(' ');
  if (!onPath('apt-get')) {
    throw new SetupError(
      `${purpose} needs ${missing.map((part) => `${part.what} (${part.package})`).join(', ')}, and this system has no apt-get. ` +
        `Install them by hand (names are Debian's; tried on ${TESTED_ON}), then run the command again.`,
    );
  }
  if (!mayInstall()) {
    throw new SetupError(`missing: ${list}. As root: apt-get install --no-install-recommends ${list}`);
  }
  say(`installing from the distribution: ${list}`);
  if (!updateIndex() || !install(packages)) {
    throw new SetupError(`apt-get could not install: ${list}. Its own words stand above.`);
  }
  const still = missing.filter((part) => !part.present());
  if (still.length > 0) {
    throw new SetupError(
      `installed, but still not found: ${still.map((part) => `${part.what} (${part.package})`).join(', ')}`,
    );
  }
}

function checkOpenocdVersion() {
  const printed = spawnSync('openocd', ['--version'], { encoding: 'utf8' });
  const text = `${printed.stdout ?? ''}${printed.stderr ?? ''}`;
  const version = /Open On-Chip Debugger (\d+)\.(\d+)/.exec(text);
  const [major, minor] = version === null ? [0, 0] : [Number(version[1]), Number(version[2])];
  const enough =
    major > OPENOCD_AT_LEAST[0] || (major === OPENOCD_AT_LEAST[0] && minor >= OPENOCD_AT_LEAST[1]);
  if (!enough) {
    throw new SetupError(
      `package openocd must be version ${OPENOCD_AT_LEAST.join('.')} or newer, found ${version?.[0] ?? 'none'} (tried on ${TESTED_ON})`,
    );
  }
}

/** Hash of everything that decides what npm installs. */
function wantedPackages() {
  const hash = createHash('sha256');
  for (const file of ['package.json', 'package-lock.json']) hash.update(readFileSync(join(ROOT, file)));
  return hash.digest('hex');
}

function installNodePackages() {
  const wanted = wantedPackages();
  if (existsSync(NODE_24) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  say('installing the npm packages of package-lock.json (Node 24 among them)');
  // `npm install --no-save` and not `npm ci`: a lock file written where optional packages of other
  // platforms cannot be had is incomplete for `ci`, though every package used here is pinned in it.
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const installed = spawnSync('npm', args, { cwd: ROOT, stdio: ['inherit', 2, 2], env: proxyEnvironment() });
  if (installed.status !== 0) throw new SetupError('npm install failed; its own words stand above');
  if (!existsSync(NODE_24)) {
    throw new SetupError(
      'the npm package "node" brought no Node 24: npm must be allowed to run its install script (see allowScripts in package.json)',
    );
  }
  writeFileSync(STAMP, wanted);
}

/**
 * @param {{ parts: 'required' | 'wanted', tests?: boolean }} options `wanted`: a command that may do without is not refused.
 */
export function setUp({ parts, tests = false }) {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20)
    throw new SetupError(`Node ${process.versions.node} is too old: Node 20 or newer is needed to begin`);
  if (process.platform !== 'linux') {
    throw new SetupError(`${process.platform} is not supported: Linux is needed (tried on ${TESTED_ON})`);
  }
  installNodePackages();
  const missing = [...SYSTEM_PARTS, ...(tests ? TEST_PARTS : [])].filter((part) => !part.present());
  if (missing.length > 0) {
    try {
      installSystemParts(missing, 'this command');
    } catch (error) {
      if (parts === 'required' || !(error instanceof SetupError)) throw error;
      say(`going on without: ${error.message}`);
      return;
    }
  }
  if (tests) installWelcomeParts();
  if (parts === 'required') {
    checkOpenocdVersion();
    selfTestUnicorn();
  }
}

/** The virtual board's own start-up test: does this libunicorn run each core as that core? */
function selfTestUnicorn() {
  const tested = spawnSync(NODE_24, [join(ROOT, 'src/virtual/main.ts'), '--self-test'], { encoding: 'utf8' });
  if (tested.status !== 0) {
    const words = `${tested.stdout ?? ''}${tested.stderr ?? ''}`.trim();
    throw new SetupError(`package libunicorn2 does not pass the self-test (tried on ${TESTED_ON}): ${words}`);
  }
}

/**
 * Words before a command that make the kernel end it when we die, SIGKILL included; it must not start when we are dead
 * already. None where the tool for it is missing.
 */
function dyingWithUs() {
  if (spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status !== 0) return [];
  const unlessOrphaned = 'test "$PPID" = "$0" || exit 111; exec "$@"';
  return ['setpriv', '--pdeathsig', 'KILL', '--', 'sh', '-c', unlessOrphaned, String(process.pid)];
}

/** Runs a script of the project under Node 24 and ends with its exit status. */
export function goOn(script, args) {
  const command = [...dyingWithUs(), NODE_24, join(ROOT, script), ...args];
  const child = spawn(command[0], command.slice(1), {
    stdio: 'inherit',
    env: {
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...process.env,
      PATH: `${join(ROOT, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
    },
  });
  // The child decides what to do with a signal; we pass it on, wait, and pass its status on. A terminal sends Ctrl-C to
  // both of us: the child takes the two for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (osConstants.signals[signal] ?? 0);
  });
}

/** Runs `action`; a set-up that cannot be done is said in one line and ends with the status of a failed rack. */
export function main(action) {
  try {
    action();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`SETUP_FAILED: ${error.message}\n`);
    process.exitCode = 3;
  }
}

const VERBS = {
  setup: () => {
    setUp({ parts: 'required', tests: true });
    say('everything is there');
  },
  demo: (args) => {
    setUp({ parts: 'required' });
    goOn('src/cli/main.ts', ['demo', ...args]);
  },
  test: (args) => {
    setUp({ parts: 'required', tests: true });
    goOn('scripts/test.ts', args);
  },
  run: ([script, ...args]) => {
    setUp({ parts: 'wanted' });
    goOn(script, args);
  },
};

if (process.argv[1] !== undefined && fileURLToPath(import.meta.url) === process.argv[1]) {
  const [verb = '', ...args] = process.argv.slice(2);
  const action = VERBS[verb];
  if (action === undefined) {
    process.stderr.write(`usage: node bin/bootstrap.mjs ${Object.keys(VERBS).join('|')}\n`);
    process.exitCode = 2;
  } else {
    main(() => action(args));
  }
}
