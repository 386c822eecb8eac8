#include "ovid/base/random.hpp"

#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace ovid::base {
namespace {

using namespace std::chrono_literals;

class Given final : public RandomSource {
 public:
  explicit Given(std::vector<std::uint64_t> values) : values_(std::move(values)) {}
  std::uint64_t next() override { return values_.at(next_++); }

 private:
  std::vector<std::uint64_t> values_;
  std::size_t next_ = 0;
};

TEST(RandomSource, BetweenReachesBothEndsAndNothingBeyond) {
  Given random({0, 1, 2, 3, 4, 5});
  std::set<Duration> drawn;
  for (int i = 0; i < 6; ++i) drawn.insert(random.between(7ns, 9ns));
  EXPECT_EQ(drawn, (std::set<Duration>{7ns, 8ns, 9ns}));
}

TEST(RandomSource, BetweenEqualEndsIsThatEnd) {
  Given random({0xffffffffffffffff, 12345});
  EXPECT_EQ(random.between(5ms, 5ms), 5ms);
  EXPECT_EQ(random.between(0ms, 0ms), 0ms);
}

TEST(RandomSource, AHugeNumberDoesNotLeaveTheRange) {
  Given random({0xffffffffffffffff, 0x8000000000000000});
  for (int i = 0; i < 2; ++i) {
    const Duration drawn = random.between(1ms, 2ms);
    EXPECT_GE(drawn, 1ms);
    EXPECT_LE(drawn, 2ms);
  }
}

TEST(RandomSource, AnIdIsNeverZeroWhichMeansNotKnown) {
  Given random({0, 0, 17});
  EXPECT_EQ(random.next_nonzero(), 17u);
}

}  // namespace
}  // namespace ovid::base
