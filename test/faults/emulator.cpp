// Carries IP packets between TUN devices as a network does that is slow, far away or lossy. Each
// device belongs to one machine, and is its access to the network: one direction up, one down, each
// with the given rate and a queue of its own. In between, packets take time and get lost. A packet
// that meets no other one takes its size divided by the rate, once, and the delay: the access of
// the receiver passes it on while it comes in.
//
// The caller opens the devices and passes their descriptors. The program ends when its standard
// input ends, and prints what became of the packets, as a JSON object.

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;
using std::chrono::nanoseconds;

constexpr std::size_t kPacketBytesMax = 1500;
constexpr int kReadsMax = 64;  // packets that are read from a device before the next one's turn

struct Options {
  double rate_kbit = 1e6;  ///< 1000 bits of IP packets per second, in each direction
  double delay_ms = 0;     ///< one way, from machine to machine
  double jitter_ms = 0;    ///< a packet takes 0 to this longer, but never overtakes another
  double loss_percent = 0;
  double queue_ms = 100;  ///< a packet that would wait longer for its turn is dropped
  std::uint64_t seed = 1;
  std::vector<std::string> machines;  ///< <IPv4 address>=<descriptor>
};

struct Counts {
  std::uint64_t read = 0, lost = 0, overflowed = 0, delivered = 0;
  nanoseconds late_max{};  ///< the longest delay of this program itself
};

nanoseconds milliseconds(double count) {
  return nanoseconds(static_cast<nanoseconds::rep>(count * 1e6));
}

struct Machine {
  in_addr_t address;
  int tun;
  std::mt19937_64 random;  ///< the fate of the packets it sends depends on their order alone
  Time up_free{}, down_free{};
  Time arrival_last{};  ///< of the packets it sends, at the receivers' accesses
};

struct Packet {
  Machine& to;
  bool down;  ///< whether it passes the receiver's access
  std::vector<char> bytes;
};

class Emulator {
 public:
  explicit Emulator(const Options& options) : options_(options) {
    for (const std::string& machine : options.machines) {
      const auto end = std::min(machine.find('='), machine.size());
      const int tun = std::atoi(machine.c_str() + end + (end < machine.size()));
      in_addr address{};
      if (inet_pton(AF_INET, machine.substr(0, end).c_str(), &address) != 1 ||
          fcntl(tun, F_SETFL, O_NONBLOCK) != 0)
        throw std::runtime_error(machine + " is not <IPv4 address>=<descriptor>");
      machines_.push_back({address.s_addr, tun, std::mt19937_64(options.seed + machines_.size())});
    }
  }

  Counts run() {
    std::vector<pollfd> polled{{STDIN_FILENO, POLLIN, 0}};
    for (const Machine& machine : machines_) polled.push_back({machine.tun, POLLIN, 0});
    while (polled.front().revents == 0) {
      nanoseconds wait = std::chrono::hours(1);
      if (!agenda_.empty()) wait = std::max(nanoseconds(0), agenda_.begin()->first - Clock::now());
      const timespec timeout{wait.count() / 1'000'000'000, wait.count() % 1'000'000'000};
      if (ppoll(polled.data(), polled.size(), &timeout, nullptr) < 0) break;
      for (std::size_t i = 0; i < machines_.size(); ++i)
        if (polled[i + 1].revents != 0) read_from(machines_[i]);
      carry_on(Clock::now());
    }
    return counts_;
  }

 private:
  void read_from(Machine& from) {
    // One byte more than allowed, so that a longer packet is noticed.
    std::array<char, kPacketBytesMax + 1> buffer;
    for (int reads = 0; reads < kReadsMax; ++reads) {
      const ssize_t size = read(from.tun, buffer.data(), buffer.size());
      if (size <= 0) return;
      if (static_cast<std::size_t>(size) > kPacketBytesMax)
        throw std::runtime_error("a packet is longer than Ethernet allows");
      ++counts_.read;
      if (Machine* to = receiver({buffer.data(), static_cast<std::size_t>(size)}))
        send(from, *to, {buffer.data(), buffer.data() + size});
    }
  }

  /// Null if the packet is not for one of the machines, or not IPv4.
  Machine* receiver(std::string_view packet) {
    constexpr std::size_t kHeaderBytesMin = 20, kDestinationAt = 16;
    if (packet.size() < kHeaderBytesMin || packet[0] >> 4 != 4) return nullptr;
    in_addr_t destination{};
    std::memcpy(&destination, packet.data() + kDestinationAt, sizeof destination);
    const auto found = std::ranges::find(machines_, destination, &Machine::address);
    return found == machines_.end() ? nullptr : &*found;
  }

  void send(Machine& from, Machine& to, std::vector<char> bytes) {
    const auto passed = pass(from.up_free, Clock::now(), duration(bytes));
    if (!passed) return;
    const nanoseconds delay =
        milliseconds(options_.delay_ms + options_.jitter_ms * uniform(from.random));
    if (100 * uniform(from.random) < options_.loss_percent) {
      ++counts_.lost;
      return;
    }
    from.arrival_last = std::max(from.arrival_last, *passed + delay);
    agenda_.emplace(from.arrival_last, Packet{to, false, std::move(bytes)});
  }

  /// When the last bit of a packet has passed an access that was free from `free` on, if the first
  /// bit comes at `first_bit`. Nothing if the queue is full.
  std::optional<Time> pass(Time& free, Time first_bit, nanoseconds duration) {
    if (free - first_bit > milliseconds(options_.queue_ms)) {
      ++counts_.overflowed;
      return std::nullopt;
    }
    return free = std::max(free, first_bit) + duration;
  }

  /// Does what is due, in order, and with the times at which it was due.
  void carry_on(Time now) {
    while (!agenda_.empty() && agenda_.begin()->first <= now) {
      auto next = agenda_.extract(agenda_.begin());
      Packet& packet = next.mapped();
      const nanoseconds own = duration(packet.bytes);
      counts_.late_max = std::max(counts_.late_max, now - next.key());
      if (packet.down) {
        // A machine that takes nothing more loses packets, as its network card would.
        if (write(packet.to.tun, packet.bytes.data(), packet.bytes.size()) > 0) ++counts_.delivered;
      } else if (const auto passed = pass(packet.to.down_free, next.key() - own, own)) {
        packet.down = true;
        next.key() = *passed;
        agenda_.insert(std::move(next));
      }
    }
  }

  nanoseconds duration(const std::vector<char>& bytes) const {
    return milliseconds(static_cast<double>(bytes.size()) * 8 / options_.rate_kbit);
  }

  /// In [0, 1).
  static double uniform(std::mt19937_64& random) {
    return static_cast<double>(random() >> 11) * 0x1p-53;
  }

  const Options options_;
  std::vector<Machine> machines_;  ///< complete after the constructor: packets point to machines
  std::multimap<Time, Packet> agenda_;
  Counts counts_;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Carries IP packets between TUN devices.");
  app.add_option("--rate-kbit", options.rate_kbit)->check(CLI::PositiveNumber);
  app.add_option("--delay-ms", options.delay_ms)->check(CLI::NonNegativeNumber);
  app.add_option("--jitter-ms", options.jitter_ms)->check(CLI::NonNegativeNumber);
  app.add_option("--loss-percent", options.loss_percent)->check(CLI::Range(0.0, 100.0));
  app.add_option("--queue-ms", options.queue_ms)->check(CLI::NonNegativeNumber);
  app.add_option("--seed", options.seed);
  app.add_option("machines", options.machines, "<IPv4 address>=<descriptor>")->required();
  CLI11_PARSE(app, argc, argv);
  try {
    const Counts counts = Emulator(options).run();
    fmt::print(
        "{{\"read\":{},\"lost\":{},\"overflowed\":{},\"delivered\":{},\"late_ms\":{:.3f}}}\n",
        counts.read, counts.lost, counts.overflowed, counts.delivered,
        std::chrono::duration<double, std::milli>(counts.late_max).count());
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "emulator: {}\n", error.what());
    return 1;
  }
}
