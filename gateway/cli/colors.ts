/** Colours for people: only where stdout is a terminal and nobody asked for none (NO_COLOR). */
import picocolors from 'picocolors';

const { stdout, env } = process;

/** `isTTY` is missing, not false, on a pipe; and what is missing the library takes for its own choice. */
const terminal: boolean | undefined = stdout.isTTY;
const wanted = terminal !== undefined && terminal && env['TERM'] !== 'dumb' && (env['NO_COLOR'] ?? '') === '';

/** The palette, or the same functions that colour nothing. The library alone would also colour what CI machines pipe. */
export const colors = picocolors.createColors(wanted);
