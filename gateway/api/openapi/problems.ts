/** Problem details as they are described, and what each status says. */
import { Type } from 'typebox';

const FAULT = Type.Object({ path: Type.String(), detail: Type.String() });

export const PROBLEM = Type.Object(
  {
    type: Type.String({ format: 'uri' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable, for programs.' }),
    detail: Type.String({ description: 'For people.' }),
    faults: Type.Optional(Type.Array(FAULT, { description: 'What is wrong with a body or a query, part by part.' })),
  },
  { description: 'RFC 9457' },
);

export const PROBLEM_MEANINGS: Readonly<Record<number, string>> = {
  400: 'The request is not in form',
  401: 'Nobody is signed in',
  403: 'The account has not the right, or another person is needed',
  404: 'There is no such thing, or it lies outside of what the account may see',
  409: 'It stands otherwise than the request takes it to',
  412: 'It changed since it was read',
  413: 'The body is too large',
  415: 'The body is of another type than the route takes',
  416: 'The range lies outside of the file',
  422: 'In form, and it cannot be done',
  429: 'Too many requests',
  500: 'A fault of the gateway',
  503: 'Not now: try again later',
};
