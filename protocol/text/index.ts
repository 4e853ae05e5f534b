/** Texts, digits and times between octets and JavaScript. */
export { bcdText, putBcd } from './bcd.ts';
export { divisionOf, idsOfDivision, NO_DIVISION } from './division.ts';
export { gbkSize, gbkText, latin1Text, putGbk, putLatin1 } from './gbk.ts';
export { formatHex, formatId, parseHex } from './hex.ts';
export { bcdTime, formatTime, isBcdTime, parseTime, putBcdTime } from './time.ts';
export type { Charset } from './charset.ts';
