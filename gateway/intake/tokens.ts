/**
 * What is due for a frame, as one number: serial and id of the frame, the result to be answered, whether an
 * answer is due at all, and its place among the recent frames of its terminal. It travels through the journal
 * and back without an allocation, and just fits the 53 bits of a safe integer.
 */
import type { Header } from '../../protocol/index.ts';
import { RESULT, type Result } from '../session/effects.ts';

/** Bits above serial (16) and id (16). */
const RESULT_AT = 2 ** 32;
const ANSWER = 2 ** 36;
const PLACE_AT = 2 ** 37;

/** `place` is what `RecentFrames` gave the frame; 0 where it was not remembered. */
export function tokenOf(header: Header, result: Result, answer: boolean, place = 0): number {
  return place * PLACE_AT + (answer ? ANSWER : 0) + result * RESULT_AT + ((header.serial << 16) >>> 0) + header.id;
}

/** The same frame, answered with result 1. */
export function failed(token: number): number {
  return placeOf(token) * PLACE_AT + ANSWER + RESULT.failure * RESULT_AT + (token % RESULT_AT);
}

export const idOf = (token: number): number => token & 0xffff;
export const serialOf = (token: number): number => (token >>> 16) & 0xffff;
export const resultOf = (token: number): number => Math.floor(token / RESULT_AT) & 0xf;
export const wantsAnswer = (token: number): boolean => token % PLACE_AT >= ANSWER;
export const placeOf = (token: number): number => Math.floor(token / PLACE_AT);
