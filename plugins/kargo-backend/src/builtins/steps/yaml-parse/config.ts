export { ParseConfig as YamlParseConfig } from '../shared/parseStep';
