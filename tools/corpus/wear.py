"""What befalls paper before it is photographed. `much` goes from 0, as good as new, to 1."""

from math import cos, pi, sin
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tools.corpus.grain import field, inked, noise, over, shaded, speckles, strokes, wandering
from tools.corpus.sheets import PAPER, Sheet


def folded(sheet: Sheet, much: float, random: Random) -> Sheet:
    """Folded once to three times through the code, and opened again: toner flaked off, halves out of line."""
    picture = sheet.picture
    for _ in range(1 + int(much * random.uniform(1, 3))):
        turned = random.random() < 0.5
        picture = picture.transpose(Image.Transpose.ROTATE_90) if turned else picture
        picture = _fold(picture, _inside(sheet, random)[1], sheet.module, much, random)
        picture = picture.transpose(Image.Transpose.ROTATE_270) if turned else picture
    return sheet._replace(picture=picture)


def _fold(picture: Image.Image, at: float, module: float, much: float, random: Random) -> Image.Image:
    wide, high, crease = *picture.size, round(at)
    shift, squeeze = random.uniform(-3, 3) * module * much, random.uniform(0, 0.12) * much * (high - crease)
    top = ((0, 0, wide, crease), (0, 0, 0, crease, wide, crease, wide, 0))
    bottom = ((0, crease, wide, high), (0, crease, shift, high - squeeze, wide + shift, high - squeeze, wide, crease))
    mesh = [top, bottom]
    bent = picture.transform(picture.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC, fillcolor=PAPER)
    light = Image.new("L", (1, high), 255)
    for row in range(crease, high):
        light.putpixel((0, row), round(255 - 90 * much * max(0, 1 - (row - crease) / (10 * module))))
    bent = shaded(bent, light.resize(picture.size))
    steps = wandering(40, module * 0.6, random)
    line = [(wide * place / 39, crease + off) for place, off in enumerate(steps)]
    worn = strokes(picture.size, [line], module * (0.3 + 2.2 * much), module * 0.15)
    flaked = ImageChops.multiply(worn, speckles(picture.size, 0.55 + 0.4 * much, module * 0.5, random))
    return over(bent, flaked, PAPER)


def stamped(sheet: Sheet, much: float, random: Random) -> Sheet:
    """Under a red official seal that reaches into the code, further and darker the worse it is."""
    picture, module = sheet.picture, sheet.module
    left, top, side = sheet.code
    radius = side * random.uniform(0.55, 0.65)
    away = side * (0.95 - 0.75 * much)
    direction = random.uniform(0, 2 * pi)
    centre = left + side / 2 + away * cos(direction), top + side / 2 + away * sin(direction)
    mask = _seal(picture.size, centre, radius, random)
    worn = field(picture.size, 24, random).point([min(255, 110 + v) for v in range(256)])
    mask = ImageChops.multiply(mask.filter(ImageFilter.GaussianBlur(module * 0.15)), worn)
    red = random.randint(190, 225), random.randint(20, 60), random.randint(30, 60)
    return sheet._replace(picture=inked(picture, mask, red))


def _seal(size: tuple[int, int], centre: tuple[float, float], radius: float, random: Random) -> Image.Image:
    """A ring, a star, and strokes that stand for characters."""
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)

    def at(angle: float, far: float) -> tuple[float, float]:
        return centre[0] + far * radius * sin(angle), centre[1] - far * radius * cos(angle)

    draw.circle(centre, radius, outline=255, width=round(radius * 0.06))
    draw.polygon([at(point * pi / 5, 0.36 if point % 2 == 0 else 0.14) for point in range(10)], fill=255)
    for place in range(11):
        angle = -2.2 + 0.44 * place
        for _ in range(7):
            along, off = angle + random.uniform(-0.15, 0.15), random.uniform(0.6, 0.88)
            end = at(along + random.uniform(-0.13, 0.13), off + random.choice((0, 0.1, -0.1)))
            draw.line((at(along, off), end), fill=255, width=round(radius * 0.035))
    return mask


def stained(sheet: Sheet, much: float, random: Random) -> Sheet:
    """Coffee rings on it, and a shadow across it."""
    picture, module = sheet.picture, sheet.module
    for _ in range(1 + round(2 * much)):
        x, y = _inside(sheet, random)
        radius = sheet.code[2] * random.uniform(0.15, 0.4)
        mask = Image.new("L", picture.size)
        draw = ImageDraw.Draw(mask)
        draw.circle((x, y), radius, fill=round(140 * much))
        draw.circle((x, y), radius, outline=round(255 * min(1, 0.35 + much)), width=round(module * (0.5 + 2 * much)))
        mask = mask.filter(ImageFilter.GaussianBlur(module * 0.4))
        picture = inked(picture, mask, (112, 70, 34))
    wide, high = picture.size
    light = Image.new("L", picture.size, 255)
    angle, reach = random.uniform(0, 2 * pi), 2 * wide
    x, y = _inside(sheet, random)
    across = cos(angle) * reach, sin(angle) * reach
    corners = [
        (x - across[0], y - across[1]),
        (x + across[0], y + across[1]),
        (x + across[0] - across[1], y + across[1] + across[0]),
        (x - across[0] - across[1], y - across[1] + across[0]),
    ]
    ImageDraw.Draw(light).polygon(corners, fill=round(255 - 205 * much))
    light = light.filter(ImageFilter.GaussianBlur(module * random.uniform(0.3, 6)))
    return sheet._replace(picture=shaded(picture, light.resize((wide, high))))


def low_toner(sheet: Sheet, much: float, random: Random) -> Sheet:
    """Printed with a cartridge that is nearly empty: pale, in streaks, with grains missing."""
    picture, module = sheet.picture, sheet.module
    pale = field(picture.size, 5, random).point([min(255, round(much * (100 + 0.5 * v))) for v in range(256)])
    missing = speckles(picture.size, 0.04 + 0.34 * much, module * random.uniform(0.25, 0.6), random)
    lines = []
    for _ in range(round(7 * much)):
        x = _inside(sheet, random)[0]
        lines.append([(x, 0), (x + random.uniform(-2, 2), picture.height)])
    streaks = strokes(picture.size, lines, module * random.uniform(0.2, 0.9), module * 0.15)
    gone = ImageChops.lighter(ImageChops.lighter(pale, missing), streaks)
    return sheet._replace(picture=over(picture, gone, PAPER))


def copied(sheet: Sheet, much: float, random: Random) -> Sheet:
    """Faxed or copied over and over: black and white alone, spread or thinned, with pepper."""
    picture, module = sheet.picture.convert("L"), sheet.module
    pixels = 3.4 - 1.4 * much
    small = picture.resize([round(each * pixels / module) for each in picture.size], Image.Resampling.BOX)
    grain = noise(small.size, 15 + 45 * much, random)
    rough = ImageChops.add(small, grain, 1, -128)
    limit = random.choice((-1, 1)) * 45 * much + 128
    hard = rough.point([255 if v > limit else 0 for v in range(256)])
    pepper = speckles(small.size, 0.025 * much, 1, random).point([255 if v > 127 else 0 for v in range(256)])
    copy = ImageChops.darker(hard, ImageChops.invert(pepper)).resize(picture.size, Image.Resampling.BILINEAR)
    return sheet._replace(picture=Image.merge("RGB", (copy,) * 3))


def scribbled(sheet: Sheet, much: float, random: Random) -> Sheet:
    """A pen went over it."""
    picture = sheet.picture
    ink = random.choice(((28, 40, 130), (25, 25, 28), (170, 30, 40)))
    lines = []
    for _ in range(1 + round(4 * much)):
        x, y = _inside(sheet, random)
        turn, line = random.uniform(0, 2 * pi), []
        for _ in range(12 + round(20 * much)):
            line.append((x, y))
            turn += random.gauss(0, 0.7)
            x, y = x + 3 * sheet.module * cos(turn), y + 3 * sheet.module * sin(turn)
        lines.append(line)
    mask = strokes(picture.size, lines, sheet.module * random.uniform(0.5, 1.2), sheet.module * 0.15)
    return sheet._replace(picture=inked(picture, mask.point([round(0.9 * v) for v in range(256)]), ink))


def hidden(sheet: Sheet, much: float, random: Random) -> Sheet:
    """A sticker or a finger on it, within what the code's own correction can carry, and where no finder pattern is."""
    picture = sheet.picture.copy()
    left, top, side = sheet.code
    size = side * (0.12 + 0.3 * much)
    for _ in range(100):
        x, y = (random.uniform(0, side - size) for _ in "xy")
        finder = side * 8 / sheet.modules
        corners = ((0, 0), (side - finder, 0), (0, side - finder))
        if not any(a - size < x < a + finder and b - size < y < b + finder for a, b in corners):
            break
    colour = random.choice(((236, 208, 60), (214, 168, 140), (60, 62, 66), (120, 170, 210)))
    box = left + x, top + y, left + x + size, top + y + size * random.uniform(0.6, 1)
    ImageDraw.Draw(picture).rounded_rectangle(box, radius=size / 5, fill=colour)
    return sheet._replace(picture=picture)


def faint(sheet: Sheet, much: float, random: Random) -> Sheet:
    """Faded in the sun, unevenly; or printed bright on dark, and faded."""
    picture = sheet.picture
    if random.random() < 0.3:
        picture = ImageChops.invert(picture)
    contrast = 0.5 * (1 - much) ** 1.5 + 0.045
    base = random.randint(90, 190)
    flat = picture.point([round(base + (v - 128) * contrast) for v in range(256)] * 3)
    light = field(picture.size, 3, random).point([round(255 - v * 0.5 * much) for v in range(256)])
    return sheet._replace(picture=shaded(flat, light))


def _inside(sheet: Sheet, random: Random) -> tuple[float, float]:
    """Some place in the code."""
    left, top, side = sheet.code
    return left + side * random.uniform(0.08, 0.92), top + side * random.uniform(0.08, 0.92)
