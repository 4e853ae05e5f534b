/** From what was said on the command line to a way to the terminal. */
import { Option, type Command } from 'commander';
import { VENDOR_PROFILES } from '../../../protocol/index.ts';
import { parseAddress } from '../../config/address.ts';
import { openNodePort } from '../../intake/serial/node-port.ts';
import { listenTcp } from '../../intake/tcp.ts';
import { processClock } from '../../process-clock.ts';
import { openDirect } from '../../terminal-link/direct.ts';
import { openRemote } from '../../terminal-link/remote.ts';
import type { TerminalLink } from '../../terminal-link/terminal-link.ts';
import { gatewayApi } from '../gateway-api.ts';
import { dataOption } from '../journal-source.ts';
import { ToolFault } from './tool.ts';

export interface LinkFlags {
  readonly serial?: string;
  readonly baud: string;
  readonly tcp?: string | true;
  readonly gateway?: string | true;
  readonly token?: string;
  readonly data: string;
  readonly terminal?: string;
  readonly vendor?: string;
  readonly authCode?: string;
}

/** On loopback: whoever wants terminals of a network says so. */
const USUAL_TCP = '127.0.0.1:8808';
const MIN_BAUD = 300;
const MAX_BAUD = 4_000_000;

/** Adds the options that say where the terminal is. */
export function addLinkOptions(command: Command): Command {
  return command
    .option('--serial <device>', 'it is on this serial port, such as /dev/ttyUSB0')
    .option('--baud <rate>', 'of the port; auto finds it', 'auto')
    .option('--tcp [[host:]port]', 'wait for it to dial this port, such as 0.0.0.0:8808; default: 127.0.0.1:8808')
    .option('--gateway [url]', 'it is connected to this gateway; without a URL, to that of the data folder')
    .addOption(new Option('--token <token>', 'API token for it; else that in first-run.json').env('XINGJI_TOKEN'))
    .addOption(dataOption())
    .option('--terminal <t>', 'only this terminal; needed with --gateway')
    .addOption(
      new Option('--vendor <profile>', 'read items as this maker has them').choices(Object.keys(VENDOR_PROFILES)),
    )
    .option('--auth-code <code>', 'authentication code for a terminal that registers');
}

/** Undefined where no way was named. Rejects with ToolFault, LinkFault or ApiFault. */
export async function openLink(flags: LinkFlags): Promise<TerminalLink | undefined> {
  const { serial, tcp, gateway, token, data, terminal, vendor, authCode } = flags;
  const ways = [serial, tcp, gateway].filter((way) => way !== undefined);
  if (ways.length > 1) throw new ToolFault('say one of --serial, --tcp and --gateway', 2);
  if (gateway !== undefined) {
    if (terminal === undefined) throw new ToolFault('--gateway needs --terminal: which of its terminals', 2);
    const url = gateway === true ? {} : { url: gateway };
    const api = gatewayApi({ data, ...url, ...(token === undefined ? {} : { token }) });
    return openRemote({ terminal, ...(vendor === undefined ? {} : { vendor }) }, { clock: processClock, api });
  }
  const way = serial === undefined ? tcpWay(tcp) : { serial: { path: serial, baud: baudOf(flags.baud) } };
  if (way === undefined) return undefined;
  return openDirect(
    {
      way,
      ...(terminal === undefined ? {} : { terminal }),
      ...(vendor === undefined ? {} : { vendor }),
      ...(authCode === undefined ? {} : { authCode }),
    },
    { clock: processClock, openPort: openNodePort, listen: listenTcp },
  );
}

function tcpWay(
  given: string | true | undefined,
): { readonly tcp: { readonly host: string; readonly port: number } } | undefined {
  if (given === undefined) return undefined;
  const text = given === true ? USUAL_TCP : given;
  const address = parseAddress(/^\d+$/.test(text) ? `127.0.0.1:${text}` : text);
  if (address === undefined)
    throw new ToolFault(`--tcp is '${text}', expected a port or host:port, such as 0.0.0.0:8808`, 2);
  return { tcp: address };
}

function baudOf(text: string): number | 'auto' {
  if (text === 'auto') return text;
  const baud = /^\d+$/.test(text) ? Number(text) : 0;
  if (baud < MIN_BAUD || baud > MAX_BAUD)
    throw new ToolFault(`--baud is '${text}', expected auto or a rate from ${MIN_BAUD} to ${MAX_BAUD}`, 2);
  return baud;
}
