import { type Board, expect, type Reference, test } from '../harness/index.ts';

test.use({ libraryPath: 'fixtures/motor-1x8' });

const THRESHOLD = 90;
const DETECTS_AN_HOUR = 10;
/** Hours of a day of watching: something blocks the motor; later its load changes for good, and it draws more. */
const BLOCKED = [5, 6];
const CHANGED_AT = 14;
const SECOND_PHASE_LEARNS = 60;

/** What the device sends once a day. */
interface Daily {
  readonly day: number;
  readonly alarms: readonly number[];
  readonly means: readonly number[];
}

test('the strategy of the documents: learn for a day, watch, alarm, learn again, report, survive a power cut', async ({
  board,
  emulator,
  dataset,
  rack,
}) => {
  const days = rack.long ? 7 : 1;
  board.needsTime(`${24 * (1 + days)} h`);
  board.needs('control');
  let taken = 0;
  const regular = (): Float32Array => dataset.regular[taken++ % dataset.regular.length]!;
  const worn = (): Float32Array => dataset.abnormal[taken++ % dataset.abnormal.length]!;
  const blocked = (): Float32Array => worn().map((value) => 3 * value);
  const changed = (): Float32Array => regular().map((value) => value + 0.25);

  await test.step('a day of learning, every minute', async () => {
    expect(await board.initialize()).toAnswerLike(emulator.initialize());
    for (let minute = 0; minute < 24 * 60; minute++) {
      await board.wait('1 min');
      const signal = regular();
      const [answer, reference] = [await board.learn(signal), emulator.learn(signal)];
      if (minute % 60 === 59) expect(answer, `hour ${(minute + 1) / 60}`).toAnswerLike(reference);
    }
    await board.dump();
  });

  const reports: Daily[] = [];
  let source = regular;
  for (let day = 1; day <= days; day++) {
    const means: number[] = [];
    await test.step(`day ${day} of watching, ten detects an hour`, async () => {
      for (let hour = 0; hour < 24; hour++) {
        if (hour === CHANGED_AT && day === 1) source = changed;
        const now = BLOCKED.includes(hour) ? blocked : source;
        means.push(await averageOfAnHour(board, emulator, now));
        if (hour === 9 && day === 1) await powerCut(board);
        if (hour === CHANGED_AT && day === 1) {
          // Somebody presses the button: this is normal now.
          await secondPhase(board, emulator, changed);
          await board.dump();
        }
      }
    });
    const alarms = means.flatMap((mean, hour) => (mean < THRESHOLD ? [hour] : []));
    reports.push({ day, alarms, means });
  }

  for (const { day, alarms, means } of reports) {
    const line = `day ${day}: alarms in hours ${alarms.join(', ') || 'none'}; means ${means.map((m) => m.toFixed(1)).join(' ')}`;
    test.info().annotations.push({ type: 'daily report', description: line });
    expect(alarms, line).toEqual(day === 1 ? [...BLOCKED, CHANGED_AT] : BLOCKED);
  }
});

async function averageOfAnHour(
  board: Board,
  emulator: Reference,
  source: () => Float32Array,
): Promise<number> {
  let sum = 0;
  for (let detect = 0; detect < DETECTS_AN_HOUR; detect++) {
    await board.wait(`${60 / DETECTS_AN_HOUR} min`);
    const signal = source();
    const answer = await board.detect(signal);
    expect(answer).toAnswerLike(emulator.detect(signal));
    sum += answer.code;
  }
  return sum / DETECTS_AN_HOUR;
}

async function secondPhase(board: Board, emulator: Reference, source: () => Float32Array): Promise<void> {
  for (let learn = 0; learn < SECOND_PHASE_LEARNS; learn++) {
    await board.wait('10 s');
    const signal = source();
    expect(await board.learn(signal)).toAnswerLike(emulator.learn(signal));
  }
}

/** The mains fail; when they are back, the device does what the documents say: initialize, load, detect. */
async function powerCut(board: Board): Promise<void> {
  await expect(board).toKeepKnowledge(async () => {
    await board.powerCycle();
    await board.initialize();
    await board.load();
  });
}
