"""Hands TCP connections on and writes every byte of both directions into a file.

    recording_proxy.py LISTEN_PORT TARGET_PORT FILE

What somebody who listens on the line would see; tcpdump needs rights that a test does not have.
"""

import selectors
import socket
import sys


def main():
    listen_port, target_port, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    record = open(path, "wb", buffering=0)
    listener = socket.create_server(("127.0.0.1", listen_port))
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ, None)
    print("listening", flush=True)
    while True:
        for key, _ in selector.select():
            if key.data is None:
                peer = listener.accept()[0]
                target = socket.create_connection(("127.0.0.1", target_port))
                selector.register(peer, selectors.EVENT_READ, target)
                selector.register(target, selectors.EVENT_READ, peer)
                continue
            try:
                data = key.fileobj.recv(65536)
                record.write(data)
                key.data.sendall(data)
            except OSError:
                data = b""
            if not data:
                for end in (key.fileobj, key.data):
                    if end in selector.get_map():
                        selector.unregister(end)
                    end.close()


if __name__ == "__main__":
    main()
