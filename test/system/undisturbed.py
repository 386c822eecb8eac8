"""The base of tests in which other programs disturb a grid: what they do at their beginning and
end."""
from typing import List

import grid

LOG_LINES_MAX = 30  # maximum of lines that the garbage of one test may add to one node's log


class UndisturbedTest(grid.SystemTest):
    """During the test, every answer to `alive` must be right at every node. Afterwards all messages
    must arrive, all nodes must still run, standard output must be empty, and standard error must
    have only few lines."""

    NODES = 3

    def setUp(self) -> None:
        self.g = self.whole_grid(self.NODES)
        self.nodes = range(self.NODES)
        self.lines_before = [len(self.g.nodes[node].log()) for node in self.nodes]
        self.watch = grid.Watch(self.g, self.nodes, self.nodes)
        self.addCleanup(self.watch.end)
        self.said = 0

    def tearDown(self) -> None:
        self.assert_nobody_was_down()
        self.everybody_speaks()
        answers = self.watch.answers
        self.assertTrue(grid.eventually(lambda: self.watch.answers > answers + 20))
        self.assertEqual(self.watch.end(), [])
        for node in self.nodes:
            log = self.g.nodes[node].log()
            self.assertLessEqual(len(log), self.lines_before[node] + LOG_LINES_MAX, log[-50:])
            self.assertTrue(self.g.nodes[node].running())
            self.assertEqual(self.g.nodes[node].stdout(), "")
        self.assert_nobody_was_down()

    def assert_nobody_was_down(self) -> None:
        for node in self.nodes:
            self.assertEqual(self.g.nodes[node].events("session_ended"), [])

    def everybody_speaks(self) -> None:
        """Each node broadcasts a text. All nodes must receive all texts, in order for each sender,
        and no forged ones."""
        self.said += 1
        for node in self.nodes:
            self.g.broadcast(node, b"node %d word %d" % (node, self.said))
        for here in self.nodes:
            self.assertTrue(grid.eventually(lambda: self.words(here) == self.all_words()),
                            (here, self.words(here)))
            self.assertNotIn(b"forged", b",".join(self.g.client(here).log()))

    def words(self, here: int) -> List[List[bytes]]:
        log = self.g.client(here).log()
        return [[text for text in log if text.startswith(b"node %d word" % speaker)]
                for speaker in self.nodes]

    def all_words(self) -> List[List[bytes]]:
        return [[b"node %d word %d" % (speaker, word) for word in range(1, self.said + 1)]
                for speaker in self.nodes]
