"""How long to wait after a node was started or ended: until all agree, or as the lab's master."""
from typing import Callable, Dict, Iterable, List, Optional, Set

from .loop import Loop, now
from .node import Node

START_SECONDS = 3.0
LOSS_SECONDS = 1.0
RETURN_SECONDS = 3.0
_POLL_SECONDS = 0.002

View = Optional[Set[int]]


class LabSleeps:
    """The times of the lab's own master, whatever the nodes do meanwhile."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop

    def came(self, _node: Node) -> None:
        self._loop.sleep(START_SECONDS)

    def went(self, _node: Node) -> None:
        self._loop.sleep(LOSS_SECONDS)

    def returned(self, _node: Node) -> None:
        self._loop.sleep(LOSS_SECONDS)


class Conditions:
    """Asks the nodes who is alive until all answers fit the script.

    awake() gives the nodes that can be asked: started, not crashed, not paused; connect() tries
    once.
    """

    def __init__(self, loop: Loop, awake: Callable[[], List[Node]], connect: Callable[[Node], bool],
                 say: Callable[[str], None], debug: Callable[[str], None]) -> None:
        self._loop, self._awake, self._connect = loop, awake, connect
        self._say, self._debug = say, debug

    def came(self, node: Node) -> None:
        self._agree(node, START_SECONDS, f"after the start of node {node.id}")

    def returned(self, node: Node) -> None:
        self._agree(node, RETURN_SECONDS, f"after node {node.id} was resumed")

    def went(self, node: Node) -> None:
        self._debug(f"waiting until no node shows node {node.id}")

        def unseen(view: Set[int], _awake: Set[int]) -> bool:
            return node.id not in view

        views = self._poll_until(unseen, LOSS_SECONDS, lambda: False)
        if views is not None:
            showing = [i for i, view in views.items() if view is None or node.id in view]
            self._say(f"after {LOSS_SECONDS:g} s node {node.id} is still shown by (or no answer "
                      f"from) {_names(showing)}; continuing")

    def _agree(self, node: Node, seconds: float, when: str) -> None:
        running = _names(other.id for other in self._awake())
        self._debug(f"waiting until {running} agree on who is alive")

        def complete(view: Set[int], awake: Set[int]) -> bool:
            return view == awake

        views = self._poll_until(complete, seconds, lambda: node.exit_status() is not None)
        if views is not None:
            seen = "; ".join(f"{i} shows {_names(view)}" if view is not None
                             else f"{i} gives no answer" for i, view in views.items())
            self._say(f"no agreement {seconds:g} s {when} ({seen}); continuing")

    def _poll_until(self, fits: Callable[[Set[int], Set[int]], bool], seconds: float,
                    hopeless: Callable[[], bool]) -> Optional[Dict[int, View]]:
        """None once the views of all nodes fit (or never will), else the last views.

        They must fit in one complete round. Before it only nodes are asked whose view did not fit,
        and at least half of the time is left to the nodes themselves. If the time ends within the
        complete round, the last view of each counts.
        """
        end = now() + seconds
        for node in self._awake():
            node.poll = None
        views: Dict[int, View] = {}
        while True:
            begin, awake = now(), {node.id: node for node in self._awake()}

            def fitting(view: View) -> bool:
                return view is not None and fits(view, set(awake))

            doubted = [node for i, node in awake.items() if not fitting(views.get(i))]
            fresh = self._round(doubted or list(awake.values()), end)
            if hopeless() or (len(fresh) == len(awake) and all(map(fitting, fresh.values()))):
                return None
            views = {i: views.get(i) if fresh.get(i) is None else fresh[i] for i in awake}
            if now() >= end:
                return None if all(map(fitting, views.values())) else views
            self._loop.sleep(max(_POLL_SECONDS, now() - begin))

    def _round(self, nodes: List[Node], end: float) -> Dict[int, View]:
        """Ask these nodes once; None for those that do not answer."""
        polls = {node.id: node.polled() for node in nodes if self._connect(node)}
        self._loop.until(lambda: all(poll.done for poll in polls.values()), end - now())
        return {node.id: _alive(polls[node.id].answer) if node.id in polls else None
                for node in nodes}


def _alive(answer: Optional[bytes]) -> View:
    word, _, ids = (answer or b"").strip().partition(b" ")
    if word != b"alive":
        return None
    try:
        return {int(text) for text in ids.split(b",") if text.strip()}
    except ValueError:
        return None


def _names(ids: Iterable[int]) -> str:
    return ",".join(str(i) for i in sorted(ids)) or "none"
