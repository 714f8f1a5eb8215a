"""GridCall's frames and message bodies (docs/protocol.md, "Grammar").

The Protobuf classes are made from wire.proto when this module is imported: protoc turns it into a
descriptor set, which every protoc writes and every Protobuf runtime reads alike. So nothing
generated is kept, and the versions of protoc and of the Python package need not match.
"""

import enum
import os
import pathlib
import subprocess
import tempfile
import types

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

VERSION = 1
MAGIC = b"GC"
HEADER_BYTES = 4

_WIRE_PROTO = pathlib.Path(__file__).resolve().parents[2] / "Sources/Shared/GridCodec/wire.proto"


class Kind(enum.IntEnum):
    """The kinds of messages of version 1."""

    HELLO = 1
    WELCOME = 2
    HEARTBEAT = 3
    GOODBYE = 4
    SUBMIT = 5
    RECEIPT = 6
    ASSIGN = 7
    WITHDRAW = 8
    PROGRESS = 9
    OUTCOME = 10
    OUTCOME_RECEIPT = 11
    COMMAND = 12
    COMMAND_REPLY = 13
    QUERY = 14
    QUERY_REPLY = 15
    ERROR = 21

    @property
    def message_name(self):
        """The message of wire.proto that is the body of this kind."""
        return self.name.title().replace("_", "")


class MalformedFrame(Exception):
    """A frame that cannot be read."""


def _load(proto):
    """The messages and enumeration values of a .proto file, by name."""
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "wire.descriptors"
        command = ["protoc", f"--proto_path={proto.parent}", f"--descriptor_set_out={target}"]
        try:
            subprocess.run([*command, proto.name], check=True)
        except FileNotFoundError as error:
            raise ImportError("protoc is missing; Debian: apt install protobuf-compiler") from error
        descriptors = descriptor_pb2.FileDescriptorSet.FromString(target.read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in descriptors.file:
        pool.AddSerializedFile(file.SerializeToString())
    file = pool.FindFileByName(proto.name)
    make_class = getattr(message_factory, "GetMessageClass", None)
    if make_class is None:  # Protobuf before 4.22, such as Debian 12's
        make_class = message_factory.MessageFactory(pool).GetPrototype
    names = {
        name: make_class(descriptor)
        for name, descriptor in file.message_types_by_name.items()
    }
    for enumeration in file.enum_types_by_name.values():
        names.update({value.name: value.number for value in enumeration.values})
    return types.SimpleNamespace(**names)


wire = _load(pathlib.Path(os.environ.get("GRIDCALL_WIRE_PROTO", _WIRE_PROTO)))
"""What wire.proto declares: wire.Hello, wire.Claim, …, and wire.WORKER, wire.COMPLETED, …"""


def encode(kind, body):
    """The one frame of a message."""
    return MAGIC + bytes([VERSION, kind]) + body.SerializeToString()


def decode(frame):
    """Kind and body of a frame; raises MalformedFrame."""
    if len(frame) < HEADER_BYTES or frame[:2] != MAGIC:
        raise MalformedFrame("a frame begins with GC, version and kind")
    if frame[2] != VERSION and frame[3] != Kind.ERROR:
        raise MalformedFrame(f"version {frame[2]} is not {VERSION}")
    try:
        kind = Kind(frame[3])
        return kind, getattr(wire, kind.message_name).FromString(frame[HEADER_BYTES:])
    except Exception as error:  # an unknown kind, or any failure of the Protobuf runtime
        raise MalformedFrame(str(error)) from error
