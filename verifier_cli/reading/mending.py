"""Pixel by pixel, in whole numbers: what the ladder does to a picture. web/src/reader/mending.ts gives the same bytes.

Every function takes and gives a picture in grey (mode L), a byte a pixel; 0 is black.
"""

from PIL import Image, ImageChops, ImageFilter

_MIDDLE = 128


def brightest(picture: Image.Image) -> Image.Image:
    """For each pixel the brightest of its colours (mode RGB or L): coloured ink vanishes, black ink stays."""
    if picture.mode == "L":
        return picture
    red, green, blue = picture.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def enlarged(grey: Image.Image, by: int) -> Image.Image:
    """`by` times as wide and as high, bicubic."""
    return grey.resize((by * grey.width, by * grey.height), Image.Resampling.BICUBIC)


def reduced(grey: Image.Image, by: int) -> Image.Image:
    """The mean of every `by` by `by` pixels; less at the right and lower edge."""
    return grey.reduce(by)


def smoothed(grey: Image.Image, radius: int) -> Image.Image:
    """Each pixel the mean of the square around it, `radius` pixels in every direction."""
    return grey.filter(ImageFilter.BoxBlur(radius))


def darkest(grey: Image.Image) -> Image.Image:
    """Each pixel the darkest of the nine around it: thin bright lines and specks in dark modules vanish."""
    return grey.filter(ImageFilter.MinFilter(3))


def sharpened(grey: Image.Image, radius: int, much: int) -> Image.Image:
    """Each pixel further from the mean around it, by `much` times as far as it was."""
    away = ImageChops.subtract(grey, smoothed(grey, radius), 1, _MIDDLE)
    more = away.point([min(255, max(0, _MIDDLE + much * (value - _MIDDLE))) for value in range(256)])
    return ImageChops.add(grey, more, 1, -_MIDDLE)


def divided(grey: Image.Image, radius: int) -> Image.Image:
    """White where a pixel is not darker than the weighted mean around it, else black."""
    around = smoothed(smoothed(grey, radius), radius)
    return ImageChops.subtract(grey, around, 1, _MIDDLE).point([0] * _MIDDLE + [255] * _MIDDLE)
