import type { Store } from '../../gateway/fold/store/store.ts';

/** Folds keep their state in memory only: a run is played once. */
export function forgetfulStore(): Store {
  return {
    rows: [],
    cursor: 0,
    tracked: 0,
    // Never through with the first: whoever plays days in a second need not write them down every half minute.
    save: () => new Promise(() => {}),
    head: () => {},
    tidy: () => {},
    read: async () => [],
    close: async () => {},
  };
}
