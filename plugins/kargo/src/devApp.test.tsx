import { screen } from '@testing-library/react';

describe('the interface without a backend', () => {
  beforeEach(() => {
    document.body.innerHTML = '<div id="root"></div>';
    jest
      .spyOn(global, 'fetch')
      .mockRejectedValue(new TypeError('Failed to fetch'));
    const data = {
      app: { title: 'Kargo', baseUrl: 'http://localhost' },
      backend: { baseUrl: 'http://localhost:7007' },
      permission: { enabled: true },
    };
    jest.replaceProperty(process, 'env', {
      ...process.env,
      // The bundler puts it there as it is.
      APP_CONFIG: [{ context: 'test', data }] as never,
    });
  });
  afterEach(() => jest.restoreAllMocks());

  it('lists the projects of its scenario, with nobody to ask for permissions', async () => {
    window.history.pushState({}, '', '/kargo?scenario=storefront');
    await import('../dev/index');
    expect(await screen.findByText('The web shop')).toBeDefined();
  });
});
