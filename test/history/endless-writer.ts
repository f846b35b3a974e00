/**
 * A process that writes runs into a history until it is killed, and says on standard output what was committed when:
 * `answers RUN N` after N answers of a run were flushed, `finished RUN` after its end. Arguments: file, first run.
 */
import { writeSync } from 'node:fs';
import { openHistory } from '../../src/history/database.ts';
import { RunWriter } from '../../src/history/run-writer.ts';
import { answerOf, CALLS, END, runIdOf, startOf } from './written-run.ts';

const [file, first] = process.argv.slice(2) as [string, string];
// Written at once, not when the event loop comes to it: what is said was committed, and what was committed is said.
const say = (text: string): void => void writeSync(1, `${text}\n`);
const database = openHistory(file);
for (let number = Number(first); ; number++) {
  const writer = RunWriter.begin(database, startOf(number))!;
  writer.know({ board: 'nucleo-l432kc', kind: 'virtual', library: '5e1c0f9a77d24b3381c6aa02' });
  for (let call = 0; call < CALLS; call++) {
    writer.answer('target', answerOf(number, call));
    if (call % 50 === 49) {
      writer.flush();
      say(`answers ${runIdOf(number)} ${call + 1}`);
    }
  }
  writer.step('learn and detect', 1.5);
  writer.finish(END);
  say(`finished ${runIdOf(number)}`);
}
