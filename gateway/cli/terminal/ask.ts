/** Asking a terminal, with what can do harm confirmed first. */
import { CommandRefusal } from '../../command/errors.ts';
import { load } from '../../command/cargo.ts';
import type { Answer, AskOptions } from '../../terminal-link/terminal-link.ts';
import { linkOf, type Report, type Tool, ToolFault } from './tool.ts';
import { brieflyOf, valueText } from './event-report.ts';

/** Resolves with the answer. Rejects with LinkFault, or with ToolFault where the body does not fit or nobody confirmed it. */
export async function ask(tool: Tool, type: string, body: unknown, options?: AskOptions): Promise<Answer> {
  const link = linkOf(tool);
  const danger = dangerIn(type, link.speaker?.revision ?? 2013, body);
  if (danger !== undefined) {
    const whom = link.speaker?.terminal ?? '';
    const question = {
      'zh-CN': `可能造成损害（${danger}），确定发送给 ${whom}？`,
      en: `this can do harm (${danger}); send it to ${whom}?`,
    };
    if (!(await tool.confirm(question))) throw new ToolFault({ 'zh-CN': '未发送', en: 'not sent' }[tool.language], 1);
  }
  return link.ask(type, body, options);
}

function dangerIn(type: string, revision: 2011 | 2013 | 2019, body: unknown): string | undefined {
  try {
    return load(type, revision, body).danger;
  } catch (error) {
    if (error instanceof CommandRefusal) throw new ToolFault(error.message, 2);
    throw error;
  }
}

/** What was answered, as it is told. */
export function answerReport(command: string, { name, body }: Answer): Report {
  return {
    json: { type: 'result', command, answer: name, body },
    text: [name === 'terminalAck' ? `${name} ${valueText(body['result'])}` : `${name}  ${brieflyOf(body)}`],
  };
}
