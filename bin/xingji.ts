#!/usr/bin/env -S node --max-semi-space-size=16 --v8-pool-size=1
/** The one command: says what there is and hands over. A sub-command's code is loaded when it is called. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// What was stripped of its types and compiled once is read from there by every later command, and by workers. It is beside the code, as whoever can
// write there can change the code as well; where nobody can, nothing is kept.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, '..', 'node_modules', '.cache', 'xingji');
enableCompileCache(process.env['NODE_COMPILE_CACHE']);

const { COMMANDS } = await import('./commands.ts');
const { run } = await import('../gateway/cli/run.ts');
const { VERSION } = await import('../gateway/version.ts');

await run(process.argv, VERSION, COMMANDS);
