import { Client } from 'pg';
import { startPostgres } from './postgres';

describe('startPostgres', () => {
  it('serves an empty database and leaves nothing running', async () => {
    const postgres = await startPostgres();
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    const { rows } = await client.query(
      "select current_setting('server_version_num')::int / 10000 as major",
    );
    expect(rows).toEqual([{ major: 18 }]);
    await client.end();
    await postgres.stop();
    const late = new Client({ connectionString: postgres.url });
    await expect(late.connect()).rejects.toThrow('ECONNREFUSED');
  }, 300_000);

  it('keeps what was committed through a crash', async () => {
    const postgres = await startPostgres();
    const client = new Client({ connectionString: postgres.url });
    // The crash ends its connection; that is no error of the test.
    client.on('error', () => undefined);
    await client.connect();
    await client.query('create table kept as select 7 as number');
    await postgres.crash();
    await postgres.restart();
    const again = new Client({ connectionString: postgres.url });
    await again.connect();
    const { rows } = await again.query('select number from kept');
    expect(rows).toEqual([{ number: 7 }]);
    await again.end();
    await postgres.stop();
  }, 300_000);
});
