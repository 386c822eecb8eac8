// Decides whether a silence is the fault of this process, because libzmq's I/O thread had to wait
// for a processor.

#include "ovid/net/io_thread.hpp"

#include <gtest/gtest.h>

namespace ovid::net {
namespace {

using namespace std::chrono_literals;
using Look = IoThread::Look;

using Verdict = IoThread::Verdict;

constexpr std::uint64_t kMs = 1'000'000;
constexpr Look kFirst{base::Time(10s), true, 70 * kMs, 5};

TEST(IoThread, ThatSleepsDoesNotWaitForAProcessor) {
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

TEST(IoThread, ThatRanAllTheTimeHasNotWaited) {
  EXPECT_EQ(IoThread::judge(kFirst, {base::Time(10s + 76ms), true, 144 * kMs, 5}), Verdict::OnTime);
}

TEST(IoThread, ThatGotAProcessorHasReadWhatHadArrived) {
  EXPECT_EQ(IoThread::judge(kFirst, {base::Time(10s + 76ms), true, 71 * kMs, 6}), Verdict::OnTime);
}

TEST(IoThread, ThatIsNotFoundCountsAsOnTime) {
  IoThread nobody;
  const auto verdict = nobody.judge(base::Time(10s));
  EXPECT_NE(verdict, Verdict::Late);
}

}  // namespace
}  // namespace ovid::net
