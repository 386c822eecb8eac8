// A web page can make a browser connect to a port of this machine. None of its lines may be obeyed,
// however its bytes are divided. Ordinary clients must never be taken for browsers.

#include <string>
#include <string_view>
#include <vector>

#include "door.hpp"
#include "patience.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ovid/wire/master_line.hpp"

namespace ovid::net_test {
namespace {

constexpr std::string_view kOrders = "broadcast x\ncrash\nget\nbroadcast y\n";

std::string post(std::string_view first) {
  return fmt::format("{}\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\n\r\n{}", first, kOrders.size(),
                     kOrders);
}

std::string tls() {
  // A TLS handshake record. Its length and version contain no line feed. Then bytes that a page can
  // choose.
  return std::string("\x16\x03\x01\x02\x11\x01\x03\x03", 8) + "\n" + std::string(kOrders);
}

/// Checks that the door closes the connection, and that it handed over none of its lines except the
/// first `before`.
testing::AssertionResult shows_out(Door& door, const std::vector<std::string>& pieces,
                                   int before = 0) {
  const int heard = door.heard();
  Tcp browser = door.connect();
  for (const std::string& piece : pieces) {
    if (!browser.send(piece)) break;  // disconnected already
    // The answer to another client shows that the piece was processed.
    if (door.connect().ask("x") != "1:x") return testing::AssertionFailure() << "no answer";
  }
  const int others = static_cast<int>(door.heard()) - heard;
  browser.rest();  // returns at the end of the connection
  if (!eventually([&] { return door.connections() == 0; }))
    return testing::AssertionFailure() << "still connected";
  const int obeyed = door.heard() - heard - static_cast<int>(pieces.size()) - before;
  if (obeyed > 0) return testing::AssertionFailure() << obeyed << " lines obeyed of " << others;
  return testing::AssertionSuccess();
}

TEST(Browser, IsDisconnectedAfterEveryKindOfRequest) {
  Door door;
  for (const char* first :
       {"POST / HTTP/1.1", "GET /x?y=z HTTP/1.1", "PUT /a HTTP/1.0", "HEAD / HTTP/1.1",
        "OPTIONS * HTTP/1.1", "DELETE / HTTP/1.1", "PATCH / HTTP/1.1",
        "CONNECT 127.0.0.1:10000 HTTP/1.1", "TRACE / HTTP/1.1", "PRI * HTTP/2.0",
        "POST http://127.0.0.1:10000/ HTTP/1.1"})
    EXPECT_TRUE(shows_out(door, {post(first)})) << first;
}

TEST(Browser, IsDisconnectedWhereverItsRequestIsDivided) {
  Door door;
  const std::string all = post("POST / HTTP/1.1");
  for (std::size_t at = 1; at < all.size(); ++at)
    ASSERT_TRUE(shows_out(door, {all.substr(0, at), all.substr(at)})) << at;
}

TEST(Browser, IsDisconnectedWhereverItsTlsHelloIsDivided) {
  Door door;
  const std::string all = tls();
  for (std::size_t at = 1; at < all.size(); ++at)
    ASSERT_TRUE(shows_out(door, {all.substr(0, at), all.substr(at)})) << at;
}

TEST(Browser, IsDisconnectedIfItsRequestArrivesByteByByte) {
  Door door;
  std::vector<std::string> bytes;
  for (const char c : post("POST / HTTP/1.1")) bytes.emplace_back(1, c);
  EXPECT_TRUE(shows_out(door, bytes));
}

TEST(Browser, AHostHeaderAloneIsEnough) {
  Door door;
  EXPECT_TRUE(
      shows_out(door, {"broadcast / HTTP/1.1\r\nHost: a\r\n\r\n" + std::string(kOrders)}, 1));
}

TEST(Browser, IsDisconnectedIfItsFirstLineIsTooLong) {
  Door door;
  EXPECT_TRUE(shows_out(door, {"POST /" + std::string(wire::kLineBytesMax, 'a') + " HTTP/1.1\r\n" +
                               std::string(kOrders)}));
}

TEST(Browser, ManyOfThemAddFewLinesToTheLog) {
  Door door;
  for (int i = 0; i < 60; ++i)
    ASSERT_TRUE(shows_out(door, {i % 2 == 0 ? tls() : post("GET / HTTP/1.1")}));
  EXPECT_EQ(door.log_lines(), 2);  // one for the first and one for the tenth
}

TEST(Browser, IsNotSeenInTextsAboutTheWebNorInOtherNonsense) {
  Door door;
  Tcp client = door.connect();
  for (const std::string line : {"broadcast POST / HTTP/1.1", "broadcast Host: x", "get", "get ",
                                 "get / HTTP/1.1", "SSH-2.0-x", "\x16", "GET /", "host: x"})
    EXPECT_EQ(client.ask(line), fmt::format("{}:{}", line.size(), line));
  EXPECT_EQ(door.log_lines(), 0);
}

}  // namespace
}  // namespace ovid::net_test
