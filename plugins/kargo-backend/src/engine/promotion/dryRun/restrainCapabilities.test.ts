import { HttpClient } from 'backstage-plugin-kargo-node';
import {
  CapabilityFactories,
  CapabilityScope,
} from '../../../ports/CapabilityFactories';
import { Observation, restrainCapabilities } from './restrainCapabilities';

describe('restrainCapabilities', () => {
  it('has answers read as outside of a dry run', async () => {
    const http: HttpClient = {
      send: () => Promise.reject(new Error('nothing is sent')),
      open: () => Promise.reject(new Error('nothing is sent')),
      readJson: async body => `read ${body}`,
    };
    const restrained = restrainCapabilities(
      {
        http: () => http,
      } as Partial<CapabilityFactories> as CapabilityFactories,
      {} as Observation,
    ).http({} as CapabilityScope);
    expect(await restrained.readJson?.(Buffer.from('it'))).toBe('read it');
  });
});
