/** A run as one HTML page that needs nothing else: figures, charts over time, a histogram of latencies, errors. */
import { barChart, lineChart } from './chart.ts';
import type { Histogram } from './histogram.ts';
import { CHINESE_NAMES, rowsOf, type Summary } from './report.ts';
import type { Timeline } from './timeline.ts';

/** Edges of the histogram's bars: six to a decade, of milliseconds. */
const STEPS = [1, 1.5, 2, 3, 5, 7];
const SHORTEST_MS = 0.1;
const DECADES = 8;

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:760px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1rem;margin:1.6rem 0 .3rem}table{border-collapse:collapse}td{padding:.1rem 1.2rem .1rem 0;vertical-align:top}
td:first-child{opacity:.7}svg{width:100%;height:auto}svg line{stroke:currentColor;opacity:.15}svg text{font-size:11px;fill:currentColor;opacity:.8}
polyline{fill:none;stroke-width:1.8}polyline.first{stroke:#1769c2}polyline.second{stroke:#d9731a}rect.first{fill:#1769c2}
svg text.first{fill:#1769c2;opacity:1}svg text.second{fill:#d9731a;opacity:1}.ok{color:#1a7f37}.failed{color:#c62828}`;

/** The page; `latency` and `timeline` are those of the run that `summary` is of. */
export function htmlReport(
  summary: Summary,
  { latency, timeline }: { readonly latency: Histogram; readonly timeline: Timeline },
): string {
  const { moments } = timeline;
  const seconds = moments.map(({ second }) => second);
  const of = (pick: (moment: (typeof moments)[number]) => number): number[] => moments.map(pick);
  const rows = rowsOf(summary).map(
    ([name, value]) => `<tr><td>${escaped(`${name} ${CHINESE_NAMES[name] ?? ''}`)}</td><td>${escaped(value)}</td></tr>`,
  );
  const verdict = summary.ok ? '<span class="ok">ok 通过</span>' : '<span class="failed">failed 未通过</span>';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(summary.target)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(summary.target)}: ${verdict}</h1>
<table>${rows.join('\n')}</table>
<h2>Reports a second 每秒汇报数</h2>
${lineChart(seconds, [
  { name: 'made 产生', kind: 'second', values: of(({ made }) => made) },
  { name: 'acknowledged 已应答', kind: 'first', values: of(({ acknowledged }) => acknowledged) },
])}
<h2>Connected terminals 在线终端</h2>
${lineChart(seconds, [{ name: 'online 在线', kind: 'first', values: of(({ online }) => online) }])}
<h2>Acknowledgement latency 应答时延 (ms)</h2>
${barChart(barsOf(latency))}
<h2>Errors a second 每秒错误数</h2>
${lineChart(seconds, [{ name: 'errors 错误', kind: 'second', values: of(({ errors }) => errors) }])}
</body></html>
`;
}

/** Bars from the first that is not empty to the last. */
function barsOf(latency: Histogram): { label: string; count: number }[] {
  const edges = Array.from({ length: DECADES }, (_, decade) =>
    STEPS.map((step) => step * SHORTEST_MS * 10 ** decade),
  ).flat();
  let below = 0;
  const bars = edges.map((edge) => {
    const upTo = latency.countBelow(edge);
    const count = upTo - below;
    below = upTo;
    return { label: `<${Number(edge.toPrecision(2))}`.replace('<', '&lt;'), count };
  });
  const first = bars.findIndex(({ count }) => count > 0);
  const last = bars.findLastIndex(({ count }) => count > 0);
  return first === -1 ? [] : bars.slice(first, last + 1);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
