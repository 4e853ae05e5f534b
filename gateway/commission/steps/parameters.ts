/** How the terminal is set up: compared with the template of its unit, set where it differs, and read back. */
import type { Json, Revision } from '../../../protocol/index.ts';
import { jsonText } from '../json-text.ts';
import { differing, type Params, readParams, setParams } from '../setting.ts';
import type { Finding, Step } from '../step.ts';
import type { Template } from '../template.ts';

export const PARAMETERS: Step = {
  name: 'parameters',
  zh: '参数',
  en: 'Parameters',
  async run(bench) {
    const { template, notes, link } = bench;
    const found = notes.after ?? (await readParams(bench));
    if (found === undefined) return { findings: [{ code: 'params-unread' }] };
    notes.before ??= found;
    notes.after ??= found;
    const read = Object.keys(found).length;
    const server = serverParams(template, link.speaker?.revision ?? 2013);
    const wanted = differing({ ...template.params, ...server }, found);
    if (Object.keys(template.params).length === 0 && template.server === undefined)
      return { skipped: 'no-template', measured: { read } };
    const faults = await setParams(bench, wanted);
    const findings: Finding[] = [...faults];
    const host = jsonText(notes.before['mainServerAddress']);
    // A new unit points at its maker, or nowhere; any other address is somebody's platform.
    if (Object.keys(server).some((name) => name in wanted) && !isFactory(host, template))
      findings.unshift({
        code: 'wrong-server',
        found: serverIn(notes.before),
        expected: serverIn({ ...found, ...server }),
        ...(faults.length === 0 ? { mended: true as const } : {}),
      });
    const measured = {
      template: template.name,
      read,
      set: Object.keys(wanted).length,
      changed: changes(wanted, found),
    };
    return { findings, measured };
  },
};

/** 2019 moved ports into the address. */
function serverParams({ server }: Template, revision: Revision): Params {
  if (server === undefined) return {};
  if (revision === 2019) return { mainServerAddress: `${server.host}:${server.port}` };
  return { mainServerAddress: server.host, serverTcpPort: server.port };
}

function serverIn(params: Params): string {
  const address = jsonText(params['mainServerAddress']);
  return address.includes(':') ? address : `${address}:${jsonText(params['serverTcpPort'])}`;
}

function isFactory(address: string, { factoryServers }: Template): boolean {
  const host = address.replace(/:\d+$/, '');
  return host === '' || host === '0.0.0.0' || factoryServers.includes(host);
}

function changes(wanted: Params, found: Params): readonly Json[] {
  return Object.entries(wanted).map(([name, after]) => ({ name, before: found[name] ?? null, after }));
}
