/** Commander's complaints, in Chinese. */

const SAID: readonly (readonly [english: RegExp, chinese: string])[] = [
  [/^error: unknown option '(.+?)'/m, "错误：没有选项 '$1'"],
  [/^error: unknown command '(.+?)'/m, "错误：没有命令 '$1'"],
  [/^error: missing required argument '(.+?)'/m, "错误：缺少参数 '$1'"],
  [/^error: option '(.+?)' argument missing/m, "错误：选项 '$1' 缺少值"],
  [/^error: required option '(.+?)' not specified/m, "错误：必须给出选项 '$1'"],
  [/^error: option '(.+?)' argument '(.*?)' is invalid\./m, "错误：选项 '$1' 的值 '$2' 无效。"],
  [
    /^error: option '(.+?)' value '(.*?)' from env '(.+?)' is invalid\./m,
    "错误：环境变量 '$3' 给选项 '$1' 的值 '$2' 无效。",
  ],
  [/^error: command-argument value '(.*?)' is invalid for argument '(.+?)'\./m, "错误：参数 '$2' 的值 '$1' 无效。"],
  [
    /^error: too many arguments.*Expected (\d+) arguments? but got (\d+).*$/m,
    '错误：参数过多：应为 $1 个，给了 $2 个。',
  ],
  [/^error: option '(.+?)' cannot be used with option '(.+?)'/m, "错误：选项 '$1' 不能与选项 '$2' 同用"],
  [/^give (--\S+) or (--\S+)$/m, '请给出 $1 或 $2 其中之一'],
  [/ Expected a time such as (.+?)\.$/m, '应为时间，如 $1。'],
  [/ Expected a time to come\.$/m, '应为将来的时间。'],
  [/ Expected a duration such as (.+?)\.$/m, '应为时长，如 $1。'],
  [/ Expected a whole number from (\d+)\.$/m, '应为不小于 $1 的整数。'],
  [/ Expected a whole number\.$/m, '应为整数。'],
  [/ Expected the digits of a terminal\.$/m, '应为终端号的数字。'],
  [/ Expected (tcp:\/\/HOST:PORT)\.$/m, '应为 $1。'],
  [/ ?Allowed choices are (.+?)\.$/m, '可选：$1。'],
  [/\(Did you mean (?:one of )?(.+?)\?\)/, '（是否指 $1？）'],
  [/See xingji --help\./, '用法见 xingji --help。'],
  [/^error: /m, '错误：'],
];

/** What is not known stays in English. */
export function chineseError(text: string): string {
  return SAID.reduce((said, [english, chinese]) => said.replace(english, chinese), text);
}
