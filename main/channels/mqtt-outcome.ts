import { ErrorWithReasonCode } from 'mqtt';
import type { Outcome } from '../domain/outcome.ts';
import { outcomeOfDialError } from './connection-outcome.ts';

/** How the client words the refusal of a message, whose code may be that of a refused login. */
const FORBIDS = /^Publish error/;

/** A broker's refusal, by the reason codes of MQTT 3.1.1 (1 to 5) and MQTT 5 (from 128). */
function outcomeOfReason(code: number, words: string): Outcome {
  switch (code) {
    case 1:
    case 132:
      return {
        kind: 'permanent',
        class: 'configuration',
        message: `The broker does not know this version of MQTT (${words}). Choose the other in the field Protocol.`,
      };
    case 2:
    case 133:
      return {
        kind: 'permanent',
        class: 'configuration',
        message: `The broker does not take our client id (${words}). Its settings may restrict client ids.`,
      };
    case 4:
    case 5:
    case 134:
    case 135:
    case 138:
    case 140:
      return {
        kind: 'permanent',
        class: 'authentication',
        message: FORBIDS.test(words)
          ? `The broker does not let this user publish below the field Topic or the discovery prefix (${words}). Allow it in the broker's access list.`
          : `The broker refuses the login (${words}). Check the fields User name and Password.`,
      };
    case 144:
    case 149:
    case 153:
    case 154:
    case 155:
      return {
        kind: 'permanent',
        class: 'rejected',
        message: `The broker does not take this message (${words}). Its settings or its log may say why.`,
      };
    case 150:
    case 151:
    case 159:
      return {
        kind: 'transient',
        class: 'rate_limited',
        message: `The broker asks for fewer messages (${words}).`,
      };
    default:
      return {
        kind: 'transient',
        class: 'server_error',
        message: `The broker could not take the message now (${words}).`,
      };
  }
}

/** What an error of a connection to a broker means. Never throws. */
export function outcomeOfMqttError(error: unknown): Outcome {
  return error instanceof ErrorWithReasonCode
    ? outcomeOfReason(error.code, error.message)
    : outcomeOfDialError(error);
}
