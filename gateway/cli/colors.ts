/** Colours for people: only where stdout is a terminal or somebody insists (FORCE_COLOR), and nobody asked for none (NO_COLOR). */
import picocolors from 'picocolors';

const { stdout, env } = process;
const set = (name: string): boolean => (env[name] ?? '') !== '';

/** `isTTY` is missing, not false, on a pipe; and what is missing the library takes for its own choice. */
const terminal: boolean | undefined = stdout.isTTY;
const capable = terminal !== undefined && terminal && env['TERM'] !== 'dumb';

/** The palette, or the same functions that colour nothing. The library alone would also colour what CI machines pipe. */
export const colors = picocolors.createColors(!set('NO_COLOR') && (set('FORCE_COLOR') || capable));
