"""Writes protocol-frames.json: frames computed by a third implementation, from docs/protocol.md alone.

    python3 test/vectors/protocol-frames.py > test/vectors/protocol-frames.json
"""
import json
import struct


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def stuff(data):
    out = bytearray()
    groups = bytes(data).split(b"\n")
    for number, group in enumerate(groups):
        while len(group) > 254:
            out += bytes([0xFF ^ 0x0A]) + group[:254]
            group = group[254:]
        is_last = number == len(groups) - 1
        if len(group) == 254:
            out += bytes([0xFF ^ 0x0A]) + group
            if is_last:
                continue
            group = b""
        out += bytes([(len(group) + 1) ^ 0x0A]) + group
    return bytes(out)


def unit(kind, round_, nonce, sequence, command, length, payload):
    header = struct.pack("<BBIIB", 1, kind | round_ << 4, nonce, sequence, command)
    header += struct.pack("<I", length)[:3]
    covered = b"\x01" + stuff(header + payload)
    crc = crc32c(covered)
    return covered + bytes(0x80 | crc >> shift & 0x7F for shift in range(0, 32, 7)) + b"\n"


NAMES = {1: "request", 2: "continue", 3: "answer", 4: "refusal", 5: "acknowledge"}
CASES = [
    ("empty payload", 1, 0, 0, 0, 2, 0, b""),
    ("hello", 1, 0, 0xDEADBEEF, 0, 1, 5, bytes.fromhex("820119028f")),
    ("every field is the end of a record", 1, 0, 0x0A0A0A0A, 0x0A0A0A0A, 0x0A, 0x0A0A0A, b"\n"),
    ("payload of record ends", 3, 15, 1, 2, 3, 7, b"\n" * 7),
    ("record end at the very end", 3, 1, 1, 2, 3, 4, b"abc\n"),
    ("a continuation", 2, 4, 7, 9, 4, 1542 - 631, b"\x00\xff" * 200),
    ("group of 254 at the end", 1, 0, 1, 1, 1, 240, b"U" * 240),
    ("group of 254 before a record end", 1, 0, 1, 1, 1, 241, b"U" * 240 + b"\n"),
    ("group of 254 before a byte", 1, 0, 1, 1, 1, 241, b"U" * 241),
    ("two full groups", 1, 0, 0xFFFFFFFF, 0x80000000, 255, 494, b"U" * 494),
    ("a full unit", 1, 0, 1, 1, 4, 631, bytes(11 + i % 240 for i in range(631))),
    ("a refusal", 4, 3, 0x12345678, 0xFFFFFFFF, 4, 5, bytes.fromhex("8405000100")),
]

rows = [
    {
        "name": name,
        "kind": NAMES[kind],
        "round": round_,
        "nonce": nonce,
        "sequence": sequence,
        "command": command,
        "length": length,
        "payload": payload.hex(),
        "unit": unit(kind, round_, nonce, sequence, command, length, payload).hex(),
    }
    for name, kind, round_, nonce, sequence, command, length, payload in CASES
]
print("[\n" + ",\n".join("  " + json.dumps(row) for row in rows) + "\n]")
