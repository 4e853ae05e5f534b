/**
 * Why the list of terminals shows none, as the name of a text; undefined where it shows some. Nobody is told that there
 * are none before the list has come, nor because a filter hides them.
 */
export function whyNothing({ shown, listed, known }) {
  if (shown > 0) return undefined;
  if (!listed) return 'loading';
  return known > 0 ? 'noMatch' : 'empty';
}
