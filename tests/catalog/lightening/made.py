"""Heavy files to be made lighter, made anew by each test; films by a real ffmpeg."""

from __future__ import annotations

import subprocess
from pathlib import Path

import imageio_ffmpeg
from PIL import Image, ImageDraw

FFMPEG: str = imageio_ffmpeg.get_ffmpeg_exe()


def scan(path: Path, pages: int = 2, *, pixels: tuple[int, int] = (1240, 1754), quality: int = 95) -> Path:
    """Pages as a scanner leaves them: noisy pictures, far finer than a screen shows."""
    drawn = [Image.effect_noise(pixels, 40).convert("RGB") for _ in range(pages)]
    for number, each in enumerate(drawn):
        ImageDraw.Draw(each).text((100, 100), f"Página {number + 1}", fill="black", font_size=80)
    inches = pixels[0] / 8.27
    drawn[0].save(path, "PDF", save_all=True, append_images=drawn[1:], resolution=inches, quality=quality)
    return path


def film(path: Path, *, seconds: int = 2, sound: bool = True, size: str = "640x360", title: str = "") -> Path:
    """A film with moving colours, and a tone where it has sound; H.264 and AAC, or VP8 and Opus by the name."""
    is_webm = path.suffix == ".webm"
    tone = ["-f", "lavfi", "-i", f"sine=d={seconds}", "-c:a", "libopus" if is_webm else "aac"]
    codec = ["-c:v", "libvpx", "-b:v", "2M"] if is_webm else ["-c:v", "libx264", "-preset", "ultrafast"]
    pictures = ["-f", "lavfi", "-i", f"testsrc2=s={size}:d={seconds}"]
    _run([*pictures, *(tone if sound else []), *codec, "-metadata", f"title={title}", str(path)])
    return path


def streams(path: Path) -> str:
    """What ffmpeg says of a file."""
    told = subprocess.run([FFMPEG, "-hide_banner", "-i", str(path)], capture_output=True, text=True, check=False)
    return told.stderr


def _run(arguments: list[str]) -> None:
    subprocess.run([FFMPEG, "-y", "-loglevel", "error", *arguments], check=True)
