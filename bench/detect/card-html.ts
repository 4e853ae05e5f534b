/** The report card as one page without scripts: rows, the matrix of names, and the curve of confidences. */
import type { Card } from './card.ts';
import type { Calibration } from './calibration.ts';
import type { Matrix } from './confusion.ts';

const STYLE = `
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1c2330}
h1{font-size:1.3rem} h2{font-size:1rem;margin:1.6rem 0 .3rem;text-transform:uppercase;letter-spacing:.05em;color:#5b6472}
table{border-collapse:collapse;width:100%} td,th{padding:.2rem .6rem;border-bottom:1px solid #e3e6ea;text-align:left}
td:nth-child(n+2){font-variant-numeric:tabular-nums} .met{color:#17693a} .missed{color:#a3261b;font-weight:600}
.matrix td,.matrix th{text-align:center;padding:.1rem .3rem;font-size:12px;border:1px solid #eef0f2}
p{color:#5b6472}`;

export function cardPage(card: Card, { final, calibration }: { final: Matrix; calibration: Calibration }): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Xingji 行迹: report card of the detector</title><style>${STYLE}</style>
<h1>Xingji 行迹: report card of the detector</h1>
<p>${escaped(card.title)}</p>
${sections(card)}
<h2>Names in the end</h2>
<p>Rows: what was done. Columns: what it was called. Green is right.</p>
${matrixTable(final)}
<h2>Confidence</h2>
<p>What was stated against what was true; on the line 0.9 means nine in ten. Circles are as large as they are many.</p>
${reliability(calibration)}
</html>
`;
}

function sections({ rows }: Card): string {
  return [...Map.groupBy(rows, ({ section }) => section)]
    .map(([section, own]) => {
      const lines = own.map(({ name, value, target, met }) => {
        const aim =
          target === undefined ? '' : `<span class="${met === true ? 'met' : 'missed'}">${escaped(target)}</span>`;
        return `<tr><td>${escaped(name)}</td><td>${escaped(value)}</td><td>${aim}</td></tr>`;
      });
      return `<h2>${escaped(section)}</h2>\n<table>${lines.join('\n')}</table>`;
    })
    .join('\n');
}

function matrixTable(matrix: Matrix): string {
  const columns = [...new Set(Object.values(matrix).flatMap((row) => Object.keys(row)))].toSorted();
  const head = columns.map((name) => `<th>${name}</th>`).join('');
  const lines = Object.entries(matrix).map(([truth, row]) => {
    const all = Object.values(row).reduce((sum, count) => sum + count, 0);
    const cells = columns.map((name) => {
      const count = row[name] ?? 0;
      if (count === 0) return '<td></td>';
      const colour = name === truth ? '23,105,58' : '163,38,27';
      return `<td style="background:rgba(${colour},${(0.15 + (0.5 * count) / all).toFixed(2)})">${count}</td>`;
    });
    return `<tr><th>${truth}</th>${cells.join('')}</tr>`;
  });
  return `<table class="matrix"><tr><th></th>${head}</tr>${lines.join('\n')}</table>`;
}

const SIDE = 260;

function reliability({ bins, count }: Calibration): string {
  const circles = bins
    .filter((bin) => bin.count > 0)
    .map(({ stated, share, count: own }) => {
      const radius = (3 + 9 * Math.sqrt(own / count)).toFixed(1);
      const [x, y] = [(stated * SIDE).toFixed(1), ((1 - share) * SIDE).toFixed(1)];
      return `<circle cx="${x}" cy="${y}" r="${radius}" fill="#2f6db5" fill-opacity=".6"><title>${own} verdicts</title></circle>`;
    });
  const frame = `<rect width="${SIDE}" height="${SIDE}" fill="none" stroke="#c9ced6"/>`;
  const ideal = `<line x1="0" y1="${SIDE}" x2="${SIDE}" y2="0" stroke="#9aa3af" stroke-dasharray="4 4"/>`;
  const labels = `<text x="${SIDE / 2}" y="${SIDE + 18}" text-anchor="middle">stated</text>
<text x="-12" y="${SIDE / 2}" text-anchor="middle" transform="rotate(-90 -12 ${SIDE / 2})">true</text>`;
  return `<svg viewBox="-30 -14 ${SIDE + 50} ${SIDE + 44}" width="${SIDE + 50}" font-size="12">${frame}${ideal}${circles.join('')}${labels}</svg>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
