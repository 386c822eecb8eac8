"""Clients that are slow, do not read, or send nonsense. They must harm neither other clients nor
nodes."""
import http.client
import os
import socket
import ssl
import statistics
import threading
import time
import unittest
from typing import List

import grid
from undisturbed import UndisturbedTest

MIB = 1 << 20


class HostileClients(UndisturbedTest):
    def connect(self, node: int = 0, receive_buffer: int = 0) -> grid.Client:
        return self.g.connect(node, receive_buffer)

    def answer_times(self, node: int, count: int) -> List[float]:
        """Asks many times as another client. Returns how many seconds each answer took."""
        other = self.connect(node)
        times = []
        for _ in range(count):
            before = time.monotonic()
            self.assertEqual(other.ask(b"alive"), b"alive 0,1,2")
            times.append(time.monotonic() - before)
        return times

    def descriptors(self, node: int) -> int:
        return len(os.listdir(f"/proc/{self.g.nodes[node].pid}/fd"))

    def test_half_a_line_waits_for_its_other_half(self) -> None:
        halves = [self.connect() for _ in range(20)]
        for each in halves:
            each.send(b"ali")
        self.assertEqual(self.connect().ask(b"alive"), b"alive 0,1,2")
        for each in halves:
            each.send(b"ve\ncou")
            self.assertEqual(each.line(), b"alive 0,1,2")
            each.send(b"nt\n")
            self.assertEqual(each.line(), b"count 0")

    def test_every_kind_of_line_has_its_answer(self) -> None:
        client = self.connect()
        for line, answer in ((b"", b"error empty line"),
                             (b"\r", b"error empty line"),
                             (b"Alive", b"error unknown command: Alive"),
                             (b"alive ", b"error unknown command: alive "),
                             (b" alive", b"error unknown command:  alive"),
                             (b"get 1", b"error unknown command: get 1"),
                             (b"\0\0", b"error unknown command: ??"),
                             (b"\x1b[2J", b"error unknown command: ?[2J"),
                             (b"x" * 5000, b"error unknown command: " + b"x" * 40 + b"..."),
                             (b"broadcast", b"error broadcast needs a text"),
                             (b"broadcast ", b"error broadcast needs a text"),
                             (b"broadcast \r", b"error broadcast needs a text"),
                             (b"get", b"messages "),
                             (b"alive\r", b"alive 0,1,2"),
                             (b"count", b"count 0")):
            self.assertEqual(client.ask(line), answer)

    def test_texts_may_contain_any_byte_but_a_line_feed(self) -> None:
        texts = [b"a\0b", b"\0", b" leading and trailing ", b"caf\xc3\xa9 \xe2\x98\x83", b"\xff\xfe",
                 bytes(byte for byte in range(256) if byte not in b"\n\r,"), b"cr\rinside"]
        for text in texts:
            self.connect().send(b"broadcast " + text + b"\r\n")
            self.assertTrue(grid.eventually(lambda: text in self.g.client(2).log()), text)

    def test_a_line_of_one_mebibyte_is_received_by_all(self) -> None:
        text = b"x" * (MIB - len(b"broadcast "))
        self.connect().send(b"broadcast " + text + b"\n")
        for node in self.nodes:
            self.assertTrue(grid.eventually(lambda: self.g.client(node).log() == [text]))

    def test_a_longer_line_is_skipped_up_to_its_end(self) -> None:
        for excess in (1, 2, 3 * MIB):
            client = self.connect()
            client.send(b"broadcast ".ljust(MIB + excess, b"x"))
            self.assertTrue(client.line().startswith(b"error "))
            self.assertEqual(self.connect().ask(b"count"), b"count 0")
            self.assertEqual(client.ask(b"\ncount"), b"count 0")

    def test_a_line_without_an_end_takes_neither_memory_nor_time(self) -> None:
        before = self.g.nodes[0].rss_kib()
        endless = [self.connect() for _ in range(5)]
        for each in endless:
            each.send(b"x" * (20 * MIB))
        for each in endless:
            self.assertTrue(each.line().startswith(b"error "))
        self.assert_peak_below(self.g.nodes[0], before + 60 * 1024)
        self.assertLess(statistics.median(self.answer_times(0, 50)), 0.02)

    def test_connections_opened_and_dropped_leave_nothing(self) -> None:
        before = self.descriptors(0)
        for i in range(300):
            client = self.g.connect(0)
            if i % 3 == 0:
                client.send(b"alive\nal")
            if i % 2 == 0:
                client.reset()
            else:
                client.close()
        self.assertTrue(grid.eventually(lambda: self.descriptors(0) <= before))

    def test_the_line_of_a_client_that_leaves_at_once_is_carried_out(self) -> None:
        for i in range(50):
            client = self.g.connect(0)
            client.send(b"broadcast goodbye %d\n" % i)
            client.close()
            # wait, or the next client's line could arrive first
            self.assertTrue(grid.eventually(
                lambda: b"goodbye %d" % i in self.g.client(1).log()))

    def assert_not_obeyed(self, how_many: int) -> None:
        for node in self.nodes:
            self.assertTrue(self.g.nodes[node].running())
            self.assertNotIn(b"obeyed", self.g.client(node).log())
        self.assertTrue(grid.eventually(lambda: self.disconnected("HTTP", "TLS")))
        self.assertLessEqual(len(self.disconnected("HTTP", "TLS")), len(str(how_many)))

    def disconnected(self, *reasons: str) -> List[int]:
        """The counts in node 0's log of clients that were disconnected for these reasons, one for
        each line."""
        return [event["count"] for event in self.g.nodes[0].events("client_disconnected")
                if event["reason"] in reasons]

    def test_a_web_page_is_not_obeyed(self) -> None:
        orders = b"broadcast obeyed\ncrash\nget\n"
        methods = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY")
        for method in methods:
            browser = http.client.HTTPConnection(grid.HOST, self.g.ports.master(0), grid.PATIENCE)
            self.addCleanup(browser.close)
            with self.assertRaises((http.client.HTTPException, OSError)):
                # The head and the body are sent one after the other.
                browser.request(method, "/", orders)
                browser.getresponse()
        self.assert_not_obeyed(len(methods))

    def test_a_request_in_any_two_segments_is_not_obeyed(self) -> None:
        page = b"POST / HTTP/1.1\r\nHost: here\r\n\r\nbroadcast obeyed\ncrash\n"
        for at in range(1, len(page)):
            browser = self.connect()
            try:
                browser.send(page[:at])
                self.assertEqual(self.connect().ask(b"count"), b"count 0")
                browser.send(page[at:])
            except OSError:
                pass  # the node has disconnected it already
            browser.close()
        self.assert_not_obeyed(len(page))

    def test_a_tls_hello_is_not_obeyed(self) -> None:
        context = ssl.create_default_context()
        with self.assertRaises(OSError):
            with socket.create_connection((grid.HOST, self.g.ports.master(0))) as plain:
                context.wrap_socket(plain, server_hostname="broadcast.obeyed")
        for hello in (b"\x16\x03\x01\nbroadcast obeyed\ncrash\n",):
            for at in (1, 2, 3, 4, 10):
                browser = self.connect()
                try:
                    browser.send(hello[:at])
                    self.assertEqual(self.connect().ask(b"count"), b"count 0")
                    browser.send(hello[at:])
                except OSError:
                    pass  # the node has disconnected it already
                browser.close()
        self.assert_not_obeyed(6)

    def test_a_text_about_the_web_is_a_text(self) -> None:
        texts = [b"POST / HTTP/1.1", b"Host: here", b"GET http://x/ HTTP/1.0"]
        client = self.connect()
        for text in texts:
            client.send(b"broadcast " + text + b"\n")
        self.assertEqual(client.log(), texts)

    def test_many_clients_that_do_not_read_add_few_lines_to_the_log(self) -> None:
        filler = self.connect()
        for _ in range(20):
            filler.send(b"broadcast ".ljust(MIB, b"f") + b"\n")
        self.assertEqual(filler.count(), 20)
        before = self.descriptors(0)
        clients = []
        for _ in range(12):
            clients.append(self.connect(receive_buffer=4096))
            clients[-1].send(b"get\n" * 10)
            clients[-1].push(b"get\n" * MIB, 1.0)
        self.assertTrue(grid.eventually(lambda: self.disconnected("replies not read") == [1, 10]))
        for deaf in clients:
            deaf.close()
        self.assertTrue(grid.eventually(lambda: self.descriptors(0) <= before))
        self.assertEqual(self.disconnected("replies not read"), [1, 10])

    def test_a_half_closed_connection_does_no_harm(self) -> None:
        for _ in range(20):
            client = self.connect()
            client.send(b"broadcast half\nalive\nal")
            client.socket.shutdown(socket.SHUT_WR)
        self.assertTrue(grid.eventually(
            lambda: self.g.client(1).log().count(b"half") == 20))

    def test_a_client_that_does_not_read_delays_no_other_and_is_disconnected(self) -> None:
        filler = self.connect()
        for _ in range(20):
            filler.send(b"broadcast ".ljust(MIB, b"f") + b"\n")
        self.assertTrue(grid.eventually(
            lambda: all(self.g.client(node).count() == 20 for node in self.nodes)))
        before = self.g.nodes[0].rss_kib()
        deaf = self.connect(receive_buffer=4096)
        deaf.send(b"get\n" * 10)
        times = self.answer_times(0, 200)
        self.assertLess(statistics.median(times), 0.02)
        deaf.push(b"get\n" * MIB, 1.0)  # sends until the node disconnects it
        times = self.answer_times(0, 200)
        self.assertLess(statistics.median(times), 0.02)
        self.assert_peak_below(self.g.nodes[0], before + 64 * 1024)
        self.assertTrue(grid.eventually(lambda: self.disconnected("replies not read")))

    def test_many_clients_that_do_not_read_do_not_fill_the_memory(self) -> None:
        """The chatroom's log has a few kilobytes: such short answers are copied for each client,
        not shared."""
        filler = self.connect()
        filler.send(b"broadcast ".ljust(4000, b"f") + b"\n")
        self.assertEqual(filler.count(), 1)
        before = self.g.nodes[0].rss_kib()
        for _ in range(4):
            deaf = self.connect(receive_buffer=4096)
            deaf.push(b"get\n" * 50000, 1.0)
        self.answer_times(0, 100)
        self.assert_peak_below(self.g.nodes[0], before + 300 * 1024)

    def test_ten_thousand_pipelined_questions_are_answered(self) -> None:
        client = self.connect()
        sender = threading.Thread(target=client.send, args=(b"alive\n" * 10000,))
        sender.start()
        for _ in range(10000):
            self.assertEqual(client.line(), b"alive 0,1,2")
        sender.join()

    def test_answers_come_in_the_order_of_the_commands(self) -> None:
        client = self.connect()
        script = b"".join(b"broadcast %d\ncount\nnonsense %d\n" % (i, i) for i in range(1, 2001))
        sender = threading.Thread(target=client.send, args=(script,))
        sender.start()
        for i in range(1, 2001):
            self.assertEqual(client.line(), b"count %d" % i)
            self.assertEqual(client.line(), b"error unknown command: nonsense %d" % i)
        sender.join()

    def test_several_clients_have_each_their_own_answers(self) -> None:
        clients = [self.connect() for _ in range(100)]
        for round_ in range(5):
            for i, client in enumerate(clients):
                client.send(b"unknown %d.%d\n" % (i, round_))
            for i, client in enumerate(clients):
                self.assertEqual(client.line(), b"error unknown command: unknown %d.%d" % (i, round_))


if __name__ == "__main__":
    unittest.main()
