"""Recordings to read, made anew by each test: the least that each container consists of, with nothing to be heard."""

from __future__ import annotations

import struct
from pathlib import Path


def mp3(path: Path, seconds: float = 5) -> Path:
    """Frames of MPEG-1 layer III, 128 kbit/s, 44.1 kHz, all of silence."""
    frame = b"\xff\xfb\x90\x64" + bytes(413)
    path.write_bytes(frame * round(seconds * 44100 / 1152))
    return path


def mp4(
    path: Path, seconds: float = 5, *, brand: bytes = b"isom", handler: bytes = b"vide", reference: str = ""
) -> Path:
    """A film of one long empty picture, or sound (``handler`` soun); ``reference`` is where its data would lie."""
    length = round(seconds * 1000)
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    movie_header = _box(
        b"mvhd", bytes(12), struct.pack(">IIIH", 1000, length, 0x10000, 0x100), bytes(10), matrix, bytes(28)
    )
    track_header = _box(b"tkhd", b"\0\0\0\3", bytes(8), struct.pack(">III", 1, 0, length), bytes(16), matrix, bytes(8))
    media_header = _box(b"mdhd", bytes(12), struct.pack(">IIHH", 1000, length, 0x55C4, 0))
    named = _box(b"hdlr", bytes(8), handler, bytes(13))
    address = _box(b"url ", b"\0\0\0" + bytes([not reference]), reference.encode() + b"\0" * bool(reference))
    where = _box(b"dinf", _box(b"dref", bytes(4), struct.pack(">I", 1), address))
    tables = {b"stts": (1, 1, length), b"stsc": (1, 1, 1, 1), b"stsz": (64, 1), b"stco": (1, 40)}
    samples = b"".join(_box(name, bytes(4), struct.pack(f">{len(each)}I", *each)) for name, each in tables.items())
    kinds = {b"vide": _video_entry(), b"soun": _sound_entry()}
    described = _box(b"stsd", bytes(4), struct.pack(">I", 1), kinds[handler])
    table = _box(b"stbl", described, samples)
    kind = _box(b"vmhd", bytes(12)) if handler == b"vide" else _box(b"smhd", bytes(8))
    track = _box(b"trak", track_header, _box(b"mdia", media_header, named, _box(b"minf", kind, where, table)))
    path.write_bytes(
        _box(b"ftyp", brand, bytes(4), brand) + _box(b"moov", movie_header, track) + _box(b"mdat", bytes(64))
    )
    return path


def _video_entry() -> bytes:
    size = struct.pack(">HHIII", 320, 240, 0x480000, 0x480000, 0)
    profile = _box(b"avcC", b"\x01\x42\x00\x1e\xff\xe0\x00")
    return _box(b"avc1", bytes(6), b"\0\1", bytes(16), size, b"\0\1", bytes(32), b"\0\x18\xff\xff", profile)


def _sound_entry() -> bytes:
    return _box(b"mp4a", bytes(6), b"\0\1", bytes(8), struct.pack(">HHII", 2, 16, 0, 44100 << 16))


def _box(name: bytes, *contents: bytes) -> bytes:
    inside = b"".join(contents)
    return struct.pack(">I", 8 + len(inside)) + name + inside


def webm(path: Path, seconds: float = 5, *, codec: bytes = b"V_VP9") -> Path:
    """A film without pictures, or sound, by its ``codec``."""
    head = _element(0x1A45DFA3, _element(0x4282, b"webm"), _element(0x4287, b"\x04"), _element(0x4285, b"\x02"))
    length = _element(0x4489, struct.pack(">d", seconds * 1000))
    facts = _element(0x1549A966, _element(0x2AD7B1, b"\x0f\x42\x40"), length)
    film = _element(0xE0, _element(0xB0, b"\x01\x40"), _element(0xBA, b"\xf0"))
    sound = _element(0xE1, _element(0xB5, struct.pack(">d", 48000)), _element(0x9F, b"\x02"))
    kind, inside = (b"\x01", film) if codec.startswith(b"V") else (b"\x02", sound)
    named = _element(0xD7, b"\x01") + _element(0x73C5, b"\x01") + _element(0x83, kind) + _element(0x86, codec)
    track = _element(0xAE, named, inside)
    path.write_bytes(head + _element(0x18538067, facts, _element(0x1654AE6B, track)))
    return path


def _element(number: int, *contents: bytes) -> bytes:
    inside = b"".join(contents)
    name = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return name + (0x10000000 | len(inside)).to_bytes(4, "big") + inside


def ogg(path: Path, seconds: float = 5) -> Path:
    """Opus in its first and last page."""
    head = b"OpusHead" + struct.pack("<BBHIHB", 1, 2, 0, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"test" + struct.pack("<I", 0)
    pages = [_page(0, 2, 0, head), _page(1, 0, 0, tags), _page(2, 4, round(seconds * 48000), b"\xfc\xff\xfe")]
    path.write_bytes(b"".join(pages))
    return path


def _page(number: int, flags: int, position: int, packet: bytes) -> bytes:
    page = b"OggS" + struct.pack("<BBqIIIBB", 0, flags, position, 1, number, 0, 1, len(packet)) + packet
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def _checksum(page: bytes) -> int:
    total = 0
    for byte in page:
        total ^= byte << 24
        for _ in range(8):
            total = (total << 1 ^ (0x04C11DB7 if total & 0x80000000 else 0)) & 0xFFFFFFFF
    return total
