import { describe, expect, it } from 'vitest';
import { identityCheck, type Mismatch } from '../../../gateway/registry/identity-check.ts';
import { Registry } from '../../../gateway/registry/registry.ts';
import { packCodes, type Registration } from '../../../gateway/registry/registration.ts';
import { codeMatches, hashOf } from '../../../gateway/session/codes.ts';
import type { RegistrationResult, SessionEffects } from '../../../gateway/session/effects.ts';
import {
  bodyQuirks,
  type Grant,
  identify,
  newSession,
  type Phase,
  type SessionPolicy,
  type SessionState,
  responseIn,
  step,
} from '../../../gateway/session/session.ts';
import {
  type Header,
  newHeader,
  phoneOf,
  readHeader,
  type Revision,
  terminalOf,
  VENDOR_PROFILES,
  type VendorProfile,
} from '../../../protocol/index.ts';
import {
  authenticationBody,
  batchBody,
  bodyOf,
  frameOf,
  ID,
  locationBody,
  NOTHING,
  packetOf,
  registrationBody,
  type Speaker,
  terminalAckBody,
} from '../../support/terminal-frames.ts';

const SPEAKER: Speaker = { phone: '013912345678', revision: 2013 };
const SPEAKER_2019: Speaker = { phone: '00000000013912345678', revision: 2019, version: 1 };
const TERMINAL = '13912345678';
const hex4 = (id: number): string => id.toString(16).padStart(4, '0');

/** Writes every effect down in one line. */
class Effects implements SessionEffects {
  readonly done: string[] = [];
  grant: Grant | undefined;
  reply: unknown;

  record({ id }: Header, result: number, answer: boolean): void {
    this.done.push(`record ${hex4(id)}, ${answer ? `answer ${result}` : 'no answer'}`);
  }

  part({ id, number, total }: Header): void {
    this.done.push(`part ${hex4(id)} ${number}/${total}`);
  }

  answer({ id }: Header, result: number): void {
    this.done.push(`answer ${hex4(id)} ${result}`);
  }

  tellTime(): void {
    this.done.push('tell the time');
  }

  refuse({ id }: Header, why: string, result: number | undefined): void {
    this.done.push(`refuse ${hex4(id)} ${why}, ${result === undefined ? 'no answer' : `answer ${result}`}`);
  }

  enrol({ serial }: Header, grant: Grant): void {
    this.grant = grant;
    this.done.push(`enrol ${grant.terminal} #${serial}`);
  }

  refuseRegistration(_header: Header, result: RegistrationResult): void {
    this.done.push(`refuse registration ${result}`);
  }

  authenticated(_header: Header, { imei, softwareVersion }: { imei: string; softwareVersion: string }): void {
    this.done.push(`authenticated${imei === '' ? '' : ` ${imei} ${softwareVersion}`}`);
  }

  differs({ what, said }: Mismatch): void {
    this.done.push(`differs ${what} ${said}`);
  }

  confirmed(terminal: string): void {
    this.done.push(`confirmed ${terminal}`);
  }

  deregister(): void {
    this.done.push('deregister');
  }

  replied({ id }: Header, body: unknown): void {
    this.reply = body;
    this.done.push(`replied ${hex4(id)}`);
  }

  close(kind: string): void {
    this.done.push(`close ${kind}`);
  }
}

interface World {
  readonly open?: boolean;
  /** Codes of the registration, newest first; undefined: not registered. */
  readonly codes?: readonly string[];
  readonly revision?: Revision;
  readonly acknowledgeResponses?: boolean;
  readonly maxWrongCodes?: number;
  readonly vendor?: VendorProfile;
}

function policyOf({
  open = true,
  codes,
  revision = 2013,
  acknowledgeResponses = true,
  maxWrongCodes = 5,
  vendor,
}: World): SessionPolicy {
  const registration: Registration | undefined =
    codes === undefined
      ? undefined
      : {
          terminal: TERMINAL,
          phone: SPEAKER.phone,
          revision,
          registeredAt: 0,
          codes: packCodes(codes.map(hashOf)),
          provinceId: 53,
          cityId: 102,
          manufacturerId: 'XJING',
          terminalModel: 'XJ-1',
          terminalId: 'T000001',
          plateColor: 'blue',
          plate: '云A12345',
        };
  return {
    registration: (terminal) => (terminal === TERMINAL ? registration : undefined),
    mayEnrol: () => open,
    codeMatches,
    vendor: () => vendor,
    clockOffset: () => 0,
    isDealtWith: () => false,
    maxWrongCodes,
    acknowledgeResponses,
    identity: identityCheck(new Registry(), 'off'),
    lockout: { locked: () => false, wrong: () => {}, right: () => {} },
  };
}

function hear(state: SessionState, frame: Uint8Array, policy: SessionPolicy): Effects {
  const effects = new Effects();
  const header = newHeader();
  const b = packetOf(frame);
  expect(readHeader(b, 0, b.length, header)).toBeUndefined();
  const phone = phoneOf(b, header);
  expect(identify(state, { phone, terminal: terminalOf(phone), flagged: header.flagged })).toBe(true);
  step(state, { b, header }, policy, effects);
  return effects;
}

function sessionIn(phase: Phase): SessionState {
  return Object.assign(newSession(), { phase, terminal: TERMINAL, phone: SPEAKER.phone });
}

const say = (id: number, body: Uint8Array = NOTHING, more: Parameters<typeof frameOf>[4] = {}): Uint8Array =>
  frameOf(SPEAKER, id, 7, body, more);
const REGISTER = say(ID.registration, registrationBody(2013));
const AUTHENTICATE = say(ID.authentication, authenticationBody(2013, 'RIGHT'));
const WRONG_CODE = say(ID.authentication, authenticationBody(2013, 'WRONG'));
const REPORT = say(ID.location, locationBody());
const PARAMETERS = say(ID.parameters, bodyOf('queryParametersResponse', 2013, { replySerial: 3, params: {} }));
const ACK = say(ID.terminalAck, terminalAckBody(3, ID.text, 'success'));
const PART = { part: { total: 2, number: 1 } };

type Row = readonly [what: string, phase: Phase, world: World, frame: Uint8Array, next: Phase, ...effects: string[]];
const KNOWN: World = { codes: ['RIGHT'] };
const LISTED: World = { open: false };

const ROWS: readonly Row[] = [
  // Nothing proved yet: who it is, or nothing.
  ['registers', 'fresh', {}, REGISTER, 'fresh', `enrol ${TERMINAL} #7`],
  ['registers though known', 'fresh', KNOWN, REGISTER, 'fresh', `enrol ${TERMINAL} #7`],
  ['registers, known and not on the list', 'fresh', { ...LISTED, ...KNOWN }, REGISTER, 'fresh', `enrol ${TERMINAL} #7`],
  ['registers, not on the list', 'fresh', LISTED, REGISTER, 'refused', 'refuse registration noSuchTerminalInDatabase'],
  [
    'registers with a body cut off',
    'fresh',
    {},
    say(ID.registration, registrationBody(2013).subarray(0, 20)),
    'fresh',
    'refuse 0100 body, answer 2',
  ],
  ['authenticates', 'fresh', KNOWN, AUTHENTICATE, 'authenticated', 'authenticated', 'answer 0102 0'],
  ['authenticates, unknown', 'fresh', {}, AUTHENTICATE, 'fresh', 'refuse 0102 not-enrolled, answer 1'],
  [
    'authenticates, unknown and not on the list',
    'fresh',
    LISTED,
    AUTHENTICATE,
    'refused',
    'refuse 0102 not-enrolled, answer 1',
  ],
  ['authenticates with a wrong code', 'fresh', KNOWN, WRONG_CODE, 'fresh', 'refuse 0102 wrong-code, answer 1'],
  ['reports', 'fresh', KNOWN, REPORT, 'fresh', 'refuse 0200 not-authenticated, answer 1'],
  ['reports, not on the list', 'fresh', LISTED, REPORT, 'refused', 'refuse 0200 not-authenticated, answer 1'],
  [
    'reports, known and not on the list',
    'fresh',
    { ...LISTED, ...KNOWN },
    REPORT,
    'fresh',
    'refuse 0200 not-authenticated, answer 1',
  ],
  ['gives a sign of life', 'fresh', KNOWN, say(ID.heartbeat), 'fresh', 'refuse 0002 not-authenticated, answer 1'],
  ['deregisters', 'fresh', KNOWN, say(ID.deregistration), 'fresh', 'refuse 0003 not-authenticated, answer 1'],
  ['acknowledges', 'fresh', KNOWN, ACK, 'fresh', 'refuse 0001 not-authenticated, no answer'],
  ['asks for parts', 'fresh', KNOWN, say(ID.resendRequest), 'fresh', 'refuse 0005 not-authenticated, no answer'],
  ['says what nobody knows', 'fresh', KNOWN, say(ID.unknown), 'fresh', 'refuse 0f0f not-authenticated, answer 1'],
  [
    'speaks in parts',
    'fresh',
    KNOWN,
    say(ID.parameters, NOTHING, PART),
    'fresh',
    'refuse 0104 not-authenticated, answer 1',
  ],
  // Refused: deaf, and civil about it.
  ['registers', 'refused', {}, REGISTER, 'refused', 'refuse 0100 not-enrolled, answer 1'],
  ['authenticates rightly', 'refused', KNOWN, AUTHENTICATE, 'refused', 'refuse 0102 not-enrolled, answer 1'],
  ['reports', 'refused', KNOWN, REPORT, 'refused', 'refuse 0200 not-enrolled, answer 1'],
  ['acknowledges', 'refused', KNOWN, ACK, 'refused', 'refuse 0001 not-enrolled, no answer'],
  ['asks for parts', 'refused', KNOWN, say(ID.resendRequest), 'refused', 'refuse 0005 not-enrolled, no answer'],
  // Authenticated.
  ['reports', 'authenticated', KNOWN, REPORT, 'authenticated', 'record 0200, answer 0'],
  [
    'reports with a body cut off',
    'authenticated',
    KNOWN,
    say(ID.location, locationBody().subarray(0, 27)),
    'authenticated',
    'refuse 0200 body, answer 2',
  ],
  [
    'reports many',
    'authenticated',
    KNOWN,
    say(ID.batch, batchBody([locationBody(), locationBody()])),
    'authenticated',
    'record 0704, answer 0',
  ],
  [
    'reports many, one broken',
    'authenticated',
    KNOWN,
    say(ID.batch, batchBody([locationBody(), locationBody().subarray(0, 9)])),
    'authenticated',
    'record 0704, answer 0',
  ],
  [
    'reports many without a count',
    'authenticated',
    KNOWN,
    say(ID.batch, Uint8Array.of(0)),
    'authenticated',
    'refuse 0704 body, answer 2',
  ],
  ['gives a sign of life', 'authenticated', KNOWN, say(ID.heartbeat), 'authenticated', 'answer 0002 0'],
  [
    'asks for the time',
    'authenticated',
    KNOWN,
    say(0x0004),
    'authenticated',
    'record 0004, no answer',
    'tell the time',
  ],
  [
    'gives one with octets in it',
    'authenticated',
    KNOWN,
    say(ID.heartbeat, Uint8Array.of(1, 2)),
    'authenticated',
    'answer 0002 0',
  ],
  ['deregisters', 'authenticated', KNOWN, say(ID.deregistration), 'fresh', 'deregister'],
  ['registers again', 'authenticated', KNOWN, REGISTER, 'authenticated', `enrol ${TERMINAL} #7`],
  ['authenticates again', 'authenticated', KNOWN, AUTHENTICATE, 'authenticated', 'authenticated', 'answer 0102 0'],
  [
    'authenticates again, wrongly',
    'authenticated',
    KNOWN,
    WRONG_CODE,
    'authenticated',
    'refuse 0102 wrong-code, answer 1',
  ],
  ['acknowledges', 'authenticated', KNOWN, ACK, 'authenticated', 'replied 0001', 'record 0001, no answer'],
  [
    'acknowledges with a body cut off',
    'authenticated',
    KNOWN,
    say(ID.terminalAck, Uint8Array.of(1)),
    'authenticated',
    'refuse 0001 body, no answer',
  ],
  ['answers', 'authenticated', KNOWN, PARAMETERS, 'authenticated', 'replied 0104', 'record 0104, answer 0'],
  [
    'answers a platform that takes no notice',
    'authenticated',
    { ...KNOWN, acknowledgeResponses: false },
    PARAMETERS,
    'authenticated',
    'replied 0104',
    'record 0104, no answer',
  ],
  [
    'acknowledges a platform that takes no notice',
    'authenticated',
    { ...KNOWN, acknowledgeResponses: false },
    ACK,
    'authenticated',
    'replied 0001',
    'record 0001, no answer',
  ],
  [
    'answers with a body cut off',
    'authenticated',
    KNOWN,
    say(ID.parameters, Uint8Array.of(0)),
    'authenticated',
    'refuse 0104 body, answer 2',
  ],
  [
    'says what nobody knows',
    'authenticated',
    KNOWN,
    say(ID.unknown, Uint8Array.of(1, 2, 3)),
    'authenticated',
    'record 0f0f, answer 3',
  ],
  [
    'says what its maker has',
    'authenticated',
    { ...KNOWN, vendor: VENDOR_PROFILES['bsj']! },
    say(0x6006, Uint8Array.of(0, 0x4f, 0x4b)),
    'authenticated',
    'record 6006, answer 0',
  ],
  ['says what another maker has', 'authenticated', KNOWN, say(0x6006), 'authenticated', 'record 6006, answer 3'],
  [
    'says what only platforms say',
    'authenticated',
    KNOWN,
    say(ID.text, Uint8Array.of(0)),
    'authenticated',
    'record 8300, answer 3',
  ],
  [
    'speaks in cipher',
    'authenticated',
    KNOWN,
    say(ID.location, locationBody(), { encryption: 1 }),
    'authenticated',
    'record 0200, answer 3',
  ],
  [
    'acknowledges in cipher',
    'authenticated',
    KNOWN,
    say(ID.terminalAck, NOTHING, { encryption: 1 }),
    'authenticated',
    'record 0001, no answer',
  ],
  [
    'speaks in parts',
    'authenticated',
    KNOWN,
    say(ID.parameters, Uint8Array.of(9), PART),
    'authenticated',
    'part 0104 1/2',
  ],
  [
    'speaks in one part',
    'authenticated',
    KNOWN,
    say(ID.location, locationBody(), { part: { total: 1, number: 1 } }),
    'authenticated',
    'record 0200, answer 0',
  ],
];

describe('a link on which the terminal', () => {
  for (const [what, phase, world, frame, next, ...effects] of ROWS) {
    it(`is ${phase} and ${what}`, () => {
      const state = sessionIn(phase);
      expect(hear(state, frame, policyOf(world)).done).toEqual(effects);
      expect(state.phase).toBe(next);
    });
  }
});

describe('a request for parts of ours', () => {
  it('is kept and never answered: it asks for frames, not for a word', () => {
    const ask = say(ID.resendRequest, Uint8Array.of(0, 1, 0, 0));
    const { done } = hear(sessionIn('authenticated'), ask, policyOf(KNOWN));
    expect(done).toContain('record 0005, no answer');
    expect(done.filter((effect) => / answer \d/.test(effect))).toEqual([]);
  });
});

describe('wrong codes', () => {
  const policy = policyOf({ ...KNOWN, maxWrongCodes: 3 });

  it('up to the limit leave the way open, the last one closes it for the right code too', () => {
    const state = newSession();
    expect([1, 2].map(() => hear(state, WRONG_CODE, policy).done)).toEqual([
      ['refuse 0102 wrong-code, answer 1'],
      ['refuse 0102 wrong-code, answer 1'],
    ]);
    expect(state.phase).toBe('fresh');
    hear(state, WRONG_CODE, policy);
    expect(state.phase).toBe('refused');
    expect(hear(state, AUTHENTICATE, policy).done).toEqual(['refuse 0102 not-enrolled, answer 1']);
  });

  it('are forgiven with the right one', () => {
    const state = newSession();
    for (const frame of [WRONG_CODE, WRONG_CODE, AUTHENTICATE, WRONG_CODE, WRONG_CODE]) hear(state, frame, policy);
    expect(state.phase).toBe('authenticated');
  });

  it('count over all phones that a link claims', () => {
    const state = newSession();
    const other: Speaker = { phone: '000000000001', revision: 2013 };
    const registered = policyOf({ ...KNOWN, maxWrongCodes: 3 });
    const anybody: SessionPolicy = { ...registered, registration: () => registered.registration(TERMINAL) };
    for (const speaker of [SPEAKER, other, SPEAKER])
      hear(state, frameOf(speaker, ID.authentication, 1, authenticationBody(2013, 'GUESS')), anybody);
    expect(state.phase).toBe('refused');
  });

  it('of a terminal that nobody knows are not counted: it may register yet', () => {
    const state = newSession();
    for (let i = 0; i < 9; i++) hear(state, WRONG_CODE, policyOf({ maxWrongCodes: 3 }));
    expect(hear(state, REGISTER, policyOf({})).done).toEqual([`enrol ${TERMINAL} #7`]);
  });
});

describe('codes of a terminal that registered again', () => {
  const policy = policyOf({ codes: ['NEW', 'OLD', 'OLDER'] });
  const with_ = (code: string): Effects =>
    hear(newSession(), say(ID.authentication, authenticationBody(2013, code)), policy);

  it('are good, the older ones too, and only the newest makes the others void', () => {
    expect(with_('OLD').done).toEqual(['authenticated', 'answer 0102 0']);
    expect(with_('OLDER').done).toEqual(['authenticated', 'answer 0102 0']);
    expect(with_('NEW').done).toEqual([`confirmed ${TERMINAL}`, 'authenticated', 'answer 0102 0']);
  });

  it('are confirmed once: a single code is not', () => {
    expect(hear(newSession(), AUTHENTICATE, policyOf(KNOWN)).done).toEqual(['authenticated', 'answer 0102 0']);
  });
});

describe('the revision of a session', () => {
  interface Case {
    readonly revision: Revision;
    readonly speaker: Speaker;
    readonly plate: string;
  }
  const CASES: readonly Case[] = [
    { revision: 2011, speaker: { ...SPEAKER, revision: 2011 }, plate: '云A1' },
    { revision: 2013, speaker: SPEAKER, plate: '云A12345' },
    { revision: 2019, speaker: SPEAKER_2019, plate: '云AD12345' },
  ];
  for (const { revision, speaker, plate } of CASES) {
    it(`is ${revision} where the registration is of that form`, () => {
      const state = newSession();
      const frame = frameOf(speaker, ID.registration, 0, registrationBody(revision, { plate }));
      const { grant } = hear(state, frame, policyOf({}));
      expect(state.revision).toBe(revision);
      expect(grant).toEqual({
        terminal: TERMINAL,
        phone: speaker.phone,
        revision,
        registeredAt: 0,
        provinceId: 53,
        cityId: 102,
        manufacturerId: 'XJING',
        terminalModel: 'XJ-1',
        terminalId: 'T000001',
        plateColor: 'blue',
        plate,
      });
    });
  }

  it('is that of the registration where a terminal only authenticates', () => {
    const revisions = ([2011, 2013, 2019] as const).map((revision) => {
      const state = newSession();
      hear(state, AUTHENTICATE, policyOf({ ...KNOWN, revision }));
      return state.revision;
    });
    // What registered with the flag and speaks without it now is at most of 2013.
    expect(revisions).toEqual([2011, 2013, 2013]);
  });

  it('is 2019 with the flag, and the code then has a length, an IMEI and a version behind it', () => {
    const state = newSession();
    const frame = frameOf(SPEAKER_2019, ID.authentication, 0, authenticationBody(2019, 'RIGHT'));
    expect(hear(state, frame, policyOf(KNOWN)).done).toEqual([
      'authenticated 860000000000017 XJ-1 1.0',
      'answer 0102 0',
    ]);
    expect(state.revision).toBe(2019);
  });

  it('with the flag and a body of the form before is malformed', () => {
    const frame = frameOf(SPEAKER_2019, ID.authentication, 0, authenticationBody(2013, 'RIGHT'));
    expect(hear(newSession(), frame, policyOf(KNOWN)).done).toEqual(['refuse 0102 body, answer 2']);
  });
});

describe('who speaks on a link', () => {
  it('may be another one until somebody has authenticated', () => {
    const state = newSession();
    const speaker = (terminal: string) => ({ phone: terminal.padStart(12, '0'), terminal, flagged: false });
    expect(identify(state, speaker('1'))).toBe(true);
    expect(identify(state, speaker('2'))).toBe(true);
    expect(state).toMatchObject({ terminal: '2', phone: '000000000002' });
    state.phase = 'authenticated';
    expect(identify(state, speaker('1'))).toBe(false);
    expect(state).toMatchObject({ terminal: '2', phone: '000000000002' });
  });

  it('may change the form of its own phone', () => {
    const state = sessionIn('authenticated');
    expect(identify(state, { phone: SPEAKER_2019.phone, terminal: TERMINAL, flagged: true })).toBe(true);
    expect(state).toMatchObject({ phone: SPEAKER_2019.phone, revision: 2019 });
    expect(identify(state, { phone: SPEAKER.phone, terminal: TERMINAL, flagged: false })).toBe(true);
    expect(state).toMatchObject({ phone: SPEAKER.phone, revision: 2013 });
  });
});

describe('a step', () => {
  it('hands over what a terminal answered, decoded', () => {
    const { reply } = hear(sessionIn('authenticated'), ACK, policyOf(KNOWN));
    expect(reply).toEqual({ replySerial: 3, replyId: ID.text, result: 'success' });
  });

  it('leaves the quirks of the body at hand, and only of that one', () => {
    const state = sessionIn('authenticated');
    const policy = policyOf(KNOWN);
    hear(state, say(ID.deregistration, Uint8Array.of(1)), policy);
    expect(bodyQuirks.bits).not.toBe(0);
    hear(sessionIn('authenticated'), REPORT, policy);
    expect(bodyQuirks.bits).toBe(0);
  });

  it('keeps no reference to the packet: octets changed afterwards change no grant', () => {
    const state = newSession();
    const effects = new Effects();
    const header = newHeader();
    const b = packetOf(REGISTER);
    readHeader(b, 0, b.length, header);
    identify(state, { phone: SPEAKER.phone, terminal: TERMINAL, flagged: false });
    step(state, { b, header }, policyOf({}), effects);
    const before = structuredClone(effects.grant);
    b.fill(0xff);
    expect(effects.grant).toEqual(before);
  });
});

describe('a response joined from parts', () => {
  const header = newHeader();
  const read = (frame: Uint8Array): unknown => {
    const b = packetOf(frame);
    readHeader(b, 0, b.length, header);
    return responseIn(sessionIn('authenticated'), b, header);
  };

  it('is decoded where it is one and can be read', () => {
    expect(read(PARAMETERS)).toMatchObject({ replySerial: 3 });
    expect(read(REPORT)).toBeUndefined();
    expect(read(say(ID.parameters, Uint8Array.of(0)))).toBeUndefined();
  });
});
