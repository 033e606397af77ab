import { compileEgressPolicy, guardedKindOf } from './EgressPolicy';

describe('guardedKindOf', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.9.9.9', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['fe80::1', 'link-local'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['fd12::1', 'private'],
    ['64:ff9b::a00:1', 'private'],
    ['0.0.0.0', 'reserved'],
    ['::', 'reserved'],
    ['224.0.0.1', 'reserved'],
    ['168.63.129.16', 'cloud-metadata'],
    ['100.100.100.200', 'cloud-metadata'],
    ['192.0.0.192', 'cloud-metadata'],
    ['fd00:ec2::254', 'cloud-metadata'],
    ['fd20:ce::254', 'cloud-metadata'],
    ['192.0.2.1', 'reserved'],
    ['192.88.99.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['198.51.100.1', 'reserved'],
    ['203.0.113.1', 'reserved'],
    ['255.255.255.255', 'reserved'],
    ['fec0::1', 'private'],
    ['fe80::1%eth0', 'link-local'],
    ['0:0:0:0:0:ffff:7f00:1', 'loopback'],
    ['::127.0.0.1', 'loopback'],
    ['::ffff:0:10.0.0.1', 'private'],
    ['::ffff:169.254.169.254', 'link-local'],
    ['64:ff9b::169.254.169.254', 'link-local'],
    ['64:ff9b:1::a00:1', 'reserved'],
    ['100::1', 'reserved'],
    ['2001::1', 'reserved'],
    ['2001:db8::1', 'reserved'],
    ['2002:a00:1::', 'reserved'],
    ['3fff::1', 'reserved'],
    ['5f00::1', 'reserved'],
    ['ff02::1', 'reserved'],
  ])('%s is %s', (address, kind) => {
    expect(guardedKindOf(address)).toBe(kind);
  });

  it.each([
    '1.1.1.1',
    '172.32.0.1',
    '168.63.129.17',
    '2606:4700::1111',
    '2001:4860:4860::8888',
    '2a00:1450::1',
    '64:ff9b::101:101',
    '::ffff:1.1.1.1',
  ])('%s is public', address => {
    expect(guardedKindOf(address)).toBeUndefined();
  });
});

describe('compileEgressPolicy', () => {
  it('refuses guarded addresses unless told', () => {
    const rules = compileEgressPolicy({});
    expect(rules.refusalOf('127.0.0.1')).toBe('loopback');
    expect(rules.refusalOf('10.0.0.1')).toBe('private');
    expect(rules.refusalOf('8.8.8.8')).toBeUndefined();
  });

  it('opens loopback alone by its switch', () => {
    const rules = compileEgressPolicy({ allowLoopback: true });
    expect(rules.refusalOf('127.0.0.1')).toBeUndefined();
    expect(rules.refusalOf('::1')).toBeUndefined();
    expect(rules.refusalOf('169.254.169.254')).toBe('link-local');
  });

  it('opens networks and addresses', () => {
    const rules = compileEgressPolicy({ allow: ['10.1.0.0/16', '::1'] });
    expect(rules.refusalOf('10.1.2.3')).toBeUndefined();
    expect(rules.refusalOf('::ffff:10.1.2.3')).toBeUndefined();
    expect(rules.refusalOf('10.2.0.1')).toBe('private');
    expect(rules.refusalOf('::1')).toBeUndefined();
  });

  it.each([
    ['registry.corp', true],
    ['REGISTRY.corp.', true],
    ['a.dev.corp', true],
    ['dev.corp', false],
    ['evil-registry.corp', false],
    ['registry.corp.evil.org', false],
  ])('knows hosts by name: %s %s', (host, allowed) => {
    const rules = compileEgressPolicy({
      allow: ['registry.corp', '*.dev.corp'],
    });
    expect(rules.allowsHost(host)).toBe(allowed);
  });

  it('rejects what looks like a network and is none', () => {
    expect(() => compileEgressPolicy({ allow: ['corp/8'] })).toThrow(
      '"corp/8" is not an IP address or network',
    );
  });
});
