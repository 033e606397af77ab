import { createStep } from 'backstage-plugin-kargo-node';
import { parseGoDuration } from '../shared/goDuration';
import { buildRequest, countAsked, isRepeatable } from './buildRequest';
import { HttpConfig } from './config';
import { compileJudge } from './judgeResponse';
import { readResponse } from './readResponse';

/** Sends an HTTP request and decides by the response, asking again while it must. */
export const httpStep = createStep({
  id: 'http',
  description: 'Sends an HTTP request and judges the response.',
  config: HttpConfig,
  needs: ['files', 'http'],
  workspace: 'reads',
  readsBy: ['bodyFromFile'],
  async run(config, context) {
    const judge = await compileJudge(config, context.signal);
    const request = await buildRequest(config, context);
    const response = await context.http.send(request);
    const { responseContentType } = config;
    const values = await readResponse(response, responseContentType, {
      nowMs: context.now(),
      signal: context.signal,
    });
    const verdict = await judge.judge(response.status, values);
    switch (verdict.kind) {
      case 'success':
        return { kind: 'succeeded', output: verdict.output };
      case 'failure':
        return {
          kind: 'failed',
          reason: verdict.reason,
          final: verdict.final,
        };
      default:
        return {
          kind: 'waiting',
          reason: `HTTP (${response.status}) response met neither success nor failure criteria`,
          checkAgainInMs: parseGoDuration(config.pollInterval),
          ...(!isRepeatable(config) && {
            output: { asked: countAsked(context) + 1 },
          }),
        };
    }
  },
});
