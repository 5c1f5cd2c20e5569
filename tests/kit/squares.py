"""What a camera reads off the squares on our printed slips, from the PDF itself.

As much of a QR reader as an undamaged print needs: it mends nothing, so that a square drawn wrong is not read.
Knows nothing of what stands in one.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence

Dark = list[list[bool]]

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_RECT = re.compile(rb"(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) re f")
_MASKS = (
    lambda row, column: (row + column) % 2,
    lambda row, column: row % 2,
    lambda row, column: column % 3,
    lambda row, column: (row + column) % 3,
    lambda row, column: (row // 2 + column // 3) % 2,
    lambda row, column: row * column % 2 + row * column % 3,
    lambda row, column: (row * column % 2 + row * column % 3) % 2,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2,
)
# At level M, which our slips are printed in: how many blocks of how many data codewords a version has.
_BLOCKS = {3: (44,), 4: (32, 32), 5: (43, 43), 6: (27, 27, 27, 27)}
_ALIGNED = {3: 22, 4: 26, 5: 30, 6: 34}


def squares_of(pdf: bytes) -> list[str]:
    """What every square says, in the order in which they are drawn."""
    return [_read(each) for stream in _STREAM.findall(pdf) for each in _drawn(_unpacked(stream))]


def _unpacked(stream: bytes) -> bytes:
    try:
        # The last byte may be one that also ends a line.
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""


def _drawn(page: bytes) -> Iterator[Dark]:
    """The dark runs of each square on a page, as rows and columns; a square begins with its upper left corner."""
    runs = [tuple(float(each) for each in found) for found in _RECT.findall(page)]
    starts = [at for at, run in enumerate(runs) if at == 0 or abs(run[1] - runs[at - 1][1]) > 3 * abs(run[3])]
    for start, end in zip(starts, [*starts[1:], None], strict=False):
        square = runs[start:end]
        left, top, module = square[0][0], square[0][1], abs(square[0][3])
        side = round((max(x + width for x, _, width, _ in square) - left) / module)
        dark = [[False] * side for _ in range(side)]
        for x, y, width, _ in square:
            row, first = round((top - y) / module), round((x - left) / module)
            for column in range(first, first + round(width / module)):
                dark[row][column] = True
        yield dark


def _read(dark: Dark) -> str:
    side = len(dark)
    version = (side - 17) // 4
    # Beside the upper left corner: which mask was laid over the square, itself under a fixed one (10101…).
    level = [dark[8][column] for column in range(5)]
    mask = int("".join(str(int(each)) for each in level[2:5]), 2) ^ 0b101
    assert [level[0] ^ True, level[1] ^ False] == [False, False], "not printed at level M"
    bits = [
        dark[row][column] ^ (not _MASKS[mask](row, column))
        for row, column in _path(side)
        if not _is_drawing(row, column, side, _ALIGNED[version])
    ]
    words = [int("".join(str(int(each)) for each in bits[at : at + 8]), 2) for at in range(0, len(bits) - 7, 8)]
    return _said(_in_order(words, _BLOCKS[version]))


def _path(side: int) -> Iterator[tuple[int, int]]:
    """Two columns at a time from the right, up and down in turn, past the column of the dotted line."""
    rights = [*range(side - 1, 6, -2), 5, 3, 1]
    for number, right in enumerate(rights):
        rows = range(side - 1, -1, -1) if number % 2 == 0 else range(side)
        for row in rows:
            yield row, right
            yield row, right - 1


def _is_drawing(row: int, column: int, side: int, aligned: int) -> bool:
    """Whether a module belongs to the three corners, the dotted lines or the small square, and says nothing."""
    corner = (row < 9 and column < 9) or (row < 9 and column >= side - 8) or (row >= side - 8 and column < 9)
    small = abs(row - aligned) <= 2 and abs(column - aligned) <= 2
    return corner or small or row == 6 or column == 6


def _in_order(words: Sequence[int], blocks: Sequence[int]) -> bytes:
    """The data codewords, which are laid out a word of each block in turn."""
    assert len({*blocks}) == 1
    count = len(blocks)
    data = words[: sum(blocks)]
    return bytes(word for block in range(count) for word in data[block::count])


def _said(data: bytes) -> str:
    bits = "".join(f"{each:08b}" for each in data)
    assert bits[:4] == "0100", "not written as bytes"
    length = int(bits[4:12], 2)
    return bytes(int(bits[at : at + 8], 2) for at in range(12, 12 + 8 * length, 8)).decode("utf-8")
