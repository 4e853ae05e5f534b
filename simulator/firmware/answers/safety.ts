/** Active safety: the evidence of an alarm is asked for (0x9208), and a file has come (0x9212, on the link of the files). */
import { type Answer, type Answers } from './answering.ts';
import { evidenceKey } from '../safety.ts';

const upload: Answer<0x9208> = ({ terminal, effects }, body) => {
  const { serverAddress, tcpPort, identification, alarmNumber } = body;
  const files = terminal.kept?.evidence.get(evidenceKey(identification));
  // Over TCP only, as all known servers of attachments.
  if (files === undefined || tcpPort === 0) return 'failure';
  effects.push({
    kind: 'attach',
    order: { host: serverAddress, port: tcpPort, identification, alarmNumber, files },
  });
  return 'success';
};

export const ANSWER_SAFETY: Answers = {
  0x9208: upload,
  // Belongs on the other link: here it is an answer to nothing.
  0x9212: () => 'answered',
};
