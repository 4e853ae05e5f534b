/** `xingji dissector`: the plugin for Wireshark that shows JT/T 808 field by field. */
import type { Command } from 'commander';
import { wiresharkDissector } from '../../protocol/index.ts';
import { writeLine } from './lines.ts';

const EXAMPLES = `
Put the file into Wireshark's folder of personal Lua plugins (Help > About > Folders). Ports are a preference.

Examples:
  xingji dissector > jt808.lua
  tshark -X lua_script:jt808.lua -r capture.pcap -Y jt808.locationReport.alarm.mainPowerOff==1`;

/** Adds the command `dissector`. */
export function registerDissector(program: Command): void {
  program
    .command('dissector')
    .description('a dissector for Wireshark, in Lua, on stdout')
    .addHelpText('after', EXAMPLES)
    .action(() => writeLine(process.stdout, wiresharkDissector().trimEnd()));
}
