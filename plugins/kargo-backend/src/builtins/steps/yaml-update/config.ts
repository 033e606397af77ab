export { UpdateConfig as YamlUpdateConfig } from '../shared/updateConfig';
