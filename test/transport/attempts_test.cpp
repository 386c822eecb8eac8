// What link/transport.hpp promises about attempts to connect, and about a transport's other
// functions.

#include "a_transport.hpp"

namespace ovid::transport_test {
namespace {

using namespace std::chrono_literals;

// The outcome of an attempt.

TEST_P(ATransport, ReportsThatAConnectionIsMade) {
  nodes_.start(1);
  nodes_.connect(0, 1);
  EXPECT_TRUE(reports(1, "Connected"));
}

TEST_P(ATransport, ReportsARefusalIfNobodyListens) {
  nodes_.connect(0, 1);
  EXPECT_TRUE(reports(1, "Refused"));
}

TEST_P(ATransport, ReportsAPeerThatDoesNotAnswerAsUnreachable) {
  nodes_.limit({.connect = 300ms, .handshake = 20s});
  nodes_.stage().be_unreachable(1);
  nodes_.connect(0, 1);
  EXPECT_TRUE(reports(1, "Unreachable"));
}

TEST_P(ATransport, ReportsAnAnswerWithoutAHandshakeAsDisconnected) {
  nodes_.limit({.connect = 20s, .handshake = 300ms});
  nodes_.stage().be_silent(1);
  nodes_.connect(0, 1);
  EXPECT_TRUE(reports(1, "Disconnected"));
}

TEST_P(ATransport, GivesEachAttemptTheTimeThatItWasTold) {
  const auto time_of_attempt = [&](base::Duration connect, base::Duration handshake,
                                   const std::string& expected) {
    nodes_.limit({connect, handshake});
    const base::Time began = nodes_.stage().now();
    nodes_.connect(0, 1);
    EXPECT_TRUE(reports(1, expected));
    return nodes_.stage().now() - began;
  };
  constexpr base::Duration kMargin = 20ms;  // timers of the kernel and of libzmq
  for (const base::Duration limit : {200ms, 1500ms, 100ms}) {
    nodes_.stage().be_unreachable(1);
    const base::Duration without_answer = time_of_attempt(limit, 20s, "Unreachable");
    EXPECT_GT(without_answer, limit - kMargin);
    nodes_.stage().be_silent(1);
    const base::Duration without_handshake = time_of_attempt(20s, limit, "Disconnected");
    EXPECT_GT(without_handshake, limit - kMargin);
    if (limit > 1s) continue;
    EXPECT_LT(without_answer, 1s);
    EXPECT_LT(without_handshake, 1s);
  }
}

TEST_P(ATransport, ReportsTheEndOfAConnectionWhosePeerIsKilled) {
  nodes_.start(1);
  nodes_.make(0, 1);
  nodes_.clear(1);
  ASSERT_TRUE(nodes_.eventually([&] { return ended(1); }));
  EXPECT_EQ(nodes_.reports(0, 1).size(), 2u) << reports(1);
}

/// This does not happen each time: node 0 may try to connect again while the port is still open.
TEST_P(ATransport, ReportsARefusalOnAMadeConnectionWhosePeerIsKilled) {
  for (int life = 0; life < 100 && reports(1) != "Connected Refused"; ++life) {
    nodes_.start(1);
    nodes_.make(0, 1);
    nodes_.clear(1);
    ASSERT_TRUE(nodes_.eventually([&] { return ended(1); }));
  }
  EXPECT_EQ(reports(1), "Connected Refused");
}

/// Node 0 is connected to the first process only. The ends of the next processes must not be
/// reported.
TEST_P(ATransport, ReportsOneEndOfAConnectionWhosePeersDieSoonAfterEachOther) {
  nodes_.start(1);
  nodes_.start(2);
  for (int life = 0; life < 20; ++life) {
    nodes_.make(0, 1);
    for (int death = 0; death < 3; ++death) {
      nodes_.clear(1);
      nodes_.start(1);
    }
    ASSERT_TRUE(nodes_.eventually([&] { return ended(1); }));
    for (int i = 0; i < 5; ++i) nodes_.make(0, 2);  // enough time for more reports to arrive
    EXPECT_EQ(nodes_.reports(0, 1).size(), 2u) << reports(1);
  }
}

TEST_P(ATransport, ReportsTheEndOfAConnectionThatIsCut) {
  nodes_.start(1);
  nodes_.make(0, 1);
  nodes_.stage().cut(1);
  EXPECT_TRUE(reports(1, "Connected Disconnected"));
}

TEST_P(ATransport, ConnectsToAPeerThatIsBack) {
  nodes_.start(1);
  nodes_.make(0, 1);
  for (int life = 0; life < 5; ++life) {
    nodes_.clear(1);
    ASSERT_TRUE(nodes_.eventually([&] { return ended(1); }));
    nodes_.connect(0, 1);
    ASSERT_TRUE(reports(1, "Refused"));
    nodes_.start(1);
    nodes_.make(0, 1);
    EXPECT_TRUE(reaches(1, "life " + std::to_string(life)));
  }
}

TEST_P(ATransport, ConnectsToAPeerThatCanBeReachedAgain) {
  nodes_.limit({.connect = 3s, .handshake = 20s});
  nodes_.stage().be_unreachable(1);
  nodes_.connect(0, 1);
  ASSERT_TRUE(reports(1, "Unreachable"));
  nodes_.start(1);
  nodes_.make(0, 1);
  EXPECT_TRUE(reaches(1, "hello"));
}

TEST_P(ATransport, NeverConnectsByItself) {
  nodes_.start(1);
  nodes_.make(0, 1);
  nodes_.stage().cut(1);
  ASSERT_TRUE(reports(1, "Connected Disconnected"));
  nodes_.start(2);
  for (int i = 0; i < 20; ++i) {  // takes much longer than making a connection
    nodes_.make(0, 2);
    ASSERT_TRUE(reaches(2, std::to_string(i)));
  }
  EXPECT_EQ(reports(1), "Connected Disconnected");
  EXPECT_FALSE(nodes_.send(0, 1, "nobody takes this"));
}

TEST_P(ATransport, HasAConnectionForEachDirection) {
  nodes_.start(1);
  nodes_.make(0, 1);
  EXPECT_TRUE(reaches(1, "there"));
  EXPECT_FALSE(nodes_.send(1, 0, "nobody takes this"));
  nodes_.make(1, 0);
  nodes_.send_all(1, 0, {"and back"});
  EXPECT_TRUE(nodes_.eventually([&] { return nodes_.received(0, 1) == Texts{"and back"}; }));
}

TEST_P(ATransport, KeepsItsOtherConnectionsWhenOneEnds) {
  nodes_.start(1);
  nodes_.start(2);
  nodes_.make(0, 1);
  nodes_.make(0, 2);
  nodes_.clear(1);
  ASSERT_TRUE(nodes_.eventually([&] { return ended(1); }));
  EXPECT_TRUE(reaches(2, "still there"));
  EXPECT_EQ(reports(2), "Connected");
}

// A new attempt.

TEST_P(ATransport, DropsTheConnectionForANewAttempt) {
  nodes_.start(1);
  nodes_.make(0, 1);
  ASSERT_TRUE(reaches(1, "old"));
  for (int i = 0; i < 20; ++i) nodes_.make(0, 1);
  EXPECT_TRUE(reaches(1, "new"));
  EXPECT_EQ(reports(1), "Connected");
}

TEST_P(ATransport, ReportsNothingOfAnAttemptThatANewOneHasReplaced) {
  for (const auto what : {&Stage::be_unreachable, &Stage::be_silent}) {
    (nodes_.stage().*what)(1);
    for (int i = 0; i < 5; ++i) {
      nodes_.connect(0, 1);
      nodes_.turn();
    }
    EXPECT_EQ(reports(1), "");
    nodes_.start(1);
    nodes_.connect(0, 1);
    ASSERT_TRUE(nodes_.eventually([&] { return !nodes_.reports(0, 1).empty(); }));
    EXPECT_EQ(reports(1), "Connected");
    EXPECT_TRUE(reaches(1, "hello"));
    EXPECT_EQ(reports(1), "Connected");
    nodes_.clear(1);
  }
}

TEST_P(ATransport, ReportsNothingThatItKnewBeforeANewAttempt) {
  nodes_.start(1);
  for (int i = 0; i < 5; ++i) {
    nodes_.make(0, 1);
    nodes_.stage().cut(1);
    ASSERT_TRUE(nodes_.wait_until([&] { return nodes_.stage().has_news(0); }));
    nodes_.connect(0, 1);
    ASSERT_TRUE(reports(1, "Connected"));
    ASSERT_TRUE(reaches(1, std::to_string(i)));
    EXPECT_EQ(reports(1), "Connected");
  }
}

TEST_P(ATransport, ReportsTheLastOfManyAttemptsAlone) {
  nodes_.start(1);
  for (int i = 0; i < 300; ++i) {
    nodes_.connect(0, 1);
    for (int turns = i % 7; turns > 0; --turns) {
      nodes_.turn();
      if (i % 3 == 0) nodes_.stage().wait();
    }
  }
  EXPECT_TRUE(reports(1, "Connected"));
  EXPECT_TRUE(reaches(1, "the last"));
  EXPECT_EQ(reports(1), "Connected");
}

TEST_P(ATransport, CanBeToldToConnectFromWithinAReport) {
  nodes_.start(1);
  int connected = 0;
  nodes_.on_report = [&](int node, int peer, Report what) {
    if (node != 0 || peer != 1) return;
    if (what == Report::Connected) return void(++connected);
    nodes_.connect(0, 1);
  };
  nodes_.connect(0, 1);
  for (int cuts = 1; cuts <= 5; ++cuts) {
    ASSERT_TRUE(nodes_.eventually([&] { return connected == cuts; }));
    nodes_.stage().cut(1);
  }
  nodes_.clear(1);
  nodes_.start(1);
  ASSERT_TRUE(nodes_.eventually([&] { return connected == 6; }));
  EXPECT_TRUE(reaches(1, "hello"));
}

// What a node asks its transport about itself, and texts for people.

TEST_P(ATransport, FindsNoOwnFaultInAHealthyNode) {
  nodes_.start(1);
  nodes_.make(0, 1);
  EXPECT_TRUE(nodes_.eventually([&] {
    const auto fault = nodes_.stage().transport(0).own_fault(nodes_.stage().now());
    return fault.verdict == link::OwnFault::Verdict::None;
  }));
}

TEST_P(ATransport, LooksForAPeerAtOneAddress) {
  const auto address = [&] { return nodes_.stage().transport(0).address({1}); };
  const std::string before = address();
  nodes_.connect(0, 1);
  ASSERT_TRUE(reports(1, "Refused"));
  nodes_.start(1);
  nodes_.make(0, 1);
  EXPECT_EQ(address(), before);
}

INSTANTIATE_TEST_SUITE_P(OfTwo, ATransport,
                         testing::Values(World{"Real", real_stage},
                                         World{"Simulated", simulated_stage}),
                         [](const auto& world) { return world.param.name; });

}  // namespace
}  // namespace ovid::transport_test
