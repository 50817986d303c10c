import { expect, it } from 'vitest';
import { wav } from './recode';

it('writes samples as a telephone plays them', () => {
  const binary = atob(wav(new Float32Array([0, 1, -1, 2])));
  const file = new DataView(Uint8Array.from(binary, (c) => c.charCodeAt(0)).buffer);
  expect(binary.slice(0, 4) + binary.slice(8, 16)).toBe('RIFFWAVEfmt ');
  expect([file.byteLength, file.getUint32(4, true)]).toEqual([52, 44]);
  expect([file.getUint16(22, true), file.getUint32(24, true)]).toEqual([1, 8_000]);
  const samples = [0, 1, 2, 3].map((n) => file.getInt16(44 + 2 * n, true));
  expect(samples).toEqual([0, 32_767, -32_767, 32_767]);
});
