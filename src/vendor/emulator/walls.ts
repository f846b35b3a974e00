import { lstat, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A command line that runs what is appended to it behind walls, and how it tells that they were not built. */
export interface Walls {
  readonly command: readonly string[];
  readonly failed: RegExp;
  readonly close: () => Promise<void>;
}

/** Where the program sees its own folder. */
export const SEEN_AS = '/work';
const ROOT_FOLDERS = ['bin', 'lib', 'lib32', 'lib64', 'sbin'] as const;

/** @param program of bubblewrap @param folder the one that the program may write */
export async function bubblewrapWalls(program: string, folder: string): Promise<Walls> {
  const command = [
    program,
    ...['--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL'],
    ...['--setenv', 'LC_ALL', 'C', '--setenv', 'PATH', '/usr/bin:/bin'],
    ...(await systemFolders()),
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--bind', folder, SEEN_AS, '--chdir', SEEN_AS],
    '--',
  ];
  return { command, failed: /^bwrap: /m, close: async () => undefined };
}

/** Programs and libraries of the system, read-only; /lib and its like are links on some computers and folders on others. */
async function systemFolders(): Promise<string[]> {
  const words = ['--ro-bind', '/usr', '/usr'];
  for (const name of ROOT_FOLDERS) {
    const kind = await lstat(`/${name}`).catch(() => null);
    if (kind?.isSymbolicLink()) words.push('--symlink', `usr/${name}`, `/${name}`);
    else if (kind?.isDirectory()) words.push('--ro-bind', `/${name}`, `/${name}`);
  }
  return words;
}

const NOT_BUILT = 'neai: the walls of the sandbox were not built';

/**
 * What bubblewrap does, in steps: $1 is the program's folder, $2 an empty one that becomes its root. Whatever step fails
 * ends it before the program has run.
 */
const BUILD_WALLS = `set -eu
trap 'echo "${NOT_BUILT}" >&2' EXIT
folder=$1 root=$2
shift 2
mount -t tmpfs -o size=16m,mode=0755 none "$root"
cd "$root"
mkdir usr proc dev tmp old .${SEEN_AS}
mount --bind /usr usr
mount -o remount,bind,ro usr
for name in ${ROOT_FOLDERS.join(' ')}; do
  if [ -L "/$name" ]; then
    ln -s "usr/$name" "$name"
  elif [ -d "/$name" ]; then
    mkdir "$name"
    mount --bind "/$name" "$name"
    mount -o remount,bind,ro "$name"
  fi
done
for name in null zero urandom; do
  : > "dev/$name"
  mount --bind "/dev/$name" "dev/$name"
done
mount -t proc proc proc
mount -t tmpfs -o size=64m none tmp
mount --bind "$folder" .${SEEN_AS}
pivot_root . old
cd ${SEEN_AS}
umount -l /old
rmdir /old
mount -o remount,ro /
exec setpriv --no-new-privs --bounding-set -all --inh-caps -all -- env -i LC_ALL=C PATH=/usr/bin:/bin "$@"
`;

/** The same walls from util-linux and a shell, for computers without bubblewrap. */
export async function unshareWalls(program: string, folder: string): Promise<Walls> {
  const root = await mkdtemp(join(tmpdir(), 'neai-root-'));
  const own = ['--user', '--map-root-user', '--mount', '--net', '--ipc', '--uts', '--pid', '--cgroup'];
  return {
    command: [
      ...[program, ...own, '--fork', '--kill-child', '--'],
      ...['env', '-i', 'LC_ALL=C', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin'],
      ...['sh', '-c', BUILD_WALLS, 'sandbox', folder, root],
    ],
    failed: new RegExp(`^(${NOT_BUILT}$|unshare: |setpriv: )`, 'm'),
    close: () => rm(root, { recursive: true, force: true }),
  };
}
