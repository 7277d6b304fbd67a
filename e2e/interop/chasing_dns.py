"""A resolver as a certificate authority has one, for tests: it knows some CNAME records and asks another server for all
else. A CNAME is answered together with what that server says of its target."""
import socket
import struct
import threading

CNAME = 5
IN = 1
HEADER = struct.Struct(">HHHHHH")
ANSWER = 0x8180  # an answer, recursion wanted and available
UPSTREAM_SECONDS = 5


def to_wire(name):
    labels = [label.encode() for label in name.rstrip(".").split(".")]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def read_name(message, at):
    """The name at this place, which must not be compressed, in lower case, and the place behind it."""
    labels = []
    while message[at]:
        labels.append(message[at + 1:at + 1 + message[at]].decode("latin1").lower())
        at += 1 + message[at]
    return ".".join(labels), at + 1


class ChasingDns:
    """Serves on UDP of loopback until stop. `cnames` maps names to targets, without final dots, and may change."""

    def __init__(self, upstream):
        self.cnames = {}
        self.upstream = upstream
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def stop(self):
        self.socket.sendto(b"", self.socket.getsockname())
        self.thread.join()
        self.socket.close()

    def serve(self):
        while True:
            message, sender = self.socket.recvfrom(65535)
            if not message:
                return
            try:
                self.socket.sendto(self.answer(message), sender)
            except OSError:
                pass  # the other server is gone: the client runs into its time-out

    def ask(self, message):
        host, port = self.upstream.rsplit(":", 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as upstream:
            upstream.settimeout(UPSTREAM_SECONDS)
            upstream.sendto(message, (host, int(port)))
            return upstream.recv(65535)

    def answer(self, message):
        number = HEADER.unpack_from(message)[0]
        name, end = read_name(message, HEADER.size)
        question = message[HEADER.size:end + 4]
        kind = struct.unpack_from(">H", message, end)[0]
        if name not in self.cnames:
            return self.ask(message)
        target = to_wire(self.cnames[name])
        records = question[:-4] + struct.pack(">HHIH", CNAME, IN, 1, len(target)) + target
        count = 1
        if kind != CNAME:
            found = self.ask(HEADER.pack(number, 0x0100, 1, 0, 0, 0) + target + struct.pack(">HH", kind, IN))
            # acme-dns compresses nothing, so its answers can be taken over as they stand.
            answers = HEADER.unpack_from(found)[3]
            if answers:
                records += found[HEADER.size + len(target) + 4:]
                count += answers
        return HEADER.pack(number, ANSWER, 1, count, 0, 0) + question + records
