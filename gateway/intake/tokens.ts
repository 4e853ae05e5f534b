/**
 * What is due for a frame, as one number: serial and id of the frame, the result to be answered, and whether
 * an answer is due at all. It travels through the journal and back without an allocation.
 */
import type { Header } from '../../protocol/index.ts';
import { RESULT, type Result } from '../session/effects.ts';

/** Bits above serial (16) and id (16). */
const RESULT_AT = 2 ** 32;
const ANSWER = 2 ** 36;

export function tokenOf(header: Header, result: Result, answer: boolean): number {
  return (answer ? ANSWER : 0) + result * RESULT_AT + ((header.serial << 16) >>> 0) + header.id;
}

/** The same frame, answered with result 1. */
export function failed(token: number): number {
  return ANSWER + RESULT.failure * RESULT_AT + frameOf(token);
}

export const idOf = (token: number): number => token & 0xffff;
export const serialOf = (token: number): number => (token >>> 16) & 0xffff;
export const resultOf = (token: number): number => Math.floor(token / RESULT_AT) & 0xf;
export const wantsAnswer = (token: number): boolean => token >= ANSWER;
/** Tells frames of one terminal apart: serial and id. */
export const frameOf = (token: number): number => token % RESULT_AT;
