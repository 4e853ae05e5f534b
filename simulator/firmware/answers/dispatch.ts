/** What a dispatcher sends to a driver: texts, events, questions, menus, calls, the phone book; and octets for devices. */
import { acknowledge, type Answer, type Answers, type Outcome, reply, tell } from './answering.ts';
import { keptBy } from '../kept.ts';
import { papersFor } from '../identity.ts';

/** Texts and questions that a display keeps; the oldest goes. */
const MAX_SHOWN = 20;
/** Events, menu items and contacts: an octet numbers or counts them. */
const MAX_LISTED = 255;

const text: Answer<0x8300> = ({ terminal, effects }, body) => {
  show(keptBy(terminal).shown, body.text);
  effects.push({ kind: 'note', what: 'text' });
  return 'success';
};

const events: Answer<0x8301> = ({ terminal }, { setType, events: list = [] }) => {
  const kept = keptBy(terminal).events;
  if (setType === 'deleteGivenEvents') for (const { eventId } of list) kept.delete(eventId);
  else
    return store(
      kept,
      setType,
      list.map(({ eventId, content }) => [eventId, content] as const),
    );
  return 'success';
};

/** The driver takes the first answer. */
const question: Answer<0x8302> = (context, { question: asked, answers }) => {
  show(keptBy(context.terminal).shown, asked);
  acknowledge(context, 'success');
  const [first] = answers;
  if (first === undefined) return 'answered';
  return reply(context, 0x0302, { replySerial: context.asked.serial, answerId: first.answerId });
};

const menu: Answer<0x8303> = ({ terminal }, { setType, items = [] }) =>
  store(
    keptBy(terminal).menu,
    setType,
    items.map(({ infoType, name }) => [infoType, name] as const),
  );

const information: Answer<0x8304> = ({ terminal }, { content }) => {
  show(keptBy(terminal).shown, content);
  return 'success';
};

const phoneBook: Answer<0x8401> = ({ terminal }, { setType, contacts = [] }) =>
  store(
    keptBy(terminal).contacts,
    setType,
    contacts.map(({ name, flag, phone }) => [name, { flag, phone }] as const),
  );

/** Peripherals of active safety are asked by 0xF7 and 0xF8; other octets go to a device that says nothing. */
const transparent: Answer<0x8900> = (context, { type, peripherals }) => {
  if (peripherals === undefined || peripherals instanceof Uint8Array) return 'success';
  const asked = new Set(peripherals.devices.map(({ device }) => device));
  const devices = (['adas', 'dsm'] as const).filter((device) => asked.has(device));
  acknowledge(context, 'success');
  const { software, hardware, terminalId } = papersFor(context.terminal);
  if (type === 0xf7) {
    const status = { state: 'normal', faults: 0 } as const;
    tell(context, 0x0900, { type, peripheralStatus: { devices: devices.map((device) => ({ device, status })) } });
  } else {
    const identity = {
      company: 'XJSIM',
      model: 'XJ-EYE',
      hardwareVersion: hardware,
      firmwareVersion: software,
      deviceId: terminalId,
      customerCode: '',
    };
    tell(context, 0x0900, { type, peripheralIdentity: { devices: devices.map((device) => ({ device, identity })) } });
  }
  return 'answered';
};

/** `update` replaces all, `append` and `modify` overwrite what has the same key; anything else deletes all. */
function store<K, V>(into: Map<K, V>, how: string | number, entries: readonly (readonly [K, V])[]): Outcome {
  const adds = how === 'append' || how === 'modify';
  if (adds && into.size + entries.length > MAX_LISTED) return 'failure';
  if (!adds) into.clear();
  if (adds || how === 'update') for (const [key, value] of entries) into.set(key, value);
  return 'success';
}

function show(shown: string[], what: string): void {
  shown.push(what);
  if (shown.length > MAX_SHOWN) shown.shift();
}

export const ANSWER_DISPATCH: Answers = {
  0x8300: text,
  0x8301: events,
  0x8302: question,
  0x8303: menu,
  0x8304: information,
  // It rings; nobody hears it.
  0x8400: () => 'success',
  0x8401: phoneBook,
  0x8900: transparent,
};
