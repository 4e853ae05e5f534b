/**
 * Schema checks. Bodies are taken as they are: nothing is coerced, nothing removed. Query and path are text by nature,
 * so there `limit=10` is the number 10.
 */
import { Ajv } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import type { FastifySchemaCompiler } from 'fastify';

type Schema = object;

function compiler(coerceTypes: boolean): Ajv {
  const ajv = new Ajv({ allErrors: true, coerceTypes, removeAdditional: false, useDefaults: true });
  ajv.addFormat('date-time', fullFormats['date-time']);
  return ajv;
}

export function validatorCompiler(): FastifySchemaCompiler<Schema> {
  const strict = compiler(false);
  const lenient = compiler(true);
  return ({ schema, httpPart }) => (httpPart === 'body' ? strict : lenient).compile(schema);
}
