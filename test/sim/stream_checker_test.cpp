#include "ovid/sim/stream_checker.hpp"

#include <string>

#include <gtest/gtest.h>

namespace ovid::sim {
namespace {

using base::EndCause;
using base::NodeId;
using namespace std::chrono_literals;

constexpr NodeId kFirst{0};
constexpr NodeId kSecond{1};

/// Two nodes in a session. The first has sent three records; two of them have reached the second.
class TheStreams : public ::testing::Test {
 protected:
  TheStreams() {
    tell(kFirst, observe::SessionBegan{kSecond, {11}, {1}, {2}});
    tell(kSecond, observe::SessionBegan{kFirst, {10}, {2}, {1}});
    tell(kFirst, observe::RecordsSent{kSecond, 1, 3, 60, 3});
    tell(kSecond, observe::RecordsDelivered{kFirst, 1, 2, 2});
    EXPECT_EQ(found(), "");
  }

  void tell(NodeId node, const observe::Event& event) { streams_.happened(node, event); }
  std::string found() const { return findings_.first().value_or(""); }
  void expect_found(const std::string& what) {
    EXPECT_NE(found().find(what), std::string::npos) << found();
  }
  observe::SessionEnded end() const {
    return {kSecond, {11}, {1}, {2}, EndCause::Silent, 1ms, {}, {}, {}, 3, 2, 1, 0};
  }

  Findings findings_;
  StreamChecker streams_{2, findings_};
};

TEST_F(TheStreams, MayTellTheSameRecordsTwiceAsSentAndNoneTwiceAsDelivered) {
  tell(kFirst, observe::RecordsSent{kSecond, 1, 3, 60, 3});
  EXPECT_EQ(found(), "");
  tell(kSecond, observe::RecordsDelivered{kFirst, 2, 1, 2});
  expect_found("node 1's stream, peer 0: records are delivered twice");
}

TEST_F(TheStreams, DeliverNothingThatWasNotSent) {
  tell(kSecond, observe::RecordsDelivered{kFirst, 3, 2, 4});
  expect_found("delivered that were not sent");
}

TEST_F(TheStreams, AcknowledgeNothingThatWasNotDelivered) {
  tell(kFirst, observe::RecordsAcknowledged{kSecond, 2, 2});
  EXPECT_EQ(found(), "");
  tell(kFirst, observe::RecordsAcknowledged{kSecond, 3, 3});
  expect_found("acknowledged that were not delivered");
}

TEST_F(TheStreams, LeaveNoRecordOut) {
  tell(kFirst, observe::RecordsSent{kSecond, 5, 1, 20, 5});
  expect_found("those before them were not");
}

TEST_F(TheStreams, EndASessionOnceAndUnderItsName) {
  tell(kFirst, observe::RecordsAcknowledged{kSecond, 2, 2});
  tell(kFirst, end());
  EXPECT_EQ(found(), "");
  tell(kFirst, end());
  expect_found("ends that has not begun");
}

TEST_F(TheStreams, BeginNoSessionInAnother) {
  tell(kFirst, observe::SessionBegan{kSecond, {11}, {3}, {4}});
  expect_found("the last one has not ended");
}

TEST_F(TheStreams, CountAtTheEndWhatTheyHaveTold) {
  tell(kFirst, end());  // acknowledges two records, which were never reported as acknowledged
  expect_found("not what was told before");
}

TEST_F(TheStreams, BalanceTheirAccounts) {
  tell(kFirst, observe::RecordsAcknowledged{kSecond, 2, 2});
  observe::SessionEnded lost = end();
  lost.fate_unknown = 0;
  tell(kFirst, lost);
  expect_found("does not balance");
}

TEST_F(TheStreams, DeliverNoMessageThatGoesOn) {
  tell(kSecond, observe::RecordsDelivered{kFirst, 3, 1, 3});
  EXPECT_EQ(found(), "");
  tell(kFirst, observe::RecordsSent{kSecond, 4, 2, 4000, 4});
  tell(kSecond, observe::RecordsDelivered{kFirst, 4, 1, 4});
  EXPECT_EQ(found(), "") << "the sender told that records 4 and 5 end one message, not which one";
  tell(kSecond, observe::RecordsDelivered{kFirst, 5, 1, 5});
  expect_found("delivered that were not sent");
}

TEST_F(TheStreams, OfAKilledProcessTellNoEnd) {
  streams_.ended(kFirst);
  tell(kFirst, observe::SessionBegan{kSecond, {11}, {3}, {4}});
  EXPECT_EQ(found(), "");
  // a record of the old session that arrives too late
  tell(kSecond, observe::RecordsDelivered{kFirst, 3, 1, 3});
  EXPECT_EQ(found(), "");
}

}  // namespace
}  // namespace ovid::sim
