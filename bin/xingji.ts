#!/usr/bin/env -S node --max-semi-space-size=16
/** The one command: says what there is and hands over. A sub-command's code is loaded when it is called. */
import { COMMANDS } from './commands.ts';
import { run } from '../gateway/cli/run.ts';
import { VERSION } from '../gateway/version.ts';

await run(process.argv, VERSION, COMMANDS);
