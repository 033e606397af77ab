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
  }, 60_000);
});
