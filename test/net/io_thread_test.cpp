// When libzmq's I/O thread is to blame, and not the peer.

#include "ovid/net/io_thread.hpp"

#include <gtest/gtest.h>

namespace ovid::net {
namespace {

using namespace std::chrono_literals;
using Look = IoThread::Look;

using Verdict = IoThread::Verdict;

constexpr std::uint64_t kMs = 1'000'000;
constexpr Look kFirst{base::Time(10s), true, 70 * kMs, 5};

TEST(IoThread, WhoSleepsWaitsForNoProcessor) {
  EXPECT_EQ(IoThread::judge({base::Time(10s), false, 0, 5}, {base::Time(10s), false, 0, 5}),
            Verdict::OnTime);
  EXPECT_EQ(IoThread::judge(kFirst, {base::Time(10s + 25ms), false, 71 * kMs, 6}), Verdict::OnTime);
}

TEST(IoThread, AShortWaitIsUnclear) {
  EXPECT_EQ(IoThread::judge(kFirst, kFirst), Verdict::Unclear);
  EXPECT_EQ(IoThread::judge(kFirst, {base::Time(10s + 74ms), true, 70 * kMs, 5}), Verdict::Unclear);
}

TEST(IoThread, ALongWaitIsAnExcuse) {
  EXPECT_EQ(IoThread::judge(kFirst, {base::Time(10s + 76ms), true, 70 * kMs, 5}), Verdict::Late);
}

TEST(IoThread, WhoRanAllTheTimeHasNotWaited) {
  EXPECT_EQ(IoThread::judge(kFirst, {base::Time(10s + 76ms), true, 144 * kMs, 5}), Verdict::OnTime);
}

TEST(IoThread, WhoHadATurnHasReadWhatThereWas) {
  EXPECT_EQ(IoThread::judge(kFirst, {base::Time(10s + 76ms), true, 71 * kMs, 6}), Verdict::OnTime);
}

TEST(IoThread, WhoseThreadIsNotThereFindsNothing) {
  IoThread nobody;
  const auto verdict = nobody.judge(base::Time(10s));
  EXPECT_NE(verdict, Verdict::Late);
}

}  // namespace
}  // namespace ovid::net
