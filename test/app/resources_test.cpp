#include "ovid/app/resources.hpp"

#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace ovid::app {
namespace {

/// Faults of a thread that receives and forgets batches as libzmq does, after the first of them.
long faults_of_receiving() {
  long faults = 0;
  std::thread([&] {
    rusage first{};
    for (int round = 0; round < 100; ++round) {
      std::vector<std::unique_ptr<char[]>> batches;
      for (int i = 0; i < 16; ++i) {
        constexpr std::size_t kBatch = std::size_t{64} << 10;
        batches.emplace_back(new char[kBatch]);
        std::memset(batches.back().get(), i, kBatch);
      }
      if (round == 0) getrusage(RUSAGE_THREAD, &first);
    }
    rusage last{};
    getrusage(RUSAGE_THREAD, &last);
    faults = last.ru_minflt - first.ru_minflt;
  }).join();
  return faults;
}

TEST(Resources, ReceiveBuffersAreUsedAgainWithoutFaults) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer has an allocator of its own";
#endif
  keep_receive_buffers();
  EXPECT_LT(faults_of_receiving(), 100);  // of 25344 pages
}

}  // namespace
}  // namespace ovid::app
