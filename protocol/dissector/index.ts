/** A dissector for Wireshark. */
export { wiresharkDissector } from './dissector.ts';
