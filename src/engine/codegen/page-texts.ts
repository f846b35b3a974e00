import type { Api } from './api/api.ts';
import type { BuildFacts } from './build-facts.ts';
import { block, code } from './html.ts';

const onTarget = ({ floatAbi }: BuildFacts): boolean => floatAbi !== null;

/** The command line that links the example of a bundle on the target. */
export function exampleCommand({
  targetFlags,
  shortWchar,
  shortEnums,
}: Pick<BuildFacts, 'targetFlags' | 'shortWchar' | 'shortEnums'>): string {
  // the compiler's own libraries are built with a wchar_t of four bytes and short enums
  const quiet = `${shortWchar ? ' -Wl,--no-wchar-size-warning' : ''}${shortEnums ? '' : ' -Wl,--no-enum-size-warning'}`;
  return [
    `arm-none-eabi-gcc ${targetFlags.join(' ')}`,
    '-std=c11 -O2 -Wall -Wextra -Werror -ffunction-sections -fdata-sections',
    `-nostartfiles --specs=nano.specs -Wl,--gc-sections${quiet} -I. -T example/cortex-m.ld`,
    'example/main.c example/startup.c -L. -lneai -o firmware.elf',
  ].join(' \\\n    ');
}

const TAPS = ` ${code('-DNEAI_TAPS')} adds ${code('neai_trace.h')}, which shows distances and
the output of every stage and changes no result.`;

/** @param hasTaps whether the sources can show what happens inside them */
export function linkText(facts: BuildFacts, hasTaps = true): string {
  const flags = facts.targetFlags.join(' ');
  const command = onTarget(facts)
    ? `<p>Compile your own sources with the flags of the archive, ${code(flags)}, and link ${code('libneai.a')}
(${code('-L. -lneai')}). The example of this bundle, as a whole bare-metal program:</p>
${block(exampleCommand(facts))}
<p>${code('arm-none-eabi-readelf -A libneai.a')} names core and float ABI. On a core with hard floats, start-up code has to switch the FPU on
before the first call, and must leave flush-to-zero off (FPSCR.FZ = 0, its value after reset).</p>`
    : `<p>Compile your own program with this computer's gcc and link ${code('-L. -lneai -lm')}.</p>`;
  return `${command}
<p>From source: compile every ${code('sources/*.c')} with ${code('-I. -Isources -std=c11 -ffp-contract=off -fno-fast-math')}. With fused multiply and add, or
any of the fast-math switches, the answers are no longer the emulator's; the self-test finds that. On Cortex-M nothing of libm is needed; on a
computer link with ${code('-lm')} or add ${code('-fno-math-errno')}.${hasTaps ? TAPS : ''}</p>`;
}

const crossing = ({ name }: Pick<Api, 'name'>): string =>
  name === 'v2'
    ? "no wchar_t and no enum crosses this library's border"
    : 'no wchar_t crosses this library’s border and an enum only as the value of a function, which lies in a whole register in either form';

export function flagsText(facts: BuildFacts, api: Pick<Api, 'name'>): string {
  const { core, floatAbi, shortWchar, shortEnums } = facts;
  if (!onTarget(facts)) return '<p>A build for a computer has none.</p>';
  const state = (on: boolean | null): string => (on === null ? 'as the compiler has it' : on ? 'on' : 'off');
  return `<p>This archive: float ABI <strong>${floatAbi}</strong>, short wchar <strong>${state(shortWchar)}</strong>, short enums
<strong>${state(shortEnums)}</strong>. A linker that says “uses VFP register arguments” wants the other float ABI; “uses 2-byte wchar_t” or
“uses variable-size enums” is a warning and harmless here, since ${crossing(api)}; it goes away with
${code('-Wl,--no-wchar-size-warning')}, ${code('-Wl,--no-enum-size-warning')}, or the other form:</p>
${block(`neai build LIB --api ${api.name} --core ${core} --float-abi hard|soft --fshort-wchar|--no-fshort-wchar --fshort-enums|--no-fshort-enums --out DIR`)}
<p>Or compile ${code('sources/*.c')} along with your own program: then there is nothing to switch.</p>`;
}

export function backupText(knowledgeBytes: number): string {
  return `<p>All that learning changes lies in section ${code('.neai')}, symbol ${code('neai_knowledge')}: ${knowledgeBytes} bytes
(${code('NEAI_KNOWLEDGE_SIZE')}), nothing else lies there, and it takes no space in the image.</p>
${block(`$ arm-none-eabi-size -A libneai.a | grep neai`)}
<p>Give it a place in RAM in your linker script; at a fixed address if a debugger is to find it:</p>
${block(`.neai (NOLOAD) :
{
    KEEP(*(.neai))
} > RAM

/* or at a fixed address */
.neai 0x20004000 (NOLOAD) :
{
    KEEP(*(.neai))
} > RAM`)}
<p>Without NOLOAD a linker may make a load image in RAM of it, and an image of hundreds of megabytes. Choose an address that is RAM on your chip and that
your debugger does not use while it flashes (OpenOCD takes the first 4 to 128 KB).</p>
<p>RAM forgets. To keep what was learnt, copy the bytes to flash and back; no call of initialize is needed after restoring. Knowledge of another library counts
as not initialised. Sensitivity is not in it.</p>
${block(`#include <string.h>
#include "NanoEdgeAI.h"

extern uint32_t neai_knowledge[NEAI_KNOWLEDGE_SIZE / 4];

void dump(void) { flash_write(BACKUP_ADDRESS, neai_knowledge, NEAI_KNOWLEDGE_SIZE); } /* flash_write: your chip's */
void load(void) { memcpy(neai_knowledge, (const void *)BACKUP_ADDRESS, NEAI_KNOWLEDGE_SIZE); }`)}
<p>The words are little-endian: version (${code('NEAI_KNOWLEDGE_VERSION')}), learn counter, statistics of scores, model.</p>`;
}

export function selfTestText({ macros }: Api): string {
  return `<p>${code('selftest/neai_selftest.c')} learns and detects known signals and compares with the emulator's answers. It finds wrong compiler flags and damaged
memory. It is no part of ${code('libneai.a')}: compile it along with your program when you want it.</p>
${block(`#include "neai_selftest.h"

static float data_buffer[${macros.length} * ${macros.axes}];
if (neai_selftest(data_buffer) != 0) { /* not the library that was searched; neai_selftest.h says what differs */ }`)}
<p>It forgets what the library had learnt: call it before initialize.</p>`;
}
