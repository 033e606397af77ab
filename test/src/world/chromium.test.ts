import { launchChromium } from './chromium';
import { startLoopbackServer } from './loopbackServer';

describe('launchChromium', () => {
  it('opens a page and runs its script', async () => {
    const server = await startLoopbackServer({
      route: () => 'page',
      handle: async () => ({
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<h1>before</h1><script>document.querySelector("h1").textContent = "after"</script>',
      }),
    });
    const browser = await launchChromium();
    const page = await browser.newPage();
    await page.goto(server.url);
    expect(await page.textContent('h1')).toBe('after');
    await browser.close();
    await server.close();
  }, 300_000);
});
