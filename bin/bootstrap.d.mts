/** What the configuration of the tests shares with the set-up, which is plain JavaScript for any Node. */
export const COMPILE_CACHE: string;
