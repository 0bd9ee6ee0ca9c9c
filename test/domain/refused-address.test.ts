import { describe, expect, test } from 'vitest';
import { isRefusedAddress, isRefusedHost } from '../../main/domain/refused-address.ts';

describe('metadata services', () => {
  test.each([
    '169.254.169.254',
    '169.254.170.2',
    '169.254.0.1',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
    'fd00:ec2::254',
    'fd00:0ec2:0:0:0:0:0:254',
    'fd00:ec2::23',
    'fd20:ce::254',
    'FD20:00CE::0254',
    'fd00:c1::a9fe:a9fe',
    'fd00:42::42',
    'fd00:a9fe:a9fe::1',
    'fd00:100::100:200',
    'fe80::a9fe:a9fe',
    'fe80::1%eth0',
    'febf::1',
  ])('%s is refused', (host) => {
    expect(isRefusedHost(host)).toBe(true);
  });
});

describe('other spellings', () => {
  test.each([
    ['decimal', '2852039166'],
    ['hexadecimal', '0xa9fea9fe'],
    ['hexadecimal parts', '0xA9.0xfe.0xa9.0xfe'],
    ['octal', '0251.0376.0251.0376'],
    ['two parts', '169.16689662'],
    ['three parts', '169.254.43518'],
    ['a dot at the end', '169.254.169.254.'],
    ['full-width digits', '１６９.254.169.254'],
    ['percent escapes', '%31%36%39.254.169.254'],
    ['decimal, another cloud', '1684301000'],
    ['mapped', '::ffff:169.254.169.254'],
    ['mapped, hexadecimal', '::ffff:a9fe:a9fe'],
    ['mapped with a zone', '::ffff:169.254.169.254%2'],
    ['mapped, another cloud', '::ffff:100.100.100.200'],
    ['compatible', '::169.254.169.254'],
    ['compatible, hexadecimal', '::a9fe:1'],
    ['compatible, another cloud', '::c000:c0'],
    ['translated', '::ffff:0:169.254.169.254'],
    ['NAT64', '64:ff9b::169.254.169.254'],
    ['NAT64, hexadecimal', '64:ff9b::a9fe:aa02'],
    ['local NAT64, 96 bits', '64:ff9b:1::a9fe:a9fe'],
    ['local NAT64, 96 bits, with a subnet', '64:ff9b:1:fffe:1:2:a9fe:a9fe'],
    ['local NAT64, 48 bits', '64:ff9b:1:a9fe:a9:fe00::'],
    ['local NAT64, 56 bits', '64:ff9b:1:a9:fe:a9fe::'],
    ['local NAT64, 64 bits', '64:ff9b:1:1:a9:fea9:fe00:0'],
    ['6to4', '2002:a9fe:a9fe::1'],
    ['6to4, another cloud', '2002:6464:64c8::'],
    ['Teredo, its server', '2001:0:a9fe:a9fe::'],
    ['Teredo, its client', '2001:0:1:2:3:4:5601:5601'],
    ['ISATAP', '2001:db8::5efe:169.254.1.1'],
    ['ISATAP, global', '2001:db8::200:5efe:a9fe:a9fe'],
    ['under a prefix of a network', '2001:db8:64::169.254.169.254'],
  ])('%s is refused (%s)', (_, host) => {
    expect(isRefusedHost(host)).toBe(true);
  });
});

describe('what a lab has', () => {
  test.each([
    '10.0.0.5',
    '192.168.1.20',
    '172.16.3.4',
    '100.64.0.7',
    '100.100.100.100',
    '192.0.0.193',
    '127.0.0.1',
    'fd12:3456:789a::254',
    'fd00:ec2:1::254',
    'fd7a:115c:a1e0::1',
    '::1',
    '::ffff:192.168.1.20',
    '64:ff9b::192.168.1.20',
    '2002:c0a8:114::1',
    '2001:db8::a9fe:1',
    'fec0::1',
    'nas.lan',
    'localhost',
    '169.254.example.org',
    '168.63.129.17',
    'no host at all',
    '',
  ])('%s is not', (host) => {
    expect(isRefusedHost(host)).toBe(false);
  });
});

test.each([
  'http://169.254.169.254/latest/meta-data',
  'https://ann:pw@[fd20:ce::254]:8443/x?y=z',
  'mqtt://0xa9fea9fe:1883',
  'mqtts://[::ffff:a9fe:a9fe]',
  'fd00:ec2::254',
  '2852039166',
])('%s of a configuration is refused', (address) => {
  expect(isRefusedAddress(address)).toBe(true);
});

test.each(['http://nas.lan/169.254.169.254', 'mqtt://192.168.1.20', 'smtp.example.org', 'mail'])(
  '%s of a configuration is not',
  (address) => {
    expect(isRefusedAddress(address)).toBe(false);
  },
);
