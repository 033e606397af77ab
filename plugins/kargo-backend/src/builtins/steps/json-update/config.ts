export { UpdateConfig as JsonUpdateConfig } from '../shared/updateConfig';
