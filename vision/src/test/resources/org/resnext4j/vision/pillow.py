"""Makes pillow.json: what Pillow makes of pictures that TestImages.pattern also makes.

Run with Pillow 9.4 and torchvision 0.14: python3 pillow.py > pillow.json
"""
import base64, io, json, math, struct, sys, zlib
import numpy as np
from PIL import Image, ImageEnhance, ImageOps
from torchvision.transforms import functional as F, InterpolationMode


def pattern(height, width, seed):
    a = np.zeros((height, width, 3), np.uint8)
    for y in range(height):
        for x in range(width):
            for c in range(3):
                a[y, x, c] = ((x * (3 + c) + y * (7 - 2 * c) + seed * 31) ^ ((x // 5 + y // 3) * 37 * (c + 1))) & 255
    return Image.fromarray(a)


def crc(im):
    return zlib.crc32(np.asarray(im).tobytes())


def b64(b):
    return base64.b64encode(b).decode()


out = {'resize': [], 'operations': [], 'files': []}
for filter_name, pil in (('bilinear', Image.BILINEAR), ('bicubic', Image.BICUBIC)):
    for (h, w), (th, tw) in (((37, 53), (24, 17)), ((37, 53), (90, 131)), ((1, 1), (5, 7)), ((64, 64), (64, 21)),
                             ((64, 64), (21, 64)), ((200, 3), (7, 9)), ((3, 200), (2, 201)), ((97, 61), (96, 60)), ((375, 500), (256, 341))):
        im = pattern(h, w, 1).resize((tw, th), pil)
        out['resize'].append({'from': [h, w], 'to': [th, tw], 'filter': filter_name, 'crc': crc(im)})

affine = lambda im, sx, sy: F.affine(im, angle=0.0, translate=[0, 0], scale=1.0, shear=[math.degrees(math.atan(sx)), math.degrees(math.atan(sy))], center=[0, 0])
shift = lambda im, x, y: F.affine(im, angle=0.0, translate=[x, y], scale=1.0, shear=[0.0, 0.0])
operations = {
    'SHEAR_X': lambda im, m: affine(im, m, 0.0), 'SHEAR_Y': lambda im, m: affine(im, 0.0, m),
    'TRANSLATE_X': lambda im, m: shift(im, int(m), 0), 'TRANSLATE_Y': lambda im, m: shift(im, 0, int(m)),
    'ROTATE': lambda im, m: F.rotate(im, m),
    'BRIGHTNESS': lambda im, m: F.adjust_brightness(im, 1.0 + m), 'COLOUR': lambda im, m: F.adjust_saturation(im, 1.0 + m),
    'CONTRAST': lambda im, m: F.adjust_contrast(im, 1.0 + m), 'SHARPNESS': lambda im, m: F.adjust_sharpness(im, 1.0 + m),
    'POSTERIZE': lambda im, m: F.posterize(im, int(m)), 'SOLARIZE': lambda im, m: F.solarize(im, m),
    'AUTO_CONTRAST': lambda im, m: F.autocontrast(im), 'EQUALIZE': lambda im, m: F.equalize(im),
    'HUE': lambda im, m: F.adjust_hue(im, m),
}
for name, operation in operations.items():
    signed = name in ('SHEAR_X', 'SHEAR_Y', 'TRANSLATE_X', 'TRANSLATE_Y', 'ROTATE', 'BRIGHTNESS', 'COLOUR', 'CONTRAST', 'SHARPNESS')
    for i in (0, 1, 7, 15, 20, 29, 30):
        part = i / 30
        m = {'POSTERIZE': 8 - round(6 * part), 'SOLARIZE': 255 - 255 * part, 'ROTATE': 135 * part, 'TRANSLATE_X': 32 * part,
             'TRANSLATE_Y': 32 * part, 'AUTO_CONTRAST': 0, 'EQUALIZE': 0, 'HUE': part - 0.5}.get(name, 0.99 * part)
        for sign in (1, -1) if signed else (1,):
            for h, w in ((37, 53), (32, 32)):
                im = pattern(h, w, 2)
                if name in ('AUTO_CONTRAST', 'EQUALIZE'):
                    im = im.point(lambda v: 40 + v // 3)
                out['operations'].append({'name': name, 'magnitude': sign * m, 'size': [h, w], 'crc': crc(operation(im, sign * m))})


def add(name, data, tolerance=0):
    im = Image.open(io.BytesIO(data)).convert('RGB')
    out['files'].append({'name': name, 'data': b64(data), 'size': [im.height, im.width], 'tolerance': tolerance,
                         'rgb': b64(zlib.compress(np.asarray(im).tobytes(), 9))})


def save(im, fmt, **kw):
    b = io.BytesIO()
    im.save(b, fmt, **kw)
    return b.getvalue()


def png(width, height, depth, colour, rows, interlace=0, extra=b''):
    def chunk(kind, body):
        return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, depth, colour, 0, 0, interlace)) + extra
            + chunk(b'IDAT', zlib.compress(b''.join(b'\0' + r for r in rows))) + chunk(b'IEND', b''))


p = pattern(13, 19, 3)
wide = (np.asarray(p).astype(np.uint16) * 199 + 7) & 0xffff
be = lambda a: [r.astype('>u2').tobytes() for r in a]
add('png rgb', save(p, 'PNG'))
add('png grey', save(p.convert('L'), 'PNG'))
add('png grey alpha', save(Image.merge('LA', [p.getchannel(0), p.getchannel(1)]), 'PNG'))
add('png rgba', save(Image.merge('RGBA', [*p.split(), p.getchannel(0)]), 'PNG'))
add('png 1 bit', save(p.convert('1'), 'PNG'))
for colours in (2, 4, 16, 200):
    q = p.quantize(colours)
    add(f'png palette {colours}', save(q, 'PNG', bits=(colours - 1).bit_length()))
    add(f'png palette {colours} transparent', save(q, 'PNG', transparency=1))
add('png rgb transparent colour', save(p, 'PNG', transparency=p.getpixel((3, 4))))
add('png 2 bit grey', png(19, 13, 2, 0, [bytes(r[:5]) for r in np.asarray(p)[:, :, 0]]))
add('png 4 bit grey', png(19, 13, 4, 0, [bytes(r[:10]) for r in np.asarray(p)[:, :, 0]]))
add('png 16 bit rgb', png(19, 13, 16, 2, be(wide.reshape(13, -1))))
add('png 16 bit rgba', png(19, 13, 16, 6, be(np.concatenate([wide, wide[:, :, :1]], 2).reshape(13, -1))))
add('png 16 bit grey', png(19, 13, 16, 0, be(wide[:, :, 0] // 64)))
add('png 16 bit grey alpha', png(19, 13, 16, 4, be(wide[:, :, :2].reshape(13, -1))))
for mode in ('1', 'L', 'P', 'RGB', 'RGBA'):
    add(f'bmp {mode}', save(p.quantize(100) if mode == 'P' else p.convert(mode), 'BMP'))
top_down = bytearray(save(p, 'BMP'))
top_down[22:26] = struct.pack('<i', -13)
add('bmp top down', bytes(top_down))
for bits, masks in ((16, (0x7c00, 0x3e0, 0x1f)), (16, (0xf800, 0x7e0, 0x1f))):
    rows = b''.join((wide[y, :, 0].astype('<u2').tobytes() + b'\0\0')[:40] for y in range(13))
    head = struct.pack('<IiiHHIIiiII', 40, 19, 13, 1, bits, 3, len(rows), 2835, 2835, 0, 0) + struct.pack('<III', *masks)
    add(f'bmp {bits} bit {masks[0]:x}', b'BM' + struct.pack('<IHHI', 14 + len(head) + len(rows), 0, 0, 14 + len(head)) + head + rows)
g = p.quantize(64)
add('gif', save(g, 'GIF'))
add('gif interlaced', save(g, 'GIF', interlace=1))
add('gif transparent', save(g, 'GIF', transparency=5))
gif = bytearray(save(g, 'GIF'))
gif[6:10] = struct.pack('<HH', 25, 20)
at = gif.index(b',' + struct.pack('<HHHH', 0, 0, 19, 13))
gif[at + 1:at + 5] = struct.pack('<HH', 4, 5)
add('gif frame inside its canvas', bytes(gif))
add('gif of two frames', save(g, 'GIF', save_all=True, append_images=[pattern(13, 19, 9).quantize(64)]))
j = pattern(45, 61, 4).resize((61, 45), Image.BICUBIC)
for subsampling in (0, 1, 2):
    for progressive in (False, True):
        add(f'jpeg {subsampling} {progressive}', save(j, 'JPEG', quality=85, subsampling=subsampling, progressive=progressive), 2)
add('jpeg grey', save(j.convert('L'), 'JPEG'), 2)
add('jpeg cmyk', save(j.convert('CMYK'), 'JPEG'), 2)
ycck = bytearray(save(j.convert('CMYK'), 'JPEG'))
ycck[ycck.index(b'Adobe') + 11] = 2
add('jpeg ycck', bytes(ycck), 2)
rgb = bytearray(save(j, 'JPEG', subsampling=0))
start = rgb.index(b'\xff\xe0')
length = struct.unpack('>H', rgb[start + 2:start + 4])[0]
rgb[start:start + 2 + length] = b'\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00'
add('jpeg adobe rgb', bytes(rgb), 2)
add('webp lossless', save(p, 'WEBP', lossless=True, exact=True))
add('webp lossless alpha', save(Image.merge('RGBA', [*p.split(), p.getchannel(0)]), 'WEBP', lossless=True, exact=True))
for quality in (5, 50, 90):
    add(f'webp lossy {quality}', save(j, 'WEBP', quality=quality))
add('webp lossy alpha', save(Image.merge('RGBA', [*j.split(), j.getchannel(0)]), 'WEBP', quality=60))
add('webp lossy grey', save(j.convert('L'), 'WEBP', quality=30))
json.dump(out, sys.stdout, indent=0)
