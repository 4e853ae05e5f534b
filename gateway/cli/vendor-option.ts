/** `--vendor`: by which profile a terminal's own items and messages are read. */
import { Option } from 'commander';
import { VENDOR_PROFILES } from '../../protocol/index.ts';

export function vendorOption(): Option {
  return new Option('--vendor <profile>', "read the maker's own items and messages").choices(
    Object.keys(VENDOR_PROFILES),
  );
}
