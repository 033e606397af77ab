import { HttpConfig } from './config';
import { compileJudge } from './judgeResponse';

it('a response is judged no further when nobody waits for it any more', async () => {
  const outputs = ['a', 'b', 'c'].map(name => ({
    name,
    fromExpression: 'response.status',
  }));
  const judge = compileJudge(
    HttpConfig.parse({ url: 'https://host.example', outputs }),
  );
  const gone = new AbortController();
  const judging = (signal: AbortSignal) =>
    judge.judge(200, { response: { status: 200 } }, { nowMs: 0, signal });
  await expect(judging(gone.signal)).resolves.toMatchObject({
    output: { a: 200, b: 200, c: 200 },
  });
  const work = judging(gone.signal);
  gone.abort(new Error('gone'));
  await expect(work).rejects.toThrow('gone');
});
