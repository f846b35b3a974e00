/** Answers of detect above this are codes, not similarities. */
export const HIGHEST_SIMILARITY = 100;

const CODES_OF_DETECT: Record<number, string> = {
  123: 'the library is limited to other boards',
  124: 'not ready: initialize was not called, or fewer signals are learned than library.detectFloor',
  125: 'a value of the signal is NaN or infinite',
};

/** What detect says when it gives no similarity. */
export const codeInWords = (code: number): string => CODES_OF_DETECT[code] ?? 'detect knows no such code';
