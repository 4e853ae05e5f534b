/**
 * The number of an alarm (报警标识号), under which its evidence is asked for and sent. T/JSATL 12-2017 table 16.
 *
 * Sixteen octets there. Where provinces build on 808-2019 the terminal's id has thirty, and what follows differs.
 */
import { ascii, octets, struct, time, u8 } from '../schema/field.ts';

const identification = (idSize: number, reserved: number) =>
  struct({
    terminalId: ascii(idSize).about('终端ID', 'as in 0x0100'),
    time: time.about('时间'),
    sequence: u8.about('序号', 'among alarms of the same second, from 0'),
    attachmentCount: u8.about('附件数量'),
    reserved: octets(reserved).about('预留'),
  }).about('报警标识号');

/** T/JSATL 12-2017 and DB32/T 3610.3-2019. */
export const IDENTIFICATION = identification(7, 1);
/** The type of an identification in a layout. */
export type Identification = typeof IDENTIFICATION;

/** Layouts of provinces, by the name that a body in one of them has as `layout`: 40, 39 and 38 octets. */
export const PROVINCES = {
  guangdong: identification(30, 2),
  sichuan: identification(30, 1),
  heilongjiang: identification(30, 0),
} as const;
/** A province whose layout is another. */
export type Province = keyof typeof PROVINCES;
