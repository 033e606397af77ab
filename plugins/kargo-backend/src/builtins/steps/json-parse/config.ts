export { ParseConfig as JsonParseConfig } from '../shared/parseStep';
