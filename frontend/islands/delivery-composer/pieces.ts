/** Return where each piece of a file begins and ends. */
export function piecesOf(size: number, piece: number): [number, number][] {
  const pieces: [number, number][] = [];
  for (let from = 0; from < size; from += piece) pieces.push([from, Math.min(from + piece, size)]);
  return pieces;
}
