/** Errors as RFC 9457 problem details, all of them: what a route refuses, what fastify refuses, and what broke. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifySchemaValidationError } from 'fastify';
import type { Logger } from '../observe/log.ts';

export interface ProblemFault {
  readonly path: string;
  readonly detail: string;
}

/** Thrown by routes. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  /** Stable, for programs. */
  readonly code: string;
  readonly faults: readonly ProblemFault[];

  constructor(status: number, code: string, detail: string, faults: readonly ProblemFault[] = []) {
    super(detail);
    this.status = status;
    this.code = code;
    this.faults = faults;
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  412: 'Changed since it was read',
  413: 'Request too large',
  414: 'Address too long',
  415: 'Not JSON',
  416: 'Outside of the file',
  422: 'Cannot be done',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  503: 'Not available',
};

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

function body(problem: Problem): string {
  return JSON.stringify({
    type: `urn:xingji:problem:${problem.code}`,
    title: TITLES[problem.status] ?? 'Error',
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    ...(problem.faults.length === 0 ? {} : { faults: problem.faults }),
  });
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="xingji"');
  if (problem.status === 503) void reply.header('retry-after', '5');
  return reply.code(problem.status).header('cache-control', 'no-store').type(PROBLEM_TYPE).send(body(problem));
}

const NAMED: Readonly<Record<string, readonly [code: string, detail: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large', 'The request body is larger than http.bodyLimit.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['media-type', 'The body must be application/json.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['body', 'The body is empty.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['body', 'The body is not JSON.'],
};

function validationFaults(error: FastifyError): readonly ProblemFault[] {
  return (error.validation ?? []).map((each) => {
    const { missingProperty, additionalProperty, allowedValues } = each.params;
    const extra = missingProperty ?? additionalProperty;
    const path = `${each.instancePath}${typeof extra === 'string' ? `/${extra}` : ''}`.slice(1).replaceAll('/', '.');
    if (additionalProperty !== undefined) return { path, detail: 'is not a known field' };
    if (missingProperty !== undefined) return { path, detail: 'is missing' };
    const choices = Array.isArray(allowedValues) ? `: ${allowedValues.join(', ')}` : '';
    // The fault of a whole body has no path.
    return { path: path || (error.validationContext ?? 'body'), detail: `${inWords(each)}${choices}` };
  });
}

/** `^(open|closed)$`, or several of them with commas between. */
const CHOICE = /^\^\(([\w|]+)\)(\(,\(\1\)\)\*)?\$$/;

/** What a validator says of patterns and lengths is for whoever wrote the schema; this is for whoever wrote the request. */
function inWords({ keyword, params, message = 'is not in form' }: FastifySchemaValidationError): string {
  if (keyword === 'minLength' && params['limit'] === 1) return 'must not be empty';
  if (keyword !== 'pattern') return message;
  const pattern = String(params['pattern']);
  if (pattern === '\\S') return 'must not be blank';
  const [, names, several] = CHOICE.exec(pattern) ?? [];
  if (names === undefined) return message;
  return `must be ${several === undefined ? 'one' : 'some, with commas between,'} of ${names.replaceAll('|', ', ')}`;
}

/** What fastify found wrong with a request. */
export function requestProblem(error: Partial<FastifyError>): Problem {
  const [code, detail] = NAMED[error.code ?? ''] ?? ['request', error.message ?? 'The request cannot be read.'];
  return new Problem(error.statusCode ?? 400, code, detail);
}

/** Undefined for what is no fault of the request. */
function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  const thrown = error as Partial<FastifyError>;
  if (thrown.validation !== undefined) {
    const faults = validationFaults(thrown as FastifyError);
    const first = faults[0];
    return new Problem(
      400,
      'validation',
      first === undefined ? 'Not in form.' : `${first.path}: ${first.detail}`,
      faults,
    );
  }
  return (thrown.statusCode ?? 500) >= 500 ? undefined : requestProblem(thrown);
}

/** Has every error of an instance answered as a problem. What broke on our side is logged and not told. */
export function answerWithProblems(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem === undefined) log.error({ error, method: request.method, url: request.url }, 'request failed');
    return sendProblem(
      reply,
      problem ?? new Problem(500, 'internal', 'The gateway met a fault of its own; its log says which.'),
    );
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, new Problem(404, 'no-route', `There is no ${request.method} at this address.`)),
  );
}

/** What goes to a peer whose request was no HTTP: there is no reply object then. */
export function rawProblem(status: 400 | 431): string {
  const text = body(new Problem(status, 'request', 'The request is not HTTP that can be read.'));
  const head = [
    `HTTP/1.1 ${status} ${TITLES[status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${text}`;
}
