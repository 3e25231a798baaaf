"""Makes formats.json: files of every format and what Pillow makes of them.

Run with Pillow 9.4 and libjpeg-turbo's cjpeg 2.1: python3 formats.py > formats.json
"""
import base64, io, json, random, struct, subprocess, sys, tempfile, warnings, zlib
import numpy as np
from PIL import Image, ImageFile, ImageOps

warnings.simplefilter('ignore')
out = []


def pattern(height, width, seed=1):
    y, x = np.mgrid[:height, :width]
    return np.stack([(x * 5 + y * seed) % 256, (x * 2 + y * 3) % 256, (x * y // 7 + seed * 20) % 256], 2).astype(np.uint8)


def add(name, data, truncated=False, orient=False):
    case = {'name': name, 'data': base64.b64encode(data).decode()}
    ImageFile.LOAD_TRUNCATED_IMAGES = truncated
    try:
        im = Image.open(io.BytesIO(data))
        im.load()
        im = (ImageOps.exif_transpose(im) if orient else im).convert('RGB')
        case.update(size=[im.height, im.width], crc=zlib.crc32(im.tobytes()))
    except (OSError, SyntaxError, ValueError, struct.error):
        case['refused'] = True
    if truncated:
        case['truncated'] = True
    if orient:
        case['orient'] = True
    out.append(case)


def save(im, kind, **options):
    b = io.BytesIO()
    im.save(b, kind, **options)
    return b.getvalue()


# PNM: plain and raw, every range, comments and white space in every place.
plain = np.random.RandomState(1)
for most in (1, 3, 15, 100, 255, 256, 1023, 65535):
    grey = plain.randint(0, most + 1, (5, 7))
    rgb = plain.randint(0, most + 1, (3, 4, 3))
    wide = '>u2' if most > 255 else 'u1'
    add(f'pnm P2 {most}', f'P2\n7 5\n{most}\n{" ".join(map(str, grey.ravel()))}\n'.encode())
    add(f'pnm P3 {most}', f'P3 4 3 {most} {" ".join(map(str, rgb.ravel()))}'.encode())
    add(f'pnm P5 {most}', f'P5\n7 5\n{most}\n'.encode() + grey.astype(wide).tobytes())
    add(f'pnm P6 {most}', f'P6\n4 3\n{most}\n'.encode() + rgb.astype(wide).tobytes())
bits = plain.randint(0, 2, (6, 11))
add('pnm P1', b'P1\n11 6\n' + '\n'.join(' '.join(map(str, r)) for r in bits).encode())
add('pnm P1 without blanks', b'P1 11 6 ' + ''.join(map(str, bits.ravel())).encode())
add('pnm P4', b'P4\n11 6\n' + np.packbits(bits, 1).tobytes())
add('pnm P2 comments', b'P2\n# b\n7 #c\n#d\n1 # e\n255\n1 2 #g\n3 #h\n4 5 6 7')
add('pnm P5 comments', b'P5 # width next\n#\n3 2\n# most\n255\nabcdef')
add('pnm P5 carriage return', b'P5\r3\r2\r255\rabcdef')
add('pnm P6 tabs', b'P6\t1\t2\t255\tabcdef')
# Where Pillow refuses a short file whatever is allowed, or repeats its last number, the decoder keeps the whole rows.
for name, data in (('P5', b'P5 3 3 255 abcdefgh'), ('P4', b'P4 11 6 abcdefg'), ('P6', b'P6 2 2 255 abcdefghijk')):
    add(f'pnm {name} short', data)
    add(f'pnm {name} short allowed', data, truncated=True)
for name, data in (('P1', b'P1 3 2 1 0 1 1 0'), ('P2', b'P2 3 2 255 1 2 3 4 5 '), ('P3', b'P3 1 2 255 1 2 3 4 5 '), ('P6 of 16 bits', b'P6 1 2 65535 abcdefghijk')):
    add(f'pnm {name} short', data)
for name, data in (('maximum 0', b'P5 1 1 0 a'), ('maximum 65536', b'P5 1 1 65536 aa'), ('too large a sample', b'P2 2 1 9 1 10'), ('a letter', b'P2 2 1 9 1 x'), ('P7', b'P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 255\nENDHDR\na'),
                   ('no size', b'P5 '), ('negative', b'P5 -1 1 255 a'), ('width 0', b'P5 0 1 255 a'), ('P1 digit 2', b'P1 2 1 1 2'), ('long number', b'P5 00000000001 1 255 a')):
    add('pnm ' + name, data)


# BMP: Windows' and OS/2's headers, run lengths, bit fields, rows from the top.
def bmp(header, body, palette=b'', extra=b'', size=None):
    head = header + extra + palette
    return b'BM' + struct.pack('<IHHI', size if size is not None else 14 + len(head) + len(body), 0, 0, 14 + len(head)) + head + body


def info(width, height, bits, compression=0, size=40, colours=0):
    return struct.pack('<IiiHHIIiiII', size, width, height, 1, bits, compression, 0, 0, 0, colours, 0) + bytes(size - 40)


colours = bytes(plain.randint(0, 256, 1024, np.uint8))
indices = plain.randint(0, 256, (5, 8), np.uint8)
for size in (40, 64, 108, 124):
    add(f'bmp header {size}', bmp(info(8, 5, 8, size=size), indices.tobytes(), colours))
    add(f'bmp header {size} 24 bits', bmp(info(8, 5, 24, size=size), pattern(5, 8).tobytes()))
add('bmp OS/2 1', bmp(struct.pack('<IHHHH', 12, 8, 5, 1, 8), indices.tobytes(), colours[:768]))
add('bmp OS/2 1 of 24 bits', bmp(struct.pack('<IHHHH', 12, 8, 5, 1, 24), pattern(5, 8).tobytes()))
add('bmp OS/2 1 of 4 bits', bmp(struct.pack('<IHHHH', 12, 8, 5, 1, 4), indices[:, :4].tobytes(), colours[:48]))
add('bmp OS/2 2 of 16 bytes', bmp(struct.pack('<IiiHH', 16, 8, 5, 1, 24), pattern(5, 8).tobytes()))
add('bmp few colours', bmp(info(8, 5, 8, colours=200), indices.tobytes(), colours[:800]))
add('bmp 1 bit', bmp(info(19, 5, 1), indices[:, :4].tobytes(), colours[:8]))
add('bmp 4 bits from the top', bmp(info(8, -5, 4), indices[:, :4].tobytes(), colours[:64]))
add('bmp 16 bits', bmp(info(4, 5, 16), indices.tobytes()))
add('bmp 32 bits', bmp(info(2, 5, 32), indices.tobytes()))
for name, bits, masks in (('565', 16, (0xf800, 0x7e0, 0x1f)), ('555', 16, (0x7c00, 0x3e0, 0x1f)), ('xrgb', 32, (0xff0000, 0xff00, 0xff)), ('rgbx', 32, (0xff000000, 0xff0000, 0xff00)),
                          ('24', 24, (0xff0000, 0xff00, 0xff)), ('444', 16, (0xf00, 0xf0, 0xf)), ('bgrx', 32, (0xff, 0xff00, 0xff0000))):
    width = {16: 4, 24: 2, 32: 2}[bits]
    add(f'bmp fields {name}', bmp(info(width, 5, bits, 3), indices.tobytes(), extra=struct.pack('<III', *masks)))
    v5 = bytearray(info(width, -5, bits, 3, size=124))
    v5[40:56] = struct.pack('<IIII', *masks, 0xff000000 if masks[0] == 0xff else 0)
    add(f'bmp fields {name} header 124', bmp(bytes(v5), indices.tobytes()))
runs8 = bytes([3, 7, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0, 8, 9, 0, 0, 2, 1, 0, 4, 9, 8, 7, 6, 2, 3, 0, 0, 8, 1, 0, 0, 8, 2, 0, 1])
runs4 = bytes([3, 0x71, 0, 5, 0x12, 0x34, 0x50, 0, 0, 0, 8, 0x91, 0, 0, 2, 0x12, 0, 4, 0x98, 0x76, 2, 3, 0, 0, 8, 1, 0, 0, 8, 0x2f, 0, 1])
skip8 = bytes([3, 7, 0, 2, 1, 1, 4, 9, 0, 0, 8, 9, 0, 0, 8, 1, 0, 0, 8, 2, 0, 0, 8, 3, 0, 1])
for name, data in (('runs', runs8), ('runs cut', runs8[:18]), ('runs with a skip', skip8)):
    add(f'bmp 8 bit {name}', bmp(info(8, 5, 8, 1), data, colours))
for name, data in (('runs', runs4), ('runs cut', runs4[:18])):
    add(f'bmp 4 bit {name}', bmp(info(8, 5, 4, 2), data, colours[:64]))
add('bmp size field 7', bmp(info(8, 5, 8), indices.tobytes(), colours, size=7))
whole = bmp(info(8, 5, 24), pattern(5, 8).tobytes())
add('bmp cut', whole[:-30])
add('bmp cut allowed', whole[:-30], truncated=True)
add('bmp jpeg inside', bmp(info(8, 5, 24, 4), pattern(5, 8).tobytes()))


# PNG: every kind, interlaced or not, whole or cut.
def png(width, height, depth, kind, rows, interlace=0, extra=b''):
    def chunk(name, body):
        return struct.pack('>I', len(body)) + name + body + struct.pack('>I', zlib.crc32(name + body))
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, depth, kind, 0, 0, interlace)) + b''.join(chunk(*e) for e in extra)
            + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


def filtered(width, height, bits, interlace):
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)] if interlace else [(0, 0, 1, 1)]
    rows = b''
    for x, y, dx, dy in passes:
        columns, lines = (width - x + dx - 1) // dx, (height - y + dy - 1) // dy
        for line in range(lines if columns > 0 else 0):
            rows += bytes([line % 5]) + plain.bytes((columns * bits + 7) // 8)
    return rows


for kind, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4, 8)), (4, (8, 16)), (6, (8, 16))):
    for depth in depths:
        samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
        extra = [(b'PLTE', colours[:3 << depth][:768])] if kind == 3 else []
        for interlace in (0, 1):
            add(f'png kind {kind} depth {depth} interlace {interlace}', png(11, 9, depth, kind, filtered(11, 9, samples * depth, interlace), interlace, extra))
    if kind in (0, 2):
        for depth in (8, 16):
            transparent = [(b'tRNS', struct.pack('>H', 5) * (1 if kind == 0 else 3))]
            add(f'png kind {kind} depth {depth} transparent', png(11, 9, depth, kind, filtered(11, 9, depth * (1 if kind == 0 else 3), 0), 0, transparent))
whole = png(11, 9, 8, 2, filtered(11, 9, 24, 0))
for cut in (60, 200, len(whole) - 20, len(whole) - 8):
    add(f'png cut at {cut}', whole[:cut])
    add(f'png cut at {cut} allowed', whole[:cut], truncated=True)
exif = b'MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0'
add('png orientation 6', png(11, 9, 8, 0, filtered(11, 9, 8, 0), 0, [(b'eXIf', exif)]), orient=True)

# GIF, whole or cut.
palette = Image.fromarray(pattern(9, 11)).quantize(50)
for name, options in (('plain', {}), ('interlaced', {'interlace': 1}), ('transparent', {'transparency': 3})):
    whole = save(palette, 'GIF', **options)
    add(f'gif {name}', whole)
    for cut in (len(whole) - 1, len(whole) - 30, len(whole) - 100):
        add(f'gif {name} cut at {cut}', whole[:cut])
        add(f'gif {name} cut at {cut} allowed', whole[:cut], truncated=True)

# WebP, whole or cut, with orientations.
photo = Image.fromarray(pattern(24, 32, 3))
for name, options in (('lossless', {'lossless': True, 'exact': True}), ('lossy', {'quality': 60})):
    whole = save(photo, 'WEBP', **options)
    add(f'webp {name}', whole)
    for cut in (len(whole) - 1, len(whole) // 2, 20):
        add(f'webp {name} cut at {cut}', whole[:cut])
    add(f'webp {name} cut allowed', whole[:-4], truncated=True)
    add(f'webp {name} with more behind it', whole + b'more')
    for prefix in (b'', b'Exif\0\0'):
        add(f'webp {name} orientation 6 {len(prefix)}', save(photo, 'WEBP', exif=prefix + exif, **options), orient=True)
frames = [photo, Image.fromarray(pattern(24, 32, 9))]
add('webp animated', save(frames[0], 'WEBP', save_all=True, append_images=frames[1:]))


# JPEG: scripts of scans that leave coefficients unknown, samplings, inks, files cut anywhere.
def cjpeg(width, height, sampling, script, *options):
    with tempfile.NamedTemporaryFile('w', suffix='.txt') as text:
        text.write(script)
        text.flush()
        scans = ['-scans', text.name] if script else []
        picture = io.BytesIO()
        Image.fromarray(pattern(height, width, 7)).resize((width // 3, height // 3)).resize((width, height), Image.BICUBIC).save(picture, 'PPM')
        return subprocess.run(['cjpeg', '-quality', '50', '-sample', sampling, *scans, *options], input=picture.getvalue(), capture_output=True, check=True).stdout


def markers(data):
    found, at = [], 2
    while at < len(data) - 1:
        if data[at] == 0xff and data[at + 1] not in (0, 0xff) and not 0xd0 <= data[at + 1] <= 0xd7:
            found.append((data[at + 1], at))
            if data[at + 1] == 0xd9:
                return found
            at += 2 + struct.unpack('>H', data[at + 2:at + 4])[0]
        else:
            at += 1
    return found


scripts = {'means': '0,1,2: 0 0 0 1;\n', 'luminance': '0,1,2: 0 0 0 1;\n0: 1 5 0 2;\n', 'one by one': '0: 0 0 0 0;\n1: 0 0 0 0;\n2: 0 0 0 0;\n0: 1 9 0 1;\n', 'blue': '0,1,2: 0 0 0 1;\n1: 1 63 0 1;\n'}
cuts = random.Random(3)
for width, height, sampling in ((17, 31, '2x2'), (33, 24, '2x1'), (9, 50, '1x2'), (40, 33, '4x1')):
    for name, script in scripts.items():
        add(f'jpeg {width}x{height} {sampling} {name}', cjpeg(width, height, sampling, script))
    whole = cjpeg(width, height, sampling, '', '-progressive')
    scans = [at for kind, at in markers(whole) if kind == 0xda]
    for n in (1, 3, 6):
        end = min(at for _, at in markers(whole) if at > scans[n - 1])
        add(f'jpeg {width}x{height} {sampling} {n} scans', whole[:end] + b'\xff\xd9')
    for name, options in (('progressive', ('-progressive',)), ('sequential', ()), ('restarts', ('-restart', '1'))):
        whole = cjpeg(width, height, sampling, '', *options)
        segments = [(at, at + 2 + struct.unpack('>H', whole[at + 2:at + 4])[0]) for kind, at in markers(whole) if kind != 0xd9]
        first = max(end for _, end in segments) if name != 'progressive' else next(e for (k, a), (_, e) in zip(markers(whole), segments) if k == 0xda)
        for _ in range(4):
            cut = cuts.randrange(first + 1, len(whole))
            # A file cut within a segment has no pixels in Pillow, which waits for the segment's end.
            if not any(a + 1 < cut < b for a, b in segments):
                add(f'jpeg {width}x{height} {sampling} {name} cut at {cut}', whole[:cut])
                add(f'jpeg {width}x{height} {sampling} {name} cut at {cut} allowed', whole[:cut], truncated=True)
inks = Image.fromarray(pattern(17, 23)).convert('CMYK')
whole = save(inks, 'JPEG', quality=50)
at = whole.index(b'\xff\xee')
length = struct.unpack('>H', whole[at + 2:at + 4])[0]
add('jpeg inks', whole)
add('jpeg inks without a marker', whole[:at] + whole[at + 2 + length:])
for transform in (0, 1, 2):
    marked = bytearray(whole)
    marked[whole.index(b'Adobe') + 11] = transform
    add(f'jpeg inks transform {transform}', bytes(marked))
rgb = save(Image.fromarray(pattern(17, 23)), 'JPEG', quality=50, subsampling=0)
app0 = rgb.index(b'\xff\xe0')
without = rgb[:app0] + rgb[app0 + 18:]
add('jpeg without a marker', without)
for transform in (0, 1, 2):
    add(f'jpeg transform {transform}', without[:2] + b'\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00' + bytes([transform]) + without[2:])
named = bytearray(without)
frame, scan = named.index(b'\xff\xc0'), named.index(b'\xff\xda')
for i, letter in enumerate(b'RGB'):
    named[frame + 10 + 3 * i] = letter
    named[scan + 5 + 2 * i] = letter
add('jpeg named RGB', bytes(named))
add('jpeg two EXIF segments', rgb[:2] + b''.join(b'\xff\xe1' + struct.pack('>H', 8 + len(e)) + b'Exif\0\0' + e for e in (exif, exif.replace(b'\0\x06', b'\0\x03'))) + rgb[2:], orient=True)
if __name__ == '__main__':
    print('[' + ',\n'.join(json.dumps(c, separators=(',', ':')) for c in out) + ']')
