import type { TimelineEvent } from '../../record/timeline.ts';

type Lane = TimelineEvent['lane'];
type Level = TimelineEvent['level'];

/** What happened to one side, on the clock of the run. */
export class EventLog {
  readonly events: TimelineEvent[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(lane: Lane, text: string, level: Level = 'info'): void {
    this.events.push({ atSeconds: this.#now(), durationSeconds: null, lane, text, level });
  }

  /** Something that takes time; when it fails, that is an event too. @param text what it came to, in words */
  async lasting<Result>(
    lane: Lane,
    text: (result: Result) => string,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const atSeconds = this.#now();
    const done = (words: string, level: Level): void => {
      this.events.push({ atSeconds, durationSeconds: this.#now() - atSeconds, lane, text: words, level });
    };
    try {
      const result = await work();
      done(text(result), 'info');
      return result;
    } catch (error) {
      done((error as Error).message, 'error');
      throw error;
    }
  }
}
