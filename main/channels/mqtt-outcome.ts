import { ErrorWithReasonCode } from 'mqtt';
import type { FailureReason } from '../contract/reasons/failure-reasons.ts';
import type { Outcome, PermanentClass } from '../domain/outcome.ts';
import { outcomeOfDialError } from './connection-outcome.ts';

/** How the client words the refusal of a message, whose code may be that of a refused login. */
const FORBIDS = /^Publish error/;

/** A broker's refusal, by the reason codes of MQTT 3.1.1 (1 to 5) and MQTT 5 (from 128). */
function outcomeOfReason(code: number, receiverText: string): Outcome {
  const answer = { service: 'broker', status: `MQTT ${code}` };
  const permanent = (failureClass: PermanentClass, reason: FailureReason): Outcome => ({
    kind: 'permanent',
    class: failureClass,
    reason,
    receiverText,
  });
  switch (code) {
    case 1:
    case 132: {
      const params = { fields: ['mqtt.protocol'] };
      return permanent('configuration', { code: 'failure.mqtt_version', params });
    }
    case 2:
    case 133:
      return permanent('configuration', { code: 'failure.mqtt_client_id', params: {} });
    case 4:
    case 5:
    case 134:
    case 135:
    case 138:
    case 140: {
      const isForbidden = FORBIDS.test(receiverText);
      const fields = isForbidden
        ? ['mqtt.topic', 'mqtt.discoveryPrefix']
        : ['mqtt.username', 'mqtt.password'];
      return permanent('authentication', {
        code: isForbidden ? 'failure.topic_forbidden' : 'failure.credentials_refused',
        params: { ...answer, fields },
      });
    }
    case 144:
    case 149:
    case 153:
    case 154:
    case 155:
      return permanent('rejected', {
        code: 'failure.rejected',
        params: { ...answer, fields: [] },
      });
    case 150:
    case 151:
    case 159: {
      const reason = { code: 'failure.rate_limited', params: answer } as const;
      return { kind: 'transient', class: 'rate_limited', reason, receiverText };
    }
    default: {
      const reason = { code: 'failure.unavailable', params: answer } as const;
      return { kind: 'transient', class: 'server_error', reason, receiverText };
    }
  }
}

/** What an error of a connection to a broker means. Never throws. */
export function outcomeOfMqttError(error: unknown): Outcome {
  return error instanceof ErrorWithReasonCode
    ? outcomeOfReason(error.code, error.message)
    : outcomeOfDialError(error, 'mqtt.certificate');
}
