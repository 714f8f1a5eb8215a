"""The example's receiver with what the tests need: a list of what came, and a gate.

It writes a line for each request to `--log` before it works, and answers when `--gate` exists.
"""

import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "Examples" / "webhook"))
import receiver  # noqa: E402


def main():
    parser = receiver.arguments()
    parser.add_argument("--log", type=pathlib.Path, required=True)
    parser.add_argument("--gate", type=pathlib.Path)
    options = parser.parse_args()

    def work(assignment):
        with options.log.open("a") as log:
            log.write(json.dumps(assignment, ensure_ascii=False) + "\n")
        while options.gate and not options.gate.exists():
            time.sleep(0.01)
        return receiver.dispose(assignment)

    server = receiver.Receiver(
        ("127.0.0.1", options.port), receiver.read_secret(options.secret), work
    )
    receiver.serve(server, options)


main()
