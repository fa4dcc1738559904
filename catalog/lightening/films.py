"""Makes the sound and the poster of a film with ffmpeg. The only module that knows its command line."""

from __future__ import annotations

import ctypes
import shutil
import signal
import subprocess
from functools import cache
from pathlib import Path

SOUND_TYPE = "audio/mp4"
SOUND_BITS_PER_S, SOUND_HZ = 48_000, 32_000
_PR_SET_PDEATHSIG = 1
_DEMUXERS = {"video/mp4": "mov", "video/webm": "matroska"}
_POSTER_AT, _POSTER_AT_MOST_S = 0.1, 30.0
_POSTER_WIDTH_PX = 640
_FRAMES_TO_CHOOSE_FROM = 50
_DETAIL_CHARACTERS = 500


class NoFilm(Exception):
    """ffmpeg could make nothing of it; its words are for the log."""


@cache
def program(named: str) -> str:
    """The path of ffmpeg: the one named, or else found on PATH; empty where there is none."""
    return shutil.which(named or "ffmpeg") or ""


def sound(ffmpeg: str, path: Path, media_type: str, target: Path) -> None:
    """Write the first sound track as AAC in one channel; neither names nor places of the film come along. NoFilm."""
    made = ("-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-ac", "1")
    coded = ("-ar", str(SOUND_HZ), "-c:a", "aac", "-b:a", str(SOUND_BITS_PER_S), "-movflags", "+faststart", "-f", "mp4")
    _run([*_reading(ffmpeg, path, media_type), *made, *coded, f"file:{target}"])


def poster(ffmpeg: str, path: Path, media_type: str, target: Path, duration_s: float) -> None:
    """Write a telling picture from near the beginning as PNG. NoFilm."""
    at = min(duration_s * _POSTER_AT, _POSTER_AT_MOST_S)
    chosen = f"thumbnail={_FRAMES_TO_CHOOSE_FROM},scale='min({_POSTER_WIDTH_PX},iw)':-2"
    made = ("-map", "0:v:0", "-an", "-sn", "-dn", "-vf", chosen, "-frames:v", "1", "-f", "image2", "-c:v", "png")
    _run([*_reading(ffmpeg, path, media_type, f"{at:.3f}"), *made, f"file:{target}"])


def _reading(ffmpeg: str, path: Path, media_type: str, at: str = "0") -> list[str]:
    """Told what the file is, ffmpeg cannot take it for a list of others; it may open files only, and no addresses."""
    demuxer = _DEMUXERS.get(media_type)
    if demuxer is None:
        raise NoFilm(f"no way to read {media_type}")
    quiet = (ffmpeg, "-hide_banner", "-nostdin", "-loglevel", "error", "-y", "-threads", "1", "-filter_threads", "1")
    return [*quiet, "-protocol_whitelist", "file", "-ss", at, "-f", demuxer, "-i", f"file:{path}"]


def _run(command: list[str]) -> None:
    ended = subprocess.run(  # noqa: S603 - our own arguments; the file's name is ours, too
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
        preexec_fn=_end_with_parent,
    )
    if ended.returncode:
        words = ended.stderr.decode("utf-8", "replace").strip()
        raise NoFilm(f"ffmpeg ended with {ended.returncode}: {words[-_DETAIL_CHARACTERS:]}")


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
