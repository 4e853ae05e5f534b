/** A dissector for Wireshark, in Lua, made from the descriptors: every field where it stands, with its name and unit. */
import { CATALOGUE } from '../catalogue/index.ts';
import type { Message } from '../schema/message.ts';
import { DECLARATIONS } from './declarations.ts';
import { FRAMING } from './framing.ts';
import { messageTables } from './tables.ts';
import { WALKER } from './walker.ts';

const HEAD = `-- JT/T 808 (2011, 2013, 2019) for Wireshark 4. Made from the descriptors of xingji; do not edit.
-- Put it into the folder of personal Lua plugins (Help > About > Folders), or: tshark -X lua_script:jt808.lua
-- TCP and UDP ports are a preference (Edit > Preferences > Protocols > JT808).

local jt808 = Proto("jt808", "JT/T 808")

-- Layouts: N are parts of them, M the messages by id.
local N, M = {}, {}
`;

/** The whole of `jt808.lua`. */
export function wiresharkDissector(messages: readonly Message[] = CATALOGUE): string {
  return `${[HEAD + messageTables(messages).join('\n'), DECLARATIONS.trim(), WALKER.trim(), FRAMING.trim()].join('\n\n')}\n`;
}
