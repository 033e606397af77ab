import { HttpConfig } from './config';
import { compileJudge } from './judgeResponse';
import { readResponse } from './readResponse';

it('a response is judged no further when nobody waits for it any more', async () => {
  const outputs = ['a', 'b', 'c'].map(name => ({
    name,
    fromExpression: 'response.status',
  }));
  const config = HttpConfig.parse({ url: 'https://host.example', outputs });
  const gone = new AbortController();
  const { signal } = gone;
  const judge = await compileJudge(config, signal);
  const response = { status: 200, headers: {}, body: Buffer.from('{}') };
  const values = await readResponse(response, undefined, { nowMs: 0, signal });
  await expect(judge.judge(200, values)).resolves.toMatchObject({
    output: { a: 200, b: 200, c: 200 },
  });
  const work = judge.judge(200, values);
  gone.abort(new Error('gone'));
  await expect(work).rejects.toThrow('gone');
});
