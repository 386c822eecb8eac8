// Runs a fuzz target over files and folders of inputs, without a fuzzer. So the builds of all
// compilers check the inputs in the corpus. Usage: replay_<target> <file or folder>...

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "input.hpp"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> inputs_of(const std::vector<std::string>& names) {
  std::vector<fs::path> paths;
  for (const std::string& name : names) {
    if (fs::is_directory(name))
      std::copy(fs::directory_iterator(name), {}, std::back_inserter(paths));
    else
      paths.emplace_back(name);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// Prints the file's name first, so that the output shows which input breaks a promise.
bool replay(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    return false;
  }
  const std::vector<std::uint8_t> input{std::istreambuf_iterator<char>(file), {}};
  std::fprintf(stderr, "%s: %zu bytes\n", path.c_str(), input.size());
  return LLVMFuzzerTestOneInput(input.data(), input.size()) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<fs::path> inputs = inputs_of({argv + 1, argv + argc});
  if (inputs.empty()) {
    std::fprintf(stderr, "usage: %s <file or folder of inputs>...\n", argv[0]);
    return 2;
  }
  if (!std::all_of(inputs.begin(), inputs.end(), replay)) return 1;
  std::printf("%zu inputs, no promise broken\n", inputs.size());
  return 0;
}
