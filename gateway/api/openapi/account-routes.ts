/** What the routes about accounts take and answer. */
import { Type } from 'typebox';
import { ROLES } from '../../../bridge/index.ts';
import { KEY_RIGHTS } from '../../access/account.ts';
import * as accounts from '../routes/accounts.ts';
import * as own from '../routes/own-account.ts';
import type { RouteText } from './route-text.ts';
import { allOf, instant, nullable, oneOf } from './shapes.ts';

const PREFIX = Type.String({ description: 'Leading digits of GB/T 2260; empty for everywhere.' });
const END = nullable(instant('From then on it opens nothing; null for no end.'));

const ACCOUNT_VIEW = Type.Object(
  {
    name: Type.String(),
    role: oneOf(ROLES),
    division: PREFIX,
    disabled: Type.Boolean(),
    expires: END,
    totp: Type.Boolean({ description: 'Whether it has a second factor.' }),
    keys: Type.Integer(),
    certificates: Type.Array(Type.String({ description: 'SHA-256 of a client certificate.' })),
  },
  { title: 'AccountView' },
);
const OUTCOME = Type.Object(
  {
    state: oneOf(['applied', 'requested', 'denied']),
    change: Type.Optional(Type.String({ description: 'Id of the change that waits for a second person.' })),
    until: Type.Optional(instant('Nobody can approve it from then on.')),
    credentials: Type.Optional(
      Type.Object(
        { username: Type.String(), password: Type.String(), token: Type.String() },
        { description: 'Told this once.' },
      ),
    ),
  },
  { title: 'AccountOutcome' },
);
const CHANGE_VIEW = Type.Object(
  {
    id: Type.String(),
    kind: Type.String(),
    account: nullable(Type.String()),
    role: Type.Optional(oneOf(ROLES)),
    division: Type.Optional(PREFIX),
    expires: Type.Optional(END),
    fourEyes: Type.Optional(Type.Boolean()),
    requestedBy: Type.String(),
    requestedAt: instant('When it was asked for.'),
    until: instant('Nobody can approve it from then on.'),
  },
  { title: 'AccountChange' },
);
const KEY = {
  id: Type.String(),
  label: Type.String(),
  division: PREFIX,
  rights: nullable(Type.Array(oneOf(KEY_RIGHTS), { description: 'Null: all of the account.' })),
  madeAt: instant('When it was made.'),
  expires: instant('From then on it opens nothing.'),
};
const KEY_VIEW = Type.Object(KEY, { title: 'AccountKey' });
const NEW_KEY_VIEW = Type.Object(
  { ...KEY, token: Type.String({ description: 'Told this once.' }) },
  { title: 'NewAccountKey' },
);
const SESSION_VIEW = Type.Object(
  {
    id: Type.String(),
    account: Type.String(),
    startedAt: instant('When it began.'),
    usedAt: instant('When something was asked last.'),
    from: Type.String({ description: 'Address it was opened at.' }),
  },
  { title: 'Session' },
);
const OWN_ACCOUNT = Type.Object(
  {
    name: Type.String(),
    role: oneOf(ROLES),
    division: PREFIX,
    expires: END,
    totp: Type.Boolean(),
    recoveryCodesLeft: nullable(Type.Integer()),
  },
  { title: 'OwnAccount' },
);

const changes = (summary: string) => ({ summary, answer: OUTCOME, refuses: [404, 503] }) as const;

export const ACCOUNT_ROUTES = {
  'GET /api/v1/accounts': {
    summary: 'Accounts, without secrets, and whether changes that give take two people',
    answer: Type.Object({ items: Type.Array(ACCOUNT_VIEW), fourEyes: Type.Boolean() }),
  },
  'POST /api/v1/accounts': {
    summary: 'Make an account',
    status: 201,
    body: accounts.NEW_ACCOUNT,
    answer: OUTCOME,
    refuses: [409, 503],
  },
  'POST /api/v1/accounts/:name': { ...changes('Another role, division or end'), body: accounts.ALTERATION },
  'POST /api/v1/accounts/:name/disable': changes('Let it open nothing any more'),
  'POST /api/v1/accounts/:name/enable': changes('Let a disabled account in again'),
  'POST /api/v1/accounts/:name/rotate': changes('New password and token in the place of all old ones'),
  'POST /api/v1/accounts/:name/remove-totp': changes('Let it in without the code of its second factor'),
  'POST /api/v1/accounts/:name/end-sessions': changes('End what it has open in browsers'),
  'POST /api/v1/accounts/:name/certify': {
    ...changes('Let a client certificate stand for it'),
    body: accounts.CERTIFICATE,
  },
  'POST /api/v1/accounts/:name/decertify': {
    ...changes('Let a client certificate stand for it no more'),
    body: accounts.CERTIFICATE,
  },
  'POST /api/v1/account-policy': {
    summary: 'Whether what gives an account something takes a second person',
    body: accounts.POLICY,
    answer: OUTCOME,
    refuses: [409, 503],
  },
  'GET /api/v1/account-changes': { summary: 'Changes that wait for a second person', answer: allOf(CHANGE_VIEW) },
  'POST /api/v1/account-changes/:id/approve': {
    summary: 'Let a change of another person through',
    answer: OUTCOME,
    refuses: [404, 409],
  },
  'POST /api/v1/account-changes/:id/deny': {
    summary: 'Turn a change down',
    answer: OUTCOME,
    refuses: [404, 409],
  },
  'GET /api/v1/account': { summary: 'The account that asks', answer: OWN_ACCOUNT, refuses: [404] },
  'POST /api/v1/account/totp': {
    summary: 'Begin a second factor (RFC 6238)',
    status: 201,
    answer: Type.Object({ secret: Type.String(), url: Type.String({ description: '`otpauth://`' }) }),
    refuses: [409],
  },
  'POST /api/v1/account/totp/confirm': {
    summary: 'Show its first code; answers with recovery codes, told this once',
    body: own.CODE,
    answer: Type.Object({ recoveryCodes: Type.Array(Type.String()) }),
    refuses: [409],
  },
  'POST /api/v1/account/totp/remove': {
    summary: 'Remove the second factor, with a code of it',
    status: 204,
    body: own.CODE,
    refuses: [409],
  },
  'GET /api/v1/account/keys': { summary: 'Keys for programs', answer: allOf(KEY_VIEW), refuses: [404] },
  'POST /api/v1/account/keys': {
    summary: 'Make a key for a program: some rights, some divisions, for some days',
    status: 201,
    body: own.NEW_KEY,
    answer: NEW_KEY_VIEW,
    refuses: [409],
  },
  'DELETE /api/v1/account/keys/:id': { summary: 'Revoke a key', status: 204, refuses: [404] },
  'GET /api/v1/sessions': {
    summary: 'Browser sessions: own ones, or all for who runs the accounts',
    answer: allOf(SESSION_VIEW),
  },
  'DELETE /api/v1/sessions/:id': { summary: 'End a session', status: 204, refuses: [404] },
} as const satisfies Readonly<Record<string, RouteText>>;
