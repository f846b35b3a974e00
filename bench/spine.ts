/**
 * `npm run bench:spine`: how fast the main path is. Ratios where a ratio says it; the rest depends on the machine and is
 * only reported. Link figures are in virtual time and repeatable.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBoard } from '../src/boards/load.ts';
import { buildBoardFirmware } from '../src/cli/build.ts';
import { signalAt } from '../src/engine/dataset/dataset.ts';
import { attach } from '../src/host/attach.ts';
import { startVirtualSlot } from '../src/host/virtual-slot.ts';
import { generateMotor, MOTOR_AXES } from '../src/studio/motor.ts';
import { readDataset } from '../src/studio/read-dataset.ts';
import { runSearch } from '../src/studio/run-search.ts';
import { measureLine, shareOfLine } from './link/measure-line.ts';
import { writeMetrics } from './write-metrics.ts';

const BUFFER_SIZE = 128;
const EVALUATIONS = 60;

const folder = mkdtempSync(join(tmpdir(), 'neai-bench-'));
const signal = AbortSignal.timeout(900_000);
try {
  const motor = generateMotor({ seed: 5, regularLines: 160, abnormalLines: 80, bufferSize: BUFFER_SIZE });
  const [regular, abnormal] = [join(folder, 'regular.csv'), join(folder, 'abnormal.csv')];
  writeFileSync(regular, `${motor.regular.join('\n')}\n`);
  writeFileSync(abnormal, `${motor.abnormal.join('\n')}\n`);
  const search = await runSearch({
    couples: [{ name: 'motor', regular: [regular], abnormal: [abnormal] }],
    axes: MOTOR_AXES,
    evaluations: EVALUATIONS,
  });
  const board = loadBoard('nucleo-l432kc');
  const firmware = await buildBoardFirmware(search.library, board.id, folder, signal);
  const place = await startVirtualSlot(board, { signal });
  try {
    const session = await attach(place.slot, { signal });
    try {
      const first = await session.flash(firmware.elf, { signal });
      const again = await session.flash(firmware.elf, { signal });
      const client = await session.connect({ signal });
      const signals = await readDataset(regular, { axes: MOTOR_AXES });
      await client.call('initialize', {}, { signal });
      const line = await measureLine(place.slot.control!, async () => {
        for (let row = 0; row < signals.lines; row++) {
          await client.call('learn', { signal: signalAt(signals, row) }, { signal });
        }
      });
      const samples = signals.lines * signals.valuesPerLine;
      writeMetrics('spine', [
        {
          name: 'payloadShareOfLine115200',
          value: shareOfLine(samples, client.baud, line.lineSeconds),
          unit: 'of the line rate',
          goal: 'reported: one message at a time, packed',
        },
        {
          name: 'virtualBoardMips',
          value: line.instructions / line.wallSeconds / 1e6,
          unit: 'instructions per µs',
          goal: null,
        },
        {
          name: 'lineTimeOverWallTime',
          value: line.lineSeconds / line.wallSeconds,
          unit: 'virtual s per s',
          goal: null,
        },
        { name: 'flashFirst', value: first.seconds, unit: 's', goal: null },
        { name: 'flashAgain', value: again.seconds, unit: 's', goal: null },
        { name: 'flashAgainOverFirst', value: again.seconds / first.seconds, unit: 'ratio', goal: null },
        {
          name: 'searchRate',
          value: search.evaluations / search.elapsedSeconds,
          unit: 'evaluations per s',
          goal: null,
        },
      ]);
    } finally {
      await session.close();
    }
  } finally {
    await place.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
