"""Decodes and resizes pictures with Pillow, as `resnext bench pictures` asks on standard input.

Arguments: the shorter side of the result, then picture files. Each line asked for is
`run INDEX MILLIS` (answered with nanoseconds of decoding and of both, for each time it was done)
or `sum INDEX` (answered with the CRC-32 of the resized picture's red, green and blue samples).
"""

import io
import sys
import time
import zlib

import PIL
from PIL import Image

SIDE = int(sys.argv[1])
FILES = [open(name, "rb").read() for name in sys.argv[2:]]
CLOCK = time.perf_counter_ns


def decode(file):
    image = Image.open(io.BytesIO(file))
    image.load()  # Of a picture that is RGB already, convert() would make a needless copy.
    return image if image.mode == "RGB" else image.convert("RGB")


def resize(image):
    width, height = image.size
    if width <= height:
        size = (SIDE, SIDE * height // width)
    else:
        size = (SIDE * width // height, SIDE)
    return image.resize(size, Image.BILINEAR)


def run(file, millis):
    times = []
    end = CLOCK() + millis * 1_000_000
    while True:
        start = CLOCK()
        image = decode(file)
        decoded = CLOCK()
        resize(image)
        done = CLOCK()
        times += [decoded - start, done - start]
        if done >= end:
            return " ".join(map(str, times))


print("Pillow", PIL.__version__, flush=True)
for line in sys.stdin:
    command, *numbers = line.split()
    file = FILES[int(numbers[0])]
    if command == "run":
        print(run(file, int(numbers[1])), flush=True)
    else:
        print(zlib.crc32(resize(decode(file)).tobytes()), flush=True)
