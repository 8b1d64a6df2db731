import { LINE_FRAME_BYTES, requestHead, type Shape, statusOf } from './request.ts';

/** The longest Authorization line, in bytes with its CRLF, that the server answers with 200; below `ceiling`. */
export async function longestAccepted(port: number, shape: Shape, ceiling: number): Promise<number> {
  let accepted = LINE_FRAME_BYTES;
  let refused = ceiling;
  while (refused - accepted > 1) {
    const middle = Math.floor((accepted + refused) / 2);
    if ((await statusOf(port, requestHead(shape, middle))) === 200) accepted = middle;
    else refused = middle;
  }
  return accepted;
}
