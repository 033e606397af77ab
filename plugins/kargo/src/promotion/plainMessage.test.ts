import { plainMessage } from './plainMessage';

it.each([
  ['no such branch', 'no such branch'],
  [
    'step "step-1" met error threshold of 3: error running step "step-1": no such branch',
    'no such branch',
  ],
  ['failed: the window is closed', 'the window is closed'],
  ['step "gate": failed: the window is closed', 'the window is closed'],
  [
    'step "gate" met error threshold of 1: step "gate": failed: closed',
    'closed',
  ],
  [
    'step "gate" timed out after 5m: it is Progressing',
    'step "gate" timed out after 5m: it is Progressing',
  ],
  ['failed', ''],
  ['failed checks of "lint"', 'failed checks of "lint"'],
  ['the job failed: exit code 1', 'the job failed: exit code 1'],
])('of “%s” what is not said already is “%s”', (message, plain) => {
  expect(plainMessage(message)).toBe(plain);
});
