import { openBrowser } from './openBrowser';

describe('openBrowser', () => {
  const { PATH } = process.env;
  afterEach(() => {
    process.env.PATH = PATH;
  });

  it('leaves it to the printed address where there is no browser', async () => {
    process.env.PATH = '';
    await expect(
      openBrowser('http://127.0.0.1/authorize'),
    ).resolves.toBeUndefined();
  });
});
