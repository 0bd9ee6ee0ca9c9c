import { describe, expect, test } from 'vitest';
import {
  addressWithoutCredentials,
  isCredentialName,
  redactedText,
  textWithoutLinkCredentials,
} from '../../main/base/credentials.ts';
import { cpuMs } from '../support/cpu-time.ts';

/** Half a million characters take some 100 ms; in quadratic time they would take minutes. */
const LINEAR_MS_MAX = 5_000;

/** The credential in every text below. */
const SECRET = 'hunter2';

describe('text without credentials', () => {
  test.each([
    ['a member of JSON', '{"password":"hunter2","host":"nas"}'],
    ['one that is a number', '{"api_token": 20250, "pin_secret": "hunter2"}'],
    ['a list of them', '{"tokens":["hunter2","hunter2"],"host":"nas"}'],
    ['a value that the sender forgot to quote', '{"password": hunter2}'],
    ['JSON that was cut off within it', '{"host":"nas","client_secret":"hunter2'],
    ['JSON within JSON', String.raw`{"data":"{\"password\":\"hunter2\",\"a\":1}"}`],
    ['a quote within it', String.raw`{"token":"hun\"hunter2"}`],
    ['other names for it', '{"pwd":"hunter2","private_key":"hunter2","x-gotify-key":"hunter2"}'],
    ['a form', 'password=hunter2&title=t'],
    ['a query', 'see https://nas.lan/?auth=hunter2&x=1'],
    ['an address with user and password', 'see https://admin:hunter2@nas.lan/x'],
    ['an address with a password alone', 'redis://:hunter2@nas.lan:6379'],
    ['a header', 'Authorization: Bearer hunter2hunter2'],
    ['a header in curl', `-H 'X-Api-Key: hunter2' https://nas.lan`],
    ['Basic in running text', 'sent with Basic aHVudGVyMjpodW50ZXIy'],
    ['a field of YAML', 'password: hunter2\nhost: nas'],
    [
      'a later line of a text in JSON',
      String.raw`{"message":"failed\npassword=hunter2\nauth: hunter2"}`,
    ],
    [
      'an address as Go writes it into JSON',
      String.raw`{"url":"https://nas/?a=1\u0026token=hunter2"}`,
    ],
    ['a quoted value', `password="hunter2" secret = 'hunter2, hunter2'`],
    ['a quoted value in JSON', String.raw`{"message":"token=\"hunter2 hunter2\""}`],
    ['what Python prints', `{'token': 'hunter2', 'host': 'nas'}`],
    [
      'a list or an object within it',
      '{"token":{"a":{"b":"hunter2"}},"secrets":[["x"],"hunter2"]}',
    ],
    ['JSON in a form', 'data=%7B%22password%22%3A%22hunter2%22%2C%22token%22%3A+%22hunter2%22%7D'],
    ['a whole address in a query', 'next=https%3A%2F%2Fnas%2F%3Ftoken%3Dhunter2%26x%3D1'],
    ['names of keys and of short passwords', '{"tlsKey":"hunter2"} SMTP_PASS=hunter2'],
    ['options of a command', `x --password hunter2 --api-key 'hunter2' -u admin:hunter2 https://a`],
    ['options in JSON', String.raw`{"cmd":"x --token \"hunter2\" --pwd hunter2\nend"}`],
    ['names and values apart', '{"env":[{"name":"DB_PASSWORD","value":"hunter2"}]}'],
    ['Basic without a digit', '["Authorization", "Basic aHVudGVyMjphaHVu"]'],
    ['a token as the user of an address', 'clone https://ghp_hunter2hunter2hunter2@nas.lan/x'],
    ['a signature in a query', 'see https://nas/?a=1&sig=hunter2'],
    ['a token of a known form', 'sent with eyJhbGciOiJI.eyJzdWIiOiIx.hunter2 to it'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----'],
    [
      'a part of a multipart form',
      '--b\r\nContent-Disposition: form-data; name="token"\r\n\r\nhunter2\r\n--b--\r\n',
    ],
  ])('%s', (_where, text) => {
    const clean = redactedText(text);
    expect(clean).toContain('[redacted]');
    expect(clean).not.toContain(SECRET);
    expect(clean).not.toContain('aHVudGVyMjp');
    expect(clean).not.toContain('20250');
  });

  test.each([
    'The token of the ring was lost.',
    '{"author":"Ann","key":"disk0","keyboard":"de","monitor":{"name":"auth server"}}',
    'see https://nas.lan/x?title=a@b and mail root@pam',
    '{"message":"Basic health is good","host":"nas"}',
    'https://nas.lan:8443/users/@me',
    '{"cmd":"sort -u --key-file --token","name":"token","kind":"value"}',
    'ssh://backup@nas.lan/pool',
    '--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nDoor\r\n--b--\r\n',
  ])('leaves %s as it is', (text) => {
    expect(redactedText(text)).toBe(text);
  });

  test('stays JSON that can be read again', () => {
    const body = {
      host: 'nas',
      auth_token: 'hunter2',
      secrets: ['hunter2'],
      pin_secret: 4711,
      n: 1,
    };
    expect(JSON.parse(redactedText(JSON.stringify(body)))).toEqual({
      ...body,
      auth_token: '[redacted]',
      secrets: '[redacted]',
      pin_secret: '[redacted]',
    });
    const nested = { data: JSON.stringify({ password: 'hunter2', a: 1 }) };
    const read = JSON.parse(redactedText(JSON.stringify(nested))) as { data: string };
    expect(JSON.parse(read.data)).toEqual({ password: '[redacted]', a: 1 });
  });

  test.each([
    ['quotes', 'the job "token=hunter2" failed', 'the job "token=[redacted]" failed'],
    ['a quoted value', 'password="hunter2" failed', 'password="[redacted]" failed'],
    ['a backslash at its end', 'token=hunter2\\', 'token=[redacted]\\'],
    ['nothing behind it', 'no password=', 'no password='],
    ['an encoded value', '"token%3Dhunter2"', '"token%3D[redacted]"'],
    ['a cut key', '"-----BEGIN PRIVATE KEY-----\n"', '"-----BEGIN PRIVATE KEY-----[redacted]"'],
  ])('stays JSON around a message with %s', (_what, message, clean) => {
    const nested = JSON.stringify({ message, n: 1 });
    for (const text of [message, nested]) {
      const read = JSON.parse(redactedText(JSON.stringify({ text, host: 'nas' }))) as {
        text: string;
        host: string;
      };
      expect(read.host).toBe('nas');
      const said: unknown = text === nested ? JSON.parse(read.text) : { message: read.text, n: 1 };
      expect(said).toEqual({ message: clean, n: 1 });
    }
  });

  test('takes no longer for hostile text', () => {
    const hostile = [`"token${'a'.repeat(500_000)}`, '"'.repeat(500_000), 'secret'.repeat(90_000)];
    hostile.push('"token":{'.repeat(60_000), '"token":["'.repeat(60_000), 'Basic '.repeat(90_000));
    hostile.push('token=\\'.repeat(90_000), `token=${'\\'.repeat(500_000)}"`);
    hostile.push('"token":[['.repeat(60_000), `"token":{${'{a'.repeat(250_000)}`);
    hostile.push('"name":"token","value":"'.repeat(25_000), '--token '.repeat(90_000));
    hostile.push('//'.repeat(250_000), `//${'a'.repeat(500_000)}`, '-u a'.repeat(120_000));
    hostile.push('token%3D%'.repeat(60_000), '-----BEGIN PRIVATE KEY-----'.repeat(20_000));
    for (const text of [...hostile, '\\"'.repeat(250_000), '://'.repeat(200_000)]) {
      expect(cpuMs(() => redactedText(text))).toBeLessThan(LINEAR_MS_MAX);
    }
  });
});

describe('names of credentials', () => {
  test.each([
    ...['sig', 'Signature', 'X-Amz-Signature', 'X-Amz-Credential', 'X-Amz-Security-Token', 'sas'],
    ...['apikey', 'api_key', 'api-key', 'APIKey', 'X-Api-Key', 'key', 'routing_key', 'license_key'],
    ...[
      'token',
      'accesstoken',
      'access_token',
      'authToken',
      'refresh-token',
      'auth',
      'Authorization',
    ],
    ...['password', 'passwd', 'pw', 'pwd', 'pass', 'userPassword', 'passphrase', 'otp', 'pin'],
    ...['secret', 'clientSecret', 'jwt', 'hmac', 'sid', 'sessionId', 'session', 'Cookie', 'csrf'],
    ...['x-gotify-key', 'x-authentik-jwt', 'oauth_nonce', 'credential', 'bearer', 'sign'],
  ])('%s is one', (name) => {
    expect(isCredentialName(name)).toBe(true);
  });

  test.each([
    ...['orgId', 'panel', 'viewPanel', 'from', 'to', 'var-host', 'var-key', 'g0.expr', 'filter'],
    ...['dedupKey', 'groupKey', 'sort_key', 'keyword', 'monkey', 'author', 'signal', 'passed'],
    ...['design', 'assigned', 'page', 'id', 'q', 'uuid', 'host', 'code', 'status', ''],
  ])('%s is none', (name) => {
    expect(isCredentialName(name)).toBe(false);
  });
});

describe('an address without credentials', () => {
  test.each([
    ['https://nas/x?apikey=hunter2', 'https://nas/x'],
    ['https://nas/x?apikey=hunter2&orgId=1&panel=2', 'https://nas/x?orgId=1&panel=2'],
    ['https://nas/x?orgId=1&api%5Fkey=hunter2&panel=2', 'https://nas/x?orgId=1&panel=2'],
    ['https://nas/x?orgId=1&sig=hunter2', 'https://nas/x?orgId=1'],
    ['https://nas/x?a=1&amp;token=hunter2&amp;b=2', 'https://nas/x?a=1&amp;b=2'],
    ['https://nas/x?a=1\\u0026token=hunter2', 'https://nas/x?a=1'],
    ['https://nas/x?a=1;token=hunter2', 'https://nas/x?a=1'],
    ['https://ann:hunter2@nas:8443/x?a=1', 'https://nas:8443/x?a=1'],
    ['https://hunter2@nas/', 'https://nas/'],
    ['https://nas/#access_token=hunter2&state=1', 'https://nas/#state=1'],
    ['https://nas/#/alerts?token=hunter2&filter=a', 'https://nas/#/alerts?filter=a'],
    ['https://nas/f?code=hunter2hunter2hunter2', 'https://nas/f'],
    ['https://nas/f?t=eyJhbGciOiJI.eyJzdWIiOiIx.hunter2', 'https://nas/f'],
    [
      'https://sso/?next=https%3A%2F%2Fnas%2F%3Ftoken%3Dhunter2%26x%3D1&b=2',
      'https://sso/?next=https%3A%2F%2Fnas%2F%3Fx%3D1&b=2',
    ],
    ['postgres://ann:hunter2@db/x?sslmode=off', 'postgres://db/x?sslmode=off'],
  ])('%s', (address, clean) => {
    expect(addressWithoutCredentials(address)).toBe(clean);
  });

  test.each([
    'https://grafana.lan/d/abc/disk?orgId=1&viewPanel=2&from=now-1h&to=now&var-key=sda&var-host=nas',
    'http://prometheus:9090/graph?g0.expr=up+%3D%3D+0%7Btoken%3D%22a%22%7D&g0.tab=1',
    'http://am:9093/#/alerts?silenced=false&filter=%7Balertname%3D%22Up%22%7D',
    'https://status.lan/page?code=503&id=550e8400-e29b-41d4-a716-446655440000',
    'https://nas.lan:8443/users/@me?x=a@b#top',
    'https://wiki/?next=%2Frunbook%3Fpage%3D2',
    'mailto:ann@nas.lan',
    'no address',
    '',
  ])('%s stays as it is', (address) => {
    expect(addressWithoutCredentials(address)).toBe(address);
  });

  test('in running text, each of them', () => {
    expect(
      textWithoutLinkCredentials(
        'See (https://ann:hunter2@nas/x?token=hunter2), then <https://b/?a=1&key=hunter2>. [log](http://c/?sig=hunter2) token=4',
      ),
    ).toBe('See (https://nas/x), then <https://b/?a=1>. [log](http://c/) token=4');
  });

  test('takes no longer for hostile text', () => {
    const hostile = ['a://'.repeat(200_000), `https://a/?${'&'.repeat(500_000)}`];
    hostile.push(`https://a/?${'x=%'.repeat(200_000)}`, `https://${'a@'.repeat(300_000)}`);
    hostile.push(
      `https://a/${')'.repeat(500_000)}`,
      '-eyJ'.repeat(200_000),
      'eyJa.'.repeat(200_000),
    );
    hostile.push(`https://a/?n=${'%2Fa%3F'.repeat(90_000)}`, 'a+.-'.repeat(200_000));
    for (const text of hostile) {
      expect(cpuMs(() => textWithoutLinkCredentials(text))).toBeLessThan(LINEAR_MS_MAX);
      expect(cpuMs(() => redactedText(text))).toBeLessThan(LINEAR_MS_MAX);
    }
  });
});
