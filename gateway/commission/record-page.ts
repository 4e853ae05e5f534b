/** A record as a page to print and to sign by hand: one file that needs nothing else. */
import type { Json } from '../../protocol/index.ts';
import { jsonText } from './json-text.ts';
import { measuredText } from './measured.ts';
import type { CommissionRecord, RecordedStep } from './record.ts';

type Words = Readonly<Record<string, string>>;

const ZH: Words = {
  install: '终端安装验收记录',
  replacement: '终端更换验收记录',
  removal: '终端拆除记录',
  recycling: '终端回收记录',
  passed: '合格',
  failed: '不合格',
  skipped: '跳过',
  order: '工单',
  plate: '车牌',
  vin: '车辆识别代号',
  unit: '单位',
  terminal: '终端',
  model: '型号',
  iccid: 'SIM 卡',
  imei: 'IMEI',
  installer: '安装人员',
  time: '时间',
  place: '地点',
  gateway: '网关',
  none: '无',
  steps: '检查项目',
  step: '项目',
  result: '结果',
  measured: '测得',
  changed: '改动的参数',
  parameter: '参数',
  before: '原值',
  after: '现值',
  photos: '照片',
  baseline: '基线',
  signature: '签名',
  byHand: '安装人员签字',
  owner: '车辆单位签字',
  found: '测得',
  expected: '应为',
  mended: '已改正',
  verify: '核验：xingji commission verify',
};

const EN: Words = {
  install: 'Acceptance of an installed terminal',
  replacement: 'Acceptance of a replaced terminal',
  removal: 'Removal of a terminal',
  recycling: 'Recycling of a terminal',
  passed: 'passed',
  failed: 'failed',
  skipped: 'left out',
  order: 'Work order',
  plate: 'Plate',
  vin: 'VIN',
  unit: 'Unit',
  terminal: 'Terminal',
  model: 'Model',
  iccid: 'SIM',
  imei: 'IMEI',
  installer: 'Installer',
  time: 'Time',
  place: 'Place',
  gateway: 'Gateway',
  none: 'none',
  steps: 'What was checked',
  step: 'Step',
  result: 'Result',
  measured: 'Measured',
  changed: 'Parameters that were changed',
  parameter: 'Parameter',
  before: 'Before',
  after: 'After',
  photos: 'Pictures',
  baseline: 'Baseline',
  signature: 'Signature',
  byHand: 'Signed by the installer',
  owner: 'Signed for the vehicle',
  found: 'found',
  expected: 'expected',
  mended: 'set right',
  verify: 'To check: xingji commission verify',
};

/** The page, in one language. */
export function recordPage(record: CommissionRecord, language: 'zh-CN' | 'en'): string {
  const t = language === 'zh-CN' ? ZH : EN;
  const { expected, terminal, vehicle, outcome, job, position } = record;
  const facts: readonly (readonly [string, Json | undefined])[] = [
    [t['order']!, expected.workOrder ?? t['none']],
    [t['plate']!, expected.plate ?? vehicle['plate']],
    [t['vin']!, expected.vin ?? vehicle['vin']],
    [t['unit']!, expected.unit],
    [t['terminal']!, terminal['terminal']],
    [t['model']!, `${jsonText(terminal['manufacturerId'])} ${jsonText(terminal['terminalModel'])}`.trim()],
    [t['iccid']!, terminal['iccid']],
    [t['imei']!, terminal['imei']],
    [t['installer']!, record.installer],
    [t['time']!, `${second(record.startedAt)} – ${second(record.endedAt)}`],
    [t['place']!, position === null ? undefined : `${position.latitude}, ${position.longitude}`],
    [t['gateway']!, record.gateway ?? t['none']],
  ];
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><title>${text(t[job]!)} ${text(expected.plate ?? '')}</title>
<style>${STYLE}</style></head><body>
<header><h1>${text(t[job]!)}</h1><p class="seal ${outcome}">${text(t[outcome]!)}</p></header>
<dl>${facts
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `<div><dt>${text(name)}</dt><dd>${text(jsonText(value))}</dd></div>`)
    .join('')}</dl>
<h2>${text(t['steps']!)}</h2>
<table><thead><tr><th>#</th><th>${text(t['step']!)}</th><th>${text(t['result']!)}</th><th>${text(t['measured']!)}</th></tr></thead>
<tbody>${record.steps.map((step, i) => row(step, i, t, language)).join('')}</tbody></table>
${changedTable(record, t)}
${photos(record, t)}
<h2>${text(t['signature']!)}</h2>
<p class="mono">Ed25519 ${text(record.signature.key)}<br>${text(record.signature.value)}</p>
<p>${text(t['verify']!)} · ${text(record.id)} · ${text(record.tool)}</p>
<div class="hands"><p>${text(t['byHand']!)}</p><p>${text(t['owner']!)}</p></div>
</body></html>
`;
}

/** To the second, in the time of the record. */
function second(time: string): string {
  return time.replace('T', ' ').slice(0, 19);
}

function row(step: RecordedStep, index: number, t: Words, language: 'zh-CN' | 'en'): string {
  const words = language === 'zh-CN' ? 'zh' : 'en';
  const { findings, measured, skipped } = step;
  const lines = measuredText(measured, words).map(
    ([name, value]) => `<span><i>${text(name)}</i> ${text(value)}</span>`,
  );
  const faults = findings.map((finding) => {
    const { means, do: remedy } = finding[words];
    const compared = [
      finding.found === undefined ? '' : `${t['found']} ${jsonText(finding.found)}`,
      finding.expected === undefined ? '' : `${t['expected']} ${jsonText(finding.expected)}`,
      finding.mended === true ? t['mended'] : '',
    ].filter(Boolean);
    return `<p class="fault"><b>${text(means)}</b> ${text(compared.join(' · '))}<br>→ ${text(remedy)}</p>`;
  });
  const why = skipped === undefined ? '' : ` ${text(skipped[words])}`;
  return `<tr class="${step.state}"><td>${index + 1}</td><td>${text(step[words])}</td><td>${text(t[step.state]!)}${why}</td><td><div class="values">${lines.join('')}</div>${bars(measured['bars'])}${faults.join('')}</td></tr>`;
}

interface Bar {
  readonly system: string;
  readonly id: number | string;
  readonly cn0: number | null;
}

/** C/N0 of every satellite in view, tallest first. */
function bars(value: Json | undefined): string {
  if (!Array.isArray(value) || value.length === 0) return '';
  const list = (value as unknown as readonly Bar[]).filter(({ cn0 }) => cn0 !== null);
  const sorted = list.toSorted((a, b) => b.cn0! - a.cn0!);
  const each = sorted.map(({ system, id, cn0 }, i) => {
    const x = i * 12;
    return `<g class="${text(system)}"><rect x="${x}" y="${50 - cn0!}" width="9" height="${cn0!}"><title>${text(`${system} ${id} ${cn0} dB-Hz`)}</title></rect></g>`;
  });
  return `<svg viewBox="0 0 ${Math.max(1, sorted.length) * 12} 52" class="sky" role="img" aria-label="C/N0">${each.join('')}</svg><small class="key"><b class="beidou">■</b> BeiDou <b class="gps">■</b> GPS <b class="glonass">■</b> GLONASS <b class="galileo">■</b> Galileo</small>`;
}

function changedTable({ parameters, baseline }: CommissionRecord, t: Words): string {
  const { changed } = parameters;
  const rows = changed.map(
    ({ name, before, after }) =>
      `<tr><td>${text(name)}</td><td>${text(jsonText(before))}</td><td>${text(jsonText(after))}</td></tr>`,
  );
  const table =
    rows.length === 0
      ? ''
      : `<h2>${text(t['changed']!)}</h2><table><thead><tr><th>${text(t['parameter']!)}</th><th>${text(t['before']!)}</th><th>${text(t['after']!)}</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
  const values = measuredText({ ...baseline }, t === ZH ? 'zh' : 'en').map(([name, value]) => `${name} ${value}`);
  return values.length === 0 ? table : `${table}<p>${text(t['baseline']!)}: ${text(values.join(' · '))}</p>`;
}

function photos({ photos: all }: CommissionRecord, t: Words): string {
  if (all.length === 0) return '';
  const each = all.map(
    ({ name, type, octets, sha256 }) =>
      `<figure><img alt="${text(name)}" src="data:${text(type)};base64,${text(octets)}"><figcaption>${text(name)} · SHA-256 ${text(sha256.slice(0, 16))}…</figcaption></figure>`,
  );
  return `<h2>${text(t['photos']!)}</h2><div class="photos">${each.join('')}</div>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function text(value: string): string {
  return value.replaceAll(/[&<>"']/g, (char) => ENTITIES[char]!);
}

const STYLE = `
@page{size:A4;margin:14mm}
body{font:13px/1.45 "Noto Sans CJK SC","Source Han Sans SC",system-ui,sans-serif;color:#17202a;max-width:190mm;margin:8mm auto}
header{display:flex;justify-content:space-between;align-items:center;border-bottom:2px solid #17202a}
h1{font-size:20px;margin:0 0 6px}h2{font-size:14px;margin:14px 0 4px}
.seal{font-size:18px;font-weight:700;border:3px solid;border-radius:6px;padding:2px 14px;transform:rotate(-4deg)}
.seal.passed{color:#1a7f37}.seal.failed{color:#c62828}
dl{display:grid;grid-template-columns:1fr 1fr;gap:2px 18px;margin:10px 0}dl div{display:flex}dt{color:#5d6d7e;width:30%}dd{margin:0;flex:1;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #bfc9d1;padding:3px 6px;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#eef2f5}tr{break-inside:avoid}td:nth-child(1){white-space:nowrap}td:nth-child(2){min-width:22mm}td:nth-child(3){min-width:16mm}
tr.passed td:nth-child(3){color:#1a7f37}tr.failed td:nth-child(3){color:#c62828;font-weight:700}tr.skipped td{color:#7b8a97}
.values span{margin-right:10px;white-space:normal}.values i{color:#5d6d7e;font-style:normal}
.fault{background:#fdecea;margin:4px 0;padding:3px 6px}.sky{height:44px;max-width:100%;display:block;margin-top:4px}
.sky rect{fill:#8d99a6}.beidou rect,b.beidou{fill:#c62828;color:#c62828}.gps rect,b.gps{fill:#1565c0;color:#1565c0}.glonass rect,b.glonass{fill:#6a1b9a;color:#6a1b9a}.galileo rect,b.galileo{fill:#2e7d32;color:#2e7d32}.key{color:#5d6d7e}
.photos{display:flex;flex-wrap:wrap;gap:8px}figure{margin:0;width:60mm}img{max-width:100%;border:1px solid #bfc9d1}figcaption{font-size:11px;color:#5d6d7e}
.mono{font-family:ui-monospace,monospace;font-size:11px;overflow-wrap:anywhere}
.hands{display:flex;gap:20mm;margin-top:14mm}.hands p{flex:1;border-top:1px solid #17202a;padding-top:3px}`;
