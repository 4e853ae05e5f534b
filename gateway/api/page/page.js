/**
 * The status page: what the gateway is doing now. It shows what the API says and keeps nothing. Whatever came from a
 * terminal reaches the page through textContent only.
 */
import { whyNothing } from './empty-list.js';
import { ago, alarmText, bytes, count, rate, speak, speech } from './speech.js';
import { GRAVE } from './texts.js';

const ROWS = 200;
const NEWS = 60;
const SPARK = 120;
const RELOAD_MS = 10_000;

const byId = (id) => document.getElementById(id);
const terminals = new Map();
const rates = [];
const news = [];
let health;
let healthAt = 0;
let live = false;
/** Whether the list of terminals has come at least once. */
let listed = false;
let drawDue = false;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// ---- health: the way of a report, once a second

function showHealth(next) {
  const now = performance.now();
  const seconds = (now - healthAt) / 1000;
  const before = health;
  health = next;
  healthAt = now;
  if (before !== undefined && seconds > 0.2 && before.startedAt === next.startedAt) {
    const delivered = (each) => each.outlets.reduce((sum, outlet) => sum + outlet.delivered, 0);
    rates.push({
      in: Math.max(0, next.packets - before.packets) / seconds,
      out: Math.max(0, delivered(next) - delivered(before)) / seconds,
    });
    if (rates.length > SPARK) rates.shift();
  }
  drawHealth();
}

function drawHealth() {
  if (health === undefined) return;
  const { journal, listeners } = health;
  const ready = journal.writable && listeners.every((each) => each.up);
  byId('node').textContent = health.node;
  byId('version').textContent = `Xingji ${health.version}`;
  byId('ready').textContent = ready ? speech.texts.ready : speech.texts.notReady;
  byId('ready').className = ready ? 'pill' : 'pill bad';
  byId('online').textContent = count(health.online);
  byId('known').textContent = speech.texts.known(count(health.terminals));
  byId('connections').textContent = count(health.connections);
  byId('listeners').replaceChildren(
    ...listeners
      .filter((each) => each.name.startsWith('jt808'))
      .map((each) =>
        element(
          'li',
          each.up ? '' : 'bad',
          `${each.name.slice(6).toUpperCase()} ${each.address}${each.fault ? ` · ${each.fault}` : ''}`,
        ),
      ),
  );
  byId('head').textContent = count(journal.head);
  byId('acked').textContent = count(health.acknowledged);
  byId('latency').textContent =
    health.ackLatencyMs === null
      ? '–'
      : `${health.ackLatencyMs.p50.toFixed(1)} / ${health.ackLatencyMs.p99.toFixed(1)} ms`;
  byId('disk').textContent = journal.writable
    ? bytes(journal.diskBytes)
    : `${speech.texts.notWritable}${journal.fault ? `: ${journal.fault}` : ''}`;
  byId('stage-journal').className = journal.writable ? 'stage' : 'stage bad';
  byId('outlets').replaceChildren(
    ...(health.outlets.length === 0
      ? [element('article', 'stage empty', speech.texts.noOutlets)]
      : health.outlets.map(drawOutlet)),
  );
  drawRates();
}

function drawOutlet(outlet) {
  const card = element(
    'article',
    `stage${outlet.connected ? '' : ' bad'}${outlet.connected && outlet.lastError ? ' warn' : ''}`,
  );
  const name = { mqtt: 'MQTT', influx: 'InfluxDB' }[outlet.name] ?? outlet.name;
  card.append(element('h2', '', `${name} · ${outlet.connected ? speech.texts.reached : speech.texts.notReached}`));
  const big = element('p', 'big');
  big.append(element('b', '', count(outlet.delivered)), element('small', '', speech.texts.delivered));
  card.append(big);
  for (const [label, value] of [
    [speech.texts.backlog, outlet.backlog],
    [speech.texts.retries, outlet.retries],
    [speech.texts.buried, outlet.buried],
  ]) {
    const line = element('span', 'fine figure', `${label} `);
    line.append(element('b', '', count(value)));
    card.append(line);
  }
  if (outlet.lastError) card.append(element('p', 'fault', outlet.lastError));
  return card;
}

function drawRates() {
  const last = rates.at(-1) ?? { in: 0, out: 0 };
  byId('rate-in').textContent = speech.texts.perSecond(rate(last.in));
  byId('rate-out').textContent = speech.texts.perSecond(rate(last.out));
  byId('rate-now').textContent = rate(last.in);
  byId('rate-in').parentElement.classList.toggle('still', last.in === 0);
  byId('rate-out').parentElement.classList.toggle('still', last.out === 0);
  if (rates.length < 2) return;
  const top = Math.max(1, ...rates.map((each) => each.in)) * 1.15;
  const step = 600 / (SPARK - 1);
  const left = 600 - (rates.length - 1) * step;
  const line = rates
    .map((each, i) => `${(left + i * step).toFixed(1)} ${(62 - (each.in / top) * 58).toFixed(1)}`)
    .join('L');
  byId('spark-line').setAttribute('d', `M${line}`);
  byId('spark-area').setAttribute('d', `M${left.toFixed(1)} 64L${line}L600 64Z`);
}

// ---- terminals: a page of them, kept fresh by the stream

function wanted(view) {
  if (byId('only-online').checked && !view.online) return false;
  const sought = byId('search').value.trim().toLowerCase();
  return sought === '' || view.terminal.includes(sought) || (view.vehicle ?? '').toLowerCase().includes(sought);
}

function makeRow() {
  const row = element('tr');
  const terminal = element('td');
  terminal.append(element('span', 'dot'), document.createTextNode(''));
  const course = element('td', 'number');
  course.append(document.createTextNode(''), element('span', 'course', '↑'));
  row.append(
    terminal,
    element('td'),
    element('td'),
    element('td', 'number'),
    course,
    element('td', 'number'),
    element('td', 'number'),
    element('td', 'wide'),
  );
  row.addEventListener('animationend', () => row.classList.remove('fresh'));
  return row;
}

function fillRow(row, view) {
  const [terminal, plate, heard, speed, course, latitude, longitude, alarms] = row.children;
  const { position } = view;
  const fixed = position !== null && position.fix === 'gnss';
  row.classList.toggle('away', !view.online);
  terminal.lastChild.textContent = view.terminal;
  plate.textContent = view.vehicle ?? '–';
  heard.textContent = ago(view.health.lastHeardAt);
  speed.textContent = position === null ? '–' : position.speed.toFixed(1);
  course.firstChild.textContent = position === null ? '–' : `${position.direction}°`;
  course.lastChild.hidden = position === null;
  // A style property, not a style attribute: the content policy allows it.
  if (position !== null) course.lastChild.style.transform = `rotate(${Number(position.direction)}deg)`;
  latitude.textContent = fixed ? position.latitude.toFixed(6) : position === null ? '–' : speech.texts.noFix;
  longitude.textContent = fixed ? position.longitude.toFixed(6) : '–';
  const names = position?.alarm ?? view.health.alarms;
  alarms.replaceChildren(
    ...names.map((name) => element('span', GRAVE.has(name) ? 'chip grave' : 'chip', alarmText(name))),
  );
}

function drawTerminals() {
  drawDue = false;
  const shown = [...terminals.values()]
    .filter((each) => wanted(each.view))
    .sort((a, b) => (a.view.terminal < b.view.terminal ? -1 : 1))
    .slice(0, ROWS);
  const body = byId('rows');
  for (const [i, each] of shown.entries()) {
    each.row ??= makeRow();
    fillRow(each.row, each.view);
    if (each.fresh) each.row.classList.add('fresh');
    each.fresh = false;
    if (body.children[i] !== each.row) body.insertBefore(each.row, body.children[i] ?? null);
  }
  while (body.children.length > shown.length) body.lastChild.remove();
  const why = whyNothing({ shown: shown.length, listed, known: health?.terminals ?? terminals.size });
  byId('empty').hidden = why === undefined;
  byId('empty').textContent = why === undefined ? '' : speech.texts[why];
  byId('shown').textContent =
    why === 'loading' ? '' : speech.texts.shown(count(shown.length), count(health?.terminals ?? terminals.size));
}

function drawSoon() {
  if (drawDue) return;
  drawDue = true;
  setTimeout(drawTerminals, 250);
}

function keep(view) {
  const known = terminals.get(view.terminal);
  if (known === undefined) terminals.set(view.terminal, { view });
  else known.view = view;
}

function takePosition(position) {
  const known = terminals.get(position.terminal);
  if (known === undefined) return;
  const before = known.view.position;
  if (position.backfill && before !== null && (position.time ?? '') < (before.time ?? '')) return;
  known.view = {
    ...known.view,
    position,
    vehicle: position.vehicle ?? known.view.vehicle,
    online: known.view.online || !position.backfill,
    health: { ...known.view.health, lastHeardAt: position.receivedAt },
  };
  known.fresh = true;
  drawSoon();
}

function takeState(state) {
  const known = terminals.get(state.terminal);
  if (known === undefined ? state.online : known.view.online !== state.online) {
    tell(state, () => (state.online ? speech.texts.cameOnline : speech.texts.wentOffline), '');
  }
  if (known === undefined && terminals.size >= ROWS) return;
  keep({ ...known?.view, ...state, position: state.position ?? known?.view.position ?? null });
  drawSoon();
}

// ---- what happened

/** @param say makes the text, again when the language changes. */
function tell(about, say, grade) {
  news.unshift({ at: new Date(), name: about.vehicle ?? about.terminal, say, grade });
  news.length = Math.min(news.length, NEWS);
  drawNews();
}

function drawNews() {
  const items = news.map(({ at, name, say, grade }) => {
    const item = element('li');
    item.append(
      element('time', '', at.toLocaleTimeString(speech.language, { hour12: false })),
      element('span', grade, `${name} ${say()}`),
    );
    return item;
  });
  byId('ticker').replaceChildren(...items);
  byId('quiet').hidden = items.length > 0;
}

function takeEvent(event) {
  tell(
    event,
    () => event.text[speech.language] ?? event.code,
    event.state === 'cleared' ? '' : event.severity >= 3 ? 'grave' : 'warn',
  );
}

// ---- talking to the gateway

async function ask(path) {
  const response = await fetch(path, { headers: { accept: 'application/json' } });
  if (response.status === 401) {
    showDoor();
    return undefined;
  }
  // An auditor's account, say: the page would show nothing at all.
  if (response.status === 403) {
    showDoor();
    byId('refused').textContent = speech.texts.noRight;
    return undefined;
  }
  return response.ok ? response.json() : undefined;
}

async function loadTerminals() {
  const online = byId('only-online').checked ? '&online=true' : '';
  const page = await ask(`/api/v1/terminals?limit=${ROWS}${online}`).catch(() => undefined);
  if (page === undefined) return;
  for (const view of page.items) keep(view);
  listed = true;
  drawSoon();
}

function openStream() {
  const stream = new EventSource('/api/v1/stream?kinds=position,state,event,health&maxRate=200');
  const on = (kind, take) => stream.addEventListener(kind, (message) => take(JSON.parse(message.data)));
  on('health', showHealth);
  on('position', takePosition);
  on('state', takeState);
  on('event', takeEvent);
  stream.addEventListener('open', () => showLink(true));
  stream.addEventListener('error', () => {
    showLink(false);
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => void enter(), 3000);
  });
}

function showLink(isLive) {
  live = isLive;
  byId('link').textContent = live ? speech.texts.live : speech.texts.lost;
  byId('link').className = live ? 'pill quiet' : 'pill quiet bad';
}

function showDoor() {
  byId('board').hidden = true;
  byId('door').hidden = false;
  byId('link').textContent = '';
}

/** Asks once whether the browser is signed in; then the stream does the rest. */
async function enter() {
  const now = await ask('/api/v1/health').catch(() => null);
  if (now === undefined) return;
  if (now === null) {
    showLink(false);
    setTimeout(() => void enter(), 3000);
    return;
  }
  byId('door').hidden = true;
  byId('board').hidden = false;
  showHealth(now);
  await loadTerminals();
  openStream();
}

async function signIn() {
  const code = byId('code').value.trim();
  const response = await fetch('/api/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: byId('token').value.trim(), ...(code === '' ? {} : { code }) }),
  });
  const { code: why = '' } = response.ok ? {} : await response.json();
  byId('code').value = '';
  byId('second').hidden = !why.startsWith('code');
  // The token is kept while its code is asked for.
  byId('refused').textContent =
    response.ok || (why === 'code' && code === '') ? '' : (speech.texts[why] ?? speech.texts.refused);
  if (why.startsWith('code')) return byId('code').focus();
  byId('token').value = '';
  if (response.ok) await enter();
}

function drawAll() {
  const { language, texts } = speech;
  document.documentElement.lang = language;
  for (const each of document.querySelectorAll('[data-text]')) each.textContent = texts[each.dataset.text];
  byId('search').placeholder = texts.search;
  byId('language').textContent = texts.other;
  if (!byId('board').hidden) showLink(live);
  drawHealth();
  drawTerminals();
  drawNews();
}

byId('language').addEventListener('click', () => {
  speak(speech.language === 'zh-CN' ? 'en' : 'zh-CN');
  localStorage.setItem('language', speech.language);
  drawAll();
});
byId('search').addEventListener('input', drawTerminals);
byId('only-online').addEventListener('change', () => void loadTerminals());
byId('sign-in').addEventListener('submit', (submit) => {
  submit.preventDefault();
  void signIn();
});
setInterval(() => {
  if (!byId('board').hidden) void loadTerminals();
}, RELOAD_MS);
setInterval(drawSoon, 1000);
drawAll();
void enter();
