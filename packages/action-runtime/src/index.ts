export { encodeBody } from './encode-body.ts';
