"""A node without a mesh, for tests of the programs that drive nodes: `<state dir> <id> <n> <port>`.

Nodes see each other through the state folder, which has a folder per network namespace, as grids
that run at the same time have one each: who is alive is read from /proc, and a broadcast is
appended to the log file of every node that is alive. Some texts make the node misbehave:
  !die       exit with status 3
  !mute      never answer again
  !half      answer the next question with half a line, and exit
  !late      answer the next question only when another one comes
  !refuse    answer this broadcast with an error
  !stale     show everybody in the next 20 answers to alive
"""
import os
import pathlib
import selectors
import socket
import sys


MOODS = (b"!die", b"!mute", b"!half", b"!late", b"!refuse", b"!stale")


def process_state(pid: str) -> "tuple[str, str]":
    """State letter and start time of a process."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return fields[0], fields[19]


class FakeNode:
    def __init__(self, state: pathlib.Path, node_id: int, n: int, port: int) -> None:
        self.state = state / str(os.stat("/proc/self/ns/net").st_ino)
        self.state.mkdir(exist_ok=True)
        self.id, self.n = node_id, n
        self.mood = ""
        self.withheld = b""
        self.stale_answers = 0
        self.selector = selectors.DefaultSelector()
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", port))
        self.log(node_id).write_bytes(b"")
        pending = self.state / f"{node_id}.starting"
        pending.write_text(f"{os.getpid()} {process_state('self')[1]}")
        pending.rename(self.state / f"{node_id}.pid")
        self.listener.listen()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.note("ready")

    def note(self, text: str) -> None:
        print(f"fake node {self.id}: {text}", file=sys.stderr, flush=True)

    def log(self, node_id: int) -> pathlib.Path:
        return self.state / f"{node_id}.log"

    def lives(self, node_id: int) -> bool:
        try:
            pid, started = (self.state / f"{node_id}.pid").read_text().split()
            letter, ticks = process_state(pid)
        except OSError:
            return False
        return ticks == started and letter not in "TZX"

    def shown_alive(self) -> "list[int]":
        if self.stale_answers:
            self.stale_answers -= 1
            return list(range(self.n))
        return self.alive()

    def alive(self) -> "list[int]":
        return [i for i in range(self.n) if i == self.id or self.lives(i)]

    def messages(self) -> "list[bytes]":
        return self.log(self.id).read_bytes().split(b"\n")[:-1]

    def answer(self, line: bytes) -> bytes:
        verb, _, text = line.partition(b" ")
        if line == b"get":
            return b"messages " + b",".join(self.messages()) + b"\n"
        if line == b"alive":
            return b"alive " + ",".join(map(str, self.shown_alive())).encode() + b"\n"
        if line == b"count":
            return b"count %d\n" % len(self.messages())
        if verb == b"broadcast" and text in MOODS:
            return self.misbehave(text[1:].decode())
        if verb == b"broadcast" and text:
            for i in self.alive():
                with open(self.log(i), "ab") as log:
                    log.write(text + b"\n")
            return b""
        return b"error malformed\n"

    def misbehave(self, mood: str) -> bytes:
        self.note(f"mood {mood}")
        if mood == "die":
            os._exit(3)
        if mood == "refuse":
            return b"error refused\n"
        if mood == "stale":
            self.stale_answers = 20
        self.mood = mood
        return b""

    def respond(self, peer: socket.socket, line: bytes) -> None:
        answer = self.answer(line)
        if answer and os.environ.get("OVID_DIALECT") in ("2018", "2019"):
            answer = b"%d-%s" % (len(answer) - 1, answer[:-1])
        if not answer or self.mood == "mute":
            return
        if self.mood == "half":
            peer.sendall(answer[:len(answer) // 2])
            os._exit(4)
        if self.mood == "late":
            self.mood, self.withheld = "", answer
            return
        peer.sendall(self.withheld + answer)
        self.withheld = b""

    def serve(self) -> None:
        unfinished: "dict[socket.socket, bytes]" = {}
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self.listener:
                    peer, _ = self.listener.accept()
                    unfinished[peer] = b""
                    self.selector.register(peer, selectors.EVENT_READ)
                    continue
                peer = key.fileobj
                try:
                    data = peer.recv(1 << 20)
                except ConnectionResetError:
                    data = b""
                if not data:
                    self.selector.unregister(peer)
                    peer.close()
                    continue
                *lines, unfinished[peer] = (unfinished[peer] + data).split(b"\n")
                for line in lines:
                    self.respond(peer, line)


if __name__ == "__main__":
    FakeNode(pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:5])).serve()
