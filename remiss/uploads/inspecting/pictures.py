"""Pictures: drawn anew, so that nothing but the picture is left."""

from io import BytesIO

import pillow_heif
from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from .kinds import Fault

MAX_PIXELS = 64_000_000  # a phone takes 48 or 50 million
PILLOW_NAMES = {"jpg": "JPEG", "png": "PNG", "heic": "HEIF"}
KEPT = ("icc_profile", "transparency")  # what the colours need

# The limit above is ours and is checked first; Pillow's own only warns.
Image.MAX_IMAGE_PIXELS = None
pillow_heif.register_heif_opener(
    thumbnails=False, depth_images=False, aux_images=False, decode_threads=2
)


def cleaned(content: bytes, kind: str) -> bytes:
    """The picture alone, turned the right way up: no place, camera, comment or appended file."""
    with Image.open(BytesIO(content), formats=[PILLOW_NAMES[kind]]) as original:
        if original.width * original.height > MAX_PIXELS:
            raise Fault("pixels")
        how = encoding(original)
        original.load()
        picture = ImageOps.exif_transpose(original)
    if kind == "heic" and picture.mode not in {"L", "RGB"}:
        picture = picture.convert("RGB")
    picture.info = {name: picture.info[name] for name in KEPT if picture.info.get(name) is not None}
    file = BytesIO()
    picture.save(file, "PNG" if kind == "png" else "JPEG", **how)
    return file.getvalue()


def encoding(original: Image.Image) -> dict:
    """How to save: a JPEG keeps its own tables, so that it loses next to nothing."""
    how = {"icc_profile": original.info.get("icc_profile")}
    if isinstance(original, JpegImageFile):
        return how | {"qtables": original.quantization, "subsampling": get_sampling(original)}
    return how | {"quality": 90}
