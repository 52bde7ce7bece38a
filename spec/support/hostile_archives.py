"""Writes archives made to exhaust whoever reads them: hostile_archives.py FOLDER. Prints their names.

Each is an import archive at heart: an applicant.json, and folders with applicantIdDoc.json and an image.
"""
import struct
import sys
import zlib

APPLICANT = open("spec/fixtures/reference/applicant.json", "rb").read()
DOC = open("spec/fixtures/reference/applicantIdDoc.json", "rb").read()
JPEG = b"\xff\xd8\xff\xe0"
MIB = 1 << 20


def deflate(pieces):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"".join(packer.compress(piece) for piece in pieces) + packer.flush()


def swollen(mib):
    """So many MiB that are almost nothing when packed, their checksum, their size."""
    def pieces():
        for _ in range(mib):
            yield bytes(MIB)
    crc = 0
    for piece in pieces():
        crc = zlib.crc32(piece, crc)
    return deflate(pieces()), crc, mib * MIB


class Archive:
    def __init__(self, path):
        self.file = open(path, "wb")
        self.directory = []
        self.at = 0

    def write(self, data):
        self.file.write(data)
        self.at += len(data)

    def fields(self, name, method, crc, packed, size, extra):
        return struct.pack("<5H3I2H", 20, 0, method, 0, 0x21, crc, packed, size, len(name), len(extra))

    def record(self, name, method, crc, packed, size, offset, extra=b""):
        self.directory.append(b"PK\1\2\x14\3" + self.fields(name, method, crc, packed, size, extra)
                              + struct.pack("<3H2I", 0, 0, 0, 0x81a4 << 16, offset) + name + extra)

    def add(self, name, data, method=0, crc=None, size=None, extra=b""):
        name = name.encode()
        crc = zlib.crc32(data) if crc is None else crc
        size = len(data) if size is None else size
        self.record(name, method, crc, len(data), size, self.at, extra)
        self.write(b"PK\3\4" + self.fields(name, method, crc, len(data), size, extra) + name + extra + data)

    def document(self, folder, data, **options):
        self.add(folder + "/applicantIdDoc.json", DOC)
        self.add(folder + "/1.jpg", data, **options)

    def close(self, count=None, zip64=False):
        directory = b"".join(self.directory)
        count = len(self.directory) if count is None else count
        start = self.at
        self.write(directory)
        if zip64:
            end = self.at
            self.write(struct.pack("<IQ2H2I4Q", 0x06064b50, 44, 45, 45, 0, 0, count, count, len(directory), start))
            self.write(struct.pack("<IIQI", 0x07064b50, 0, end, 1))
        self.write(struct.pack("<I4H2IH", 0x06054b50, 0, 0, count & 0xffff, count & 0xffff, len(directory), start, 0))
        self.file.close()


def bomb(archive):
    packed, crc, size = swollen(256)
    archive.document("a", packed, method=8, crc=crc, size=size)


def lying_bomb(archive):
    packed, crc, _ = swollen(256)
    archive.document("a", packed, method=8, crc=crc, size=60000)


def padded_bombs(archive):
    """As much as may be unpacked, behind a ratio that an image could have."""
    packed, crc, size = swollen(50)
    packed += bytes(size // 90 - len(packed))
    for i in range(5):
        archive.document("a%d" % i, packed, method=8, crc=crc, size=size)


def quoted_bomb(archive):
    """Every entry's data holds the headers of those after it; all unpack the same bytes."""
    packed, crc, size = swollen(10)
    start = archive.at
    for i in range(490):
        archive.record(b"a%03d/1.jpg" % i, 8, crc, len(packed), size, start)
    archive.write(b"PK\3\4" + archive.fields(b"a000/1.jpg", 8, crc, len(packed), size, b"") + b"a000/1.jpg" + packed)


def entries(count):
    def fill(archive):
        for i in range(count):
            archive.add("a%d/1.jpg" % i, JPEG)
    return fill


def extras(archive):
    """Headers as long as they can be."""
    extra = struct.pack("<2H", 0xcafe, 65531) + bytes(65531)
    for i in range(490):
        archive.add("a%d/1.jpg" % i, JPEG, extra=extra)


def json_of(fill):
    def write(archive):
        for i in range(245):
            archive.add("a%d/applicantIdDoc.json" % i, deflate([fill]), method=8, crc=zlib.crc32(fill), size=len(fill))
            archive.add("a%d/1.jpg" % i, JPEG)
    return write


def images_of_zips(archive):
    inner = Archive(sys.argv[1] + "/inner")
    bomb(inner)
    inner.close()
    data = open(sys.argv[1] + "/inner", "rb").read()
    for i in range(100):
        archive.document("a%d" % i, deflate([data]), method=8, crc=zlib.crc32(data), size=len(data))


def write(name, fill, **end):
    archive = Archive("%s/%s.zip" % (sys.argv[1], name))
    archive.add("applicant.json", APPLICANT)
    fill(archive)
    archive.close(**end)
    print(name)


def sparse(name, head, tail):
    with open("%s/%s.zip" % (sys.argv[1], name), "wb") as file:
        file.write(head)
        file.seek(1 << 32)
        file.write(tail)
    print(name)


write("bomb", bomb)
write("lying-bomb", lying_bomb)
write("padded-bombs", padded_bombs)
write("quoted-bomb", quoted_bomb)
write("65535-entries", entries(65534))
write("65536-entries", entries(65535))
write("65536-entries-zip64", entries(65535), zip64=True)
write("65536-entries-of-5", entries(65535), count=5)
write("long-headers", extras)
write("empty-objects", json_of(b"[" + b"{}," * 5000 + b"{}]"))
write("empty-lists", json_of(b'{"a":[' + b"[]," * 5000 + b"[]]}"))
write("many-names", json_of(b"{" + b",".join(b'"%d":0' % i for i in range(1700)) + b"}"))
write("nested-archives", images_of_zips)
sparse("4-gib-of-nothing", b"", b"\0")
sparse("4-gib-of-end-records", b"", (b"PK\5\6" + bytes(14) + b"\xff\xff") * 3000)
