/** The language that is spoken, and what is written by its rules: numbers, sizes, times, names of alarms. */
import { ALARMS_ZH, TEXTS } from './texts.js';

const remembered = localStorage.getItem('language');

export const speech = { language: 'en', texts: TEXTS.en };

/** @param language `zh-CN` or `en`; anything else is English. */
export function speak(language) {
  speech.language = language in TEXTS ? language : 'en';
  speech.texts = TEXTS[speech.language];
}

speak(remembered ?? (navigator.language.startsWith('zh') ? 'zh-CN' : 'en'));

export function count(n) {
  return n.toLocaleString(speech.language);
}

export function bytes(n) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let at = 0;
  let value = n;
  for (; value >= 1024 && at < units.length - 1; at += 1) value /= 1024;
  return `${value.toLocaleString(speech.language, { maximumFractionDigits: value < 10 && at > 0 ? 1 : 0 })} ${units[at]}`;
}

export function rate(n) {
  return n.toLocaleString(speech.language, { maximumFractionDigits: n < 100 ? 1 : 0 });
}

export function alarmText(name) {
  if (speech.language === 'zh-CN') return ALARMS_ZH[name] ?? name;
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

export function ago(iso) {
  if (iso === null || iso === undefined) return '–';
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(iso)) / 1000));
  const format = new Intl.RelativeTimeFormat(speech.language, { style: 'narrow' });
  if (seconds < 60) return format.format(-seconds, 'second');
  if (seconds < 3600) return format.format(-Math.floor(seconds / 60), 'minute');
  if (seconds < 172_800) return format.format(-Math.floor(seconds / 3600), 'hour');
  return format.format(-Math.floor(seconds / 86_400), 'day');
}
