import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { mockServices } from '@backstage/backend-test-utils';
import { writeAuthorities } from './writeAuthorities';

const OWN = '-----BEGIN CERTIFICATE-----\nb3du\n-----END CERTIFICATE-----\n';

describe('writeAuthorities', () => {
  let root: string;
  let file: string;
  const logger = mockServices.logger.mock();
  const write = (
    environment: Record<string, string>,
    systemLists = [join(root, 'company.pem')],
  ) =>
    writeAuthorities({
      ...{ environment, systemLists, logger },
      folder: join(root, 'work'),
    });

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'authorities-'));
    file = join(root, 'company.pem');
    await writeFile(file, OWN);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('adds those of NODE_EXTRA_CA_CERTS to those of the public', async () => {
    const path = await write({ NODE_EXTRA_CA_CERTS: file });
    const written = await readFile(path ?? '', 'utf8');
    expect(written).toContain(OWN);
    expect(written).toContain(rootCertificates[0]);
  });

  it.each(['GIT_SSL_CAINFO', 'SSL_CERT_FILE', 'SSL_CERT_DIR'])(
    'leaves programs to %s',
    async name => {
      const environment = { NODE_EXTRA_CA_CERTS: file, [name]: '/ca' };
      expect(await write(environment)).toBeUndefined();
      expect(await write({ [name]: '/ca' }, [])).toBeUndefined();
    },
  );

  it('gives those of the public to a system that has no list', async () => {
    const path = await write({}, [join(root, 'nope.crt')]);
    const written = await readFile(path ?? '', 'utf8');
    expect(written).toContain(rootCertificates[0]);
  });

  it('leaves programs to the system where nothing is said', async () => {
    expect(await write({})).toBeUndefined();
  });

  it('keeps the list where nobody else can change it', async () => {
    const path = await write({ NODE_EXTRA_CA_CERTS: file });
    expect((await stat(dirname(path ?? ''))).mode & 0o777).toBe(0o700);
  });

  it('writes nothing behind a link that somebody put in its place', async () => {
    await mkdir(join(root, 'elsewhere'));
    await symlink(join(root, 'elsewhere'), join(root, 'work'));
    expect(await write({ NODE_EXTRA_CA_CERTS: file })).toBeUndefined();
    expect(await readdir(join(root, 'elsewhere'))).toEqual([]);
  });

  it('says that a file cannot be read, and goes on', async () => {
    const environment = { NODE_EXTRA_CA_CERTS: join(root, 'nope.pem') };
    expect(await write(environment)).toBeUndefined();
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('trusts: ENOENT'),
    );
  });
});
