/** Colours for people: only where stdout is a terminal and nobody asked for none (NO_COLOR). */
import picocolors from 'picocolors';

const { stdout, env } = process;

/** The palette, or the same functions that colour nothing. The library alone would also colour what CI machines pipe. */
export const colors = picocolors.createColors(stdout.isTTY && env['TERM'] !== 'dumb' && (env['NO_COLOR'] ?? '') === '');
