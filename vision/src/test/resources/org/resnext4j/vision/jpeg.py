"""Makes jpeg.json: small sequential JPEG files, and a checksum of the pixels that Pillow makes of each.

Run with Pillow 9.4: python3 jpeg.py > jpeg.json
"""
import base64, io, json, sys, zlib
import numpy as np
from PIL import Image


def pattern(height, width, seed):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing='ij')
    return Image.fromarray((((x * (3 + c) + y * (7 - 2 * c) + seed * 31) ^ ((x // 5 + y // 3) * 37 * (c + 1))) & 255).astype(np.uint8))


def save(image, **options):
    out = io.BytesIO()
    image.save(out, 'JPEG', **options)
    return out.getvalue()


files = []


def add(name, data):
    image = Image.open(io.BytesIO(data)).convert('RGB')
    files.append({'name': name, 'data': base64.b64encode(data).decode(), 'size': [image.height, image.width],
                  'crc': zlib.crc32(np.asarray(image).tobytes())})


for subsampling, name in enumerate(('4:4:4', '4:2:2', '4:2:0')):
    for height, width in ((1, 1), (3, 4), (2, 5), (17, 33), (40, 23)):
        for quality in (1, 60, 100):
            add(f'{name} {height}x{width} {quality}', save(pattern(height, width, quality), quality=quality, subsampling=subsampling, optimize=quality == 60))
# A file of 4:4:0 has as many blocks as one of 4:2:2 with height and width exchanged.
for height, width in ((1, 1), (2, 5), (17, 33)):
    data = bytearray(save(pattern(height, width, 7), quality=85, subsampling=1))
    frame = data.index(b'\xff\xc0')
    data[frame + 5:frame + 9] = data[frame + 7:frame + 9] + data[frame + 5:frame + 7]
    data[frame + 11] = 0x12
    add(f'4:4:0 {width}x{height}', bytes(data))
add('grey', save(pattern(19, 29, 3).convert('L'), quality=80))
json.dump(files, sys.stdout, indent=0)
