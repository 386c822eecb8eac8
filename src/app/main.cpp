// Wiring: the only place where clock, random numbers, sockets and agents are chosen.

#include <cstdio>
#include <memory>
#include <new>

#include <unistd.h>

#include "ovid/agents/chatroom.hpp"
#include "ovid/app/growing_memory.hpp"
#include "ovid/app/log.hpp"
#include "ovid/app/options.hpp"
#include "ovid/app/resources.hpp"
#include "ovid/app/results.hpp"
#include "ovid/app/signals.hpp"
#include "ovid/base/cannot_start.hpp"
#include "ovid/net/loop.hpp"

namespace {

using namespace ovid;

/// The exit status.
int run(const app::NodeOptions& options) {
  app::open_standard_streams();
  net::SystemRandom random;
  random
      .next();  // may wait for the kernel early at boot; SIGTERM still ends the process by default
  app::Signals signals;
  app::claim_resources(options.mesh.nodes);
  app::keep_receive_buffers();
  app::Log log(options.mesh.self, options.log);
  observe::Stream stream;
  stream.give(log, log.kinds());
  app::GrowingMemory memory(agents::ChatLog::kChunkBytesMax);  // outlives replies in the context
  zmq::context_t context = net::make_context();
  net::Loop loop(context, options.mesh, options.door, options.links,
                 node::alone("chatroom", std::make_unique<agents::Chatroom>(memory)), random,
                 stream);
  stream.tell(observe::NodeStarted{
      options.mesh.nodes, options.mesh.base_port + options.mesh.self.value, options.door.port});
  for (const std::string& remark : options.remarks) stream.tell(observe::OptionRemark{remark});
  loop.run(signals.descriptor(), [&] { return signals.end_node(stream); });
  log.close();
  return loop.failed() ? 1 : 0;
}

int serve(int argc, char** argv) {
  const auto parsed = app::parse(argc, argv, app::surroundings());
  if (const auto* answer = std::get_if<app::Answer>(&parsed)) return app::give(*answer);
  if (const auto* options = std::get_if<app::SimOptions>(&parsed))
    return app::with_results_written(app::run_sim(*options));
  return run(std::get<app::NodeOptions>(parsed));
}

int fail(const char* why) {
  app::Signals::give_back();
  std::fprintf(stderr, "ovid: %s\n", why);
  return 1;
}

}  // namespace

/// Before the program makes objects, which throw if there is no memory.
[[gnu::constructor(101)]] void look_for_memory() {
  if (!app::can_throw()) _exit(fail("out of memory"));
}

int main(int argc, char** argv) {
  try {
    return serve(argc, argv);
  } catch (const base::CannotStart& error) {
    return fail(error.what());
  } catch (const std::system_error& error) {  // no /proc, no thread
    return fail(error.what());
  } catch (const std::bad_alloc&) {
    return fail("out of memory");
  }
}
