/** Colours of plates as people, platforms and terminals name them, as one code (JT/T 415, JT/T 697.7). */

const NAMES: Readonly<Record<number, readonly string[]>> = {
  0: ['noPlate', 'none', '无牌', '未上牌'],
  1: ['blue', '蓝', '蓝色'],
  2: ['yellow', '黄', '黄色'],
  3: ['black', '黑', '黑色'],
  4: ['white', '白', '白色'],
  5: ['green', '绿', '绿色'],
  9: ['other', '其他', '其它'],
  91: ['agriculturalYellow', '农黄', '农黄色'],
  92: ['agriculturalGreen', '农绿', '农绿色'],
  93: ['yellowGreen', '黄绿', '黄绿色', '黄绿双拼'],
  94: ['gradientGreen', '渐变绿', '渐变绿色'],
};

const CODES: ReadonlyMap<string, number> = new Map(
  Object.entries(NAMES).flatMap(([code, names]) => names.map((name) => [name.toLowerCase(), Number(code)])),
);

/** Code of a colour given as code or name; undefined for a name that nobody knows. */
export function plateColorCode(color: string | number): number | undefined {
  if (typeof color === 'number') return color;
  return /^\d{1,3}$/.test(color) ? Number(color) : CODES.get(color.trim().toLowerCase());
}

/** Whether two say the same colour. Names that nobody knows are the same where they are written the same. */
export function samePlateColor(one: string | number, other: string | number): boolean {
  const code = plateColorCode(one);
  return code === undefined ? one === other : code === plateColorCode(other);
}
