import { expect, test } from 'vitest';
import { credentialsIn } from '../../main/cluster/nats-credentials.ts';

const SEED = `SU${'A'.repeat(56)}`;
const JWT = `-----BEGIN NATS USER JWT-----
eyJ0.eyJq.sig
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${SEED}
------END USER NKEY SEED------
`;

test.each([
  ['a file of nsc', JWT, { type: 'jwt', text: JWT }],
  ['the seed of a key', `${SEED}\n`, { type: 'nkey', seed: SEED }],
  [
    'a user and a password',
    'belfry:p:ss/word\r\n',
    { type: 'password', user: 'belfry', password: 'p:ss/word' },
  ],
])('%s is read', (_name, text, expected) => {
  expect(credentialsIn(text)).toEqual(expected);
});

test.each(['', 'belfry', ':password', 'user:', 'user:two words', `S${SEED}`, 'a:b\nc:d'])(
  '%j is refused',
  (text) => {
    expect(credentialsIn(text)).toBeNull();
  },
);
