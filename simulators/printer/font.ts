/**
 * A small face of dots: ASCII from space to tilde, five columns each, the lowest bit at the top, the eighth below the line.
 * Vietnamese letters are their base letter with the marks set above and below.
 */
const COLUMNS = [
  '0000000000 00005f0000 0007000700 147f147f14 242a7f2a12 2313086462 3649562050 0008070300 001c224100 0041221c00',
  '2a1c7f1c2a 08083e0808 0080703000 0808080808 0000606000 2010080402 3e5149453e 00427f4000 7249494946 2141494d33',
  '1814127f10 2745454539 3c4a494931 4121110907 3649494936 464949291e 0000140000 0040340000 0008142241 1414141414',
  '0041221408 0201590906 3e415d594e 7c1211127c 7f49494936 3e41414122 7f4141413e 7f49494941 7f09090901 3e41415173',
  '7f0808087f 00417f4100 2040413f01 7f08142241 7f40404040 7f021c027f 7f0408107f 3e4141413e 7f09090906 3e4151215e',
  '7f09192946 2649494932 03017f0103 3f4040403f 1f2040201f 3f4038403f 6314081463 0304780403 6159494d43 007f414141',
  '0204081020 004141417f 0402010204 4040404040 0003070800 2054547840 7f28444438 3844444428 384444287f 3854545418',
  '00087e0902 18a4a49c78 7f08040478 00447d4000 2040403d00 7f10284400 00417f4000 7c04780478 7c08040478 3844444438',
  'fc18242418 18242418fc 7c08040408 4854545424 04043f4424 3c4040207c 1c2040201c 3c4030403c 4428102844 4c9090907c',
  '4464544c44 0008364100 0000770000 0041360800 0201020402',
]
  .join(' ')
  .split(' ')
  .map((glyph) => Buffer.from(glyph, 'hex'))

/** Dots of a letter's cell: six across, fifteen down. A capital stands on rows 5 to 11. */
export const CELL = { across: 6, down: 15 } as const
const CAPITAL = 5
const SMALL = 7

/** Marks above, two rows of five dots. */
const ABOVE: Readonly<Record<string, readonly [string, string]>> = {
  '\u0300': ['.#...', '..#..'],
  '\u0301': ['...#.', '..#..'],
  '\u0302': ['..#..', '.#.#.'],
  '\u0303': ['.#..#', '#.##.'],
  '\u0306': ['#...#', '.###.'],
  '\u0309': ['.##..', '..#..'],
}
const HORN = '\u031b'
const BELOW = '\u0323'
/** Signs drawn as others. */
const AS: Readonly<Record<string, string>> = {
  '₫': 'đ',
  '×': 'x',
  '–': '-',
  '—': '-',
  '─': '-',
  '═': '=',
  '│': '|',
  '•': '*',
  '…': '.',
}

export type Dot = readonly [x: number, y: number]

/** The black dots of a letter; a box for one that is not known. */
export function dotsOf(letter: string): readonly Dot[] {
  const [first = ' ', ...marks] = [...(AS[letter] ?? letter).normalize('NFD')]
  const crossed = first === 'đ' || first === 'Đ'
  const sign = crossed ? (first === 'đ' ? 'd' : 'D') : first
  const columns = COLUMNS[sign.charCodeAt(0) - 0x20]
  if (!columns || [...sign].length > 1) return BOX
  const dots: Dot[] = []
  // An i gives its dot away to a mark.
  const bare = (sign === 'i' || sign === 'j') && marks.some((mark) => ABOVE[mark])
  for (const [x, column] of columns.entries())
    for (let y = 0; y < 8; y++) if ((column >> y) & 1 && !(bare && y === 0)) dots.push([x, CAPITAL + y])
  if (crossed)
    for (let x = sign === 'd' ? 2 : 0; x < (sign === 'd' ? 6 : 3); x++) dots.push([x, CAPITAL + (sign === 'd' ? 1 : 3)])
  let top = /[acegimnopqrsuvwxyz]/.test(sign) ? SMALL : CAPITAL
  const foot = top
  for (const mark of marks) {
    const rows = ABOVE[mark]
    if (mark === HORN) dots.push([5, foot - 1], [5, foot], [4, foot])
    else if (mark === BELOW) dots.push([2, CAPITAL + 8])
    else if (rows) {
      for (const [y, row] of rows.entries())
        for (const [x, dot] of [...row].entries()) if (dot === '#') dots.push([x, top - 3 + y])
      top -= 2
    }
  }
  return [...new Map(dots.map((dot) => [dot.join(), dot])).values()]
}

const BOX: readonly Dot[] = [0, 1, 2, 3, 4].flatMap((i): Dot[] => [
  [i, CAPITAL],
  [i, CAPITAL + 6],
  [0, CAPITAL + i + 1],
  [4, CAPITAL + i + 1],
])
